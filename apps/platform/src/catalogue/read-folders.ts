import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { readManifest, ServiceFileError } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** The services of the folders: each folder in them that has a service.yaml. @throws ServiceFileError for all faults */
export async function readFolders(folders: readonly string[]): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  const faults: ServiceFileError['faults'][number][] = [];
  for (const parent of new Set(folders.map((folder) => resolve(folder)))) {
    const entries = await readdir(parent, { withFileTypes: true });
    for (const name of entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()) {
      const folder = join(parent, name);
      const path = join(folder, 'service.yaml');
      const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (content === undefined) continue;
      try {
        const manifest = readManifest(path, folder, content);
        const problems = clashes(manifest, manifests);
        if (problems.length > 0) faults.push({ path, problems });
        else manifests.push(manifest);
      } catch (error) {
        if (!(error instanceof ServiceFileError)) throw error;
        faults.push(...error.faults);
      }
    }
  }
  if (faults.length > 0) throw new ServiceFileError(faults);
  return manifests;
}

/** A version of a service stands in one folder; an id is of one version. */
function clashes({ serviceId, ssdId, version }: Manifest, others: readonly Manifest[]): string[] {
  return others.flatMap((other) => {
    if (other.ssdId === ssdId && other.version === version)
      return [`version: version ${version} of this SSD is in ${other.folder} already`];
    return other.serviceId === serviceId
      ? [`id: ${serviceId} is the id of the service in ${other.folder} already`]
      : [];
  });
}
