import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { AdministrationError } from './errors.ts';

/** How the platform that uses a folder is reached from this machine. */
export interface ChannelAddress {
  /** The path of a socket, or the name of a pipe on Windows. */
  readonly socket: string;
  /** What who asks has to know. */
  readonly secret: string;
}

const others = 0o077;
const pathIn = (folder: string): string => join(folder, 'admin.json');

export async function writeAddress(folder: string, address: ChannelAddress): Promise<void> {
  const temporary = `${pathIn(folder)}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(address), { mode: 0o600 });
  await rename(temporary, pathIn(folder));
}

export async function removeAddress(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}

/**
 * Undefined when no platform says where it is reached.
 * @throws AdministrationError where somebody else could have written the file: commands hold passwords
 */
export async function readAddress(folder: string): Promise<ChannelAddress | undefined> {
  const path = pathIn(folder);
  try {
    if (process.platform !== 'win32')
      for (const one of [folder, path]) {
        const { mode, uid } = await stat(one);
        if (uid !== process.getuid?.() || (mode & others) !== 0)
          throw new AdministrationError(
            `${one} does not belong to you alone: run this as the user of the platform (user ${uid}), and see that its mode is ${one === path ? '600' : '700'}`,
          );
      }
    return JSON.parse(await readFile(path, 'utf8')) as ChannelAddress;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
