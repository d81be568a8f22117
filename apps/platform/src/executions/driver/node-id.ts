import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The name of the platform that owns this folder of attempts, made up the first time and kept: attempts are found again
 * by the platform on whose machine they are, and by no other.
 */
export async function nodeIdOf(attemptsFolder: string): Promise<string> {
  await mkdir(attemptsFolder, { recursive: true, mode: 0o711 });
  const path = join(attemptsFolder, 'host');
  const made = `${path}.${randomUUID()}`;
  await writeFile(made, randomUUID());
  // A link is there whole or not at all: a kill leaves no half a name.
  await link(made, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(made);
  return await readFile(path, 'utf8');
}
