import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes on disk below a folder, links not followed. What vanishes meanwhile counts nothing. */
export async function folderSize(folder: string, signal?: AbortSignal): Promise<number> {
  let total = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal?.throwIfAborted();
    try {
      for await (const entry of await opendir(next)) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        // Blocks, not length: a sparse file takes no room.
        else total += (await lstat(path)).blocks * 512;
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return total;
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES';
}
