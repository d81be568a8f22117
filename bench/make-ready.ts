import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Has the machine ready for another file of `bytes`: nothing of the last one is left to be written to the disk, and the
 * memory that keeps it is the machine's. A virtual machine is given memory when it first uses it, which took 2 s for 1 GB:
 * the first of two had to pay it.
 */
export async function makeReady(folder: string, bytes: number): Promise<void> {
  const path = join(folder, 'ready.bin');
  const file = await open(path, 'wx');
  const piece = Buffer.alloc(8_000_000);
  for (let left = bytes; left > 0; left -= piece.length) await file.writeFile(piece.subarray(0, left));
  await file.close();
  await rm(path);
  await promisify(execFile)('sync');
}
