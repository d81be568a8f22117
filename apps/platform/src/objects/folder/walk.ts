import { opendir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { ListedObject } from '../objects.ts';

/** Every object of a folder. What is removed meanwhile may or may not be among them. */
export async function* listFolder(
  root: string,
  prefix: string,
): AsyncGenerator<ListedObject, void, undefined> {
  const folders = [root];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for await (const entry of await opendir(at, { bufferSize: 256 })) {
      // What is unfinished is no object.
      if (entry.name.startsWith('.')) continue;
      const path = join(at, entry.name);
      const key = relative(root, path).replaceAll('\\', '/');
      if (entry.isDirectory()) {
        if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) folders.push(path);
      } else if (entry.isFile() && key.startsWith(prefix)) {
        const found = await stat(path).catch(absent);
        // A link keeps the time of the last writing, and not that of the last change.
        if (found) yield { key, size: found.size, storedAt: found.ctime };
      }
    }
  }
}

/** Removes the files of a folder that nobody has written to for so long. */
export async function sweepOlder(folder: string, milliseconds: number): Promise<void> {
  const before = Date.now() - milliseconds;
  for await (const { name } of await opendir(folder)) {
    const path = join(folder, name);
    // The process that writes it removes it, too.
    const found = await stat(path).catch(absent);
    if (found && found.mtimeMs < before) await rm(path, { force: true });
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}
