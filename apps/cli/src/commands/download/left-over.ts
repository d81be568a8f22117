import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** So many are looked for at most. */
const most = 1000;

/**
 * Files beside those of a download that are not of it: what an earlier run made and this one did not, and what somebody
 * put there, but for what GDAL and QGIS keep beside a file (`dem.tif.aux.xml`). Looked for where data of the downloaded
 * kinds lie, in the folders of the components that were downloaded.
 *
 * @param paths all that the download wrote or left in place
 */
export async function leftOver(paths: readonly string[]): Promise<readonly string[]> {
  const own = new Set(paths);
  const kindOf = (folder: string): string => folder.split('_')[0]!;
  const kinds = new Set(paths.map((path) => kindOf(basename(dirname(path)))));
  const components = new Set(paths.map((path) => dirname(dirname(path))));
  const left: string[] = [];
  for (const component of components)
    for (const folder of await entries(component)) {
      if (!folder.isDirectory() || !kinds.has(kindOf(folder.name))) continue;
      for (const entry of await entries(join(component, folder.name))) {
        const path = join(component, folder.name, entry.name);
        if (!entry.isFile() || own.has(path) || isBeside(path, own)) continue;
        if (left.length === most) return left;
        left.push(path);
      }
    }
  return left;
}

/** Whether something is called as one of the files, with another ending behind it. */
const isBeside = (path: string, own: ReadonlySet<string>): boolean =>
  [...path.matchAll(/\./g)].some(({ index }) => own.has(path.slice(0, index)));

/** In the order of their names; none of a folder that cannot be read. */
async function entries(folder: string): Promise<readonly Dirent[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
