import { CallError } from '@fusion-platform/contract';

import type { Queries } from '../../database/index.ts';
import type { Manifest } from '../../catalogue/index.ts';
import type { Context } from '../context.ts';

/** A description that another platform has replaced is noticed after this time at the latest. */
const freshMilliseconds = 10_000;

/** The catalogue as the engine asks it, for the same few services over and over: each is read every ten seconds at most. */
export function createManifestCache(catalogue: Context['catalogue']): Context['catalogue'] {
  const known = new Map<string, { readonly manifest: Manifest; readonly until: number }>();
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

/** Whether the components of a service have a network, and the folder that goes with it. */
export const hasNetwork = ({ urls, cidrs }: Pick<Manifest, 'urls' | 'cidrs'>): boolean =>
  urls.length > 0 || cidrs.length > 0;

/** The description of a component's service; null for one that is no longer offered. */
export async function manifestIfOffered(
  queries: Queries,
  { catalogue }: Pick<Context, 'catalogue'>,
  serviceId: string,
): Promise<Manifest | null> {
  return await catalogue.manifest(queries, serviceId).catch((error: unknown) => {
    if (error instanceof CallError) return null;
    throw error;
  });
}
