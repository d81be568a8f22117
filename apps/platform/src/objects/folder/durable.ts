import { fsync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Writes a folder's entries to the disk, so that a power cut does not take a new one away. */
export async function synchroniseFolder(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export const synchroniseFile = promisify(fsync);

/** Whether a hard link failed because there can be none here, so that only a copy helps. */
export function cannotLink(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP';
}
