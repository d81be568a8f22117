import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** So many files are looked at side by side: one after the other, a handful takes milliseconds. */
const atOnce = 32;

/** The bytes on disk below a folder, links not followed. What vanishes meanwhile counts nothing. */
export async function folderSize(folder: string, signal?: AbortSignal): Promise<number> {
  let total = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal?.throwIfAborted();
    try {
      let files: string[] = [];
      for await (const entry of await opendir(next)) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else files.push(path);
        if (files.length < atOnce) continue;
        total += await sizeOf(files);
        files = [];
      }
      total += await sizeOf(files);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return total;
}

/** Blocks, not length: a sparse file takes no room. */
async function sizeOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map(async (path) => {
      try {
        return (await lstat(path)).blocks * 512;
      } catch (error) {
        if (isGone(error)) return 0;
        throw error;
      }
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES';
}
