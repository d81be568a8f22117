import { lstatSync, opendirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';

/**
 * So many files are looked at in one go, which takes a millisecond. To ask for each without waiting for it costs seven
 * times as much, and most attempts leave a handful.
 */
const atOnce = 100;

/**
 * The bytes on disk below folders, links not followed; a file of several names counts once. What vanishes meanwhile counts
 * nothing.
 * @param counted the files of several names that were counted below other folders; those found are added
 */
export async function folderSize(folder: string, counted: Set<string> = new Set()): Promise<number> {
  let total = 0;
  let looked = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      const open = opendirSync(next);
      try {
        for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
          const path = join(next, entry.name);
          if (entry.isDirectory()) waiting.push(path);
          else total += sizeOf(path, counted);
          looked += 1;
          if (looked % atOnce === 0) await breath();
        }
      } finally {
        open.closeSync();
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return total;
}

/** Blocks, not length: a sparse file takes no room. */
function sizeOf(path: string, counted: Set<string>): number {
  try {
    const { blocks, nlink, dev, ino } = lstatSync(path);
    if (nlink > 1) {
      const file = `${dev} ${ino}`;
      if (counted.has(file)) return 0;
      counted.add(file);
    }
    return blocks * 512;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES';
}
