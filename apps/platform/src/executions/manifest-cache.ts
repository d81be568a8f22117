import type { EngineCatalogue, EngineManifest } from './context.ts';

/** A description that another platform has read anew meanwhile is noticed after so long. */
const freshMilliseconds = 10_000;

/** The catalogue as the engine asks it, for the same few services over and over: each is read every ten seconds at most. */
export function createManifestCache(catalogue: EngineCatalogue): EngineCatalogue {
  const known = new Map<string, { readonly manifest: EngineManifest; readonly until: number }>();
  return {
    manifest: async (queries, serviceId) => {
      const found = known.get(serviceId);
      if (found && performance.now() < found.until) return found.manifest;
      known.delete(serviceId);
      const manifest = await catalogue.manifest(queries, serviceId);
      known.set(serviceId, { manifest, until: performance.now() + freshMilliseconds });
      return manifest;
    },
  };
}
