import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { parse, YAMLParseError } from 'yaml';

import { readManifest, ServiceFileError } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** The services of the folders: each folder in them that has a service.yaml. @throws ServiceFileError */
export async function readFolders(folders: readonly string[]): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const parent of folders.map((folder) => resolve(folder))) {
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
      if (content !== undefined) manifests.push(readManifest(path, folder, parseYaml(path, content)));
    }
  }
  return manifests;
}

function parseYaml(path: string, content: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ServiceFileError(path, [error.message]);
    throw error;
  }
}
