import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { Arriving, digestOf } from '../arriving.ts';
import type { RunningDigests } from '../arriving.ts';
import { OffsetError, readableFault } from '../errors.ts';
import { segmentsOf } from '../key.ts';
import type { AppendOptions, StoredObject } from '../objects.ts';
import { readPieces } from './pieces.ts';
import { writeChunks } from './write-chunks.ts';

/** Where the parts of an object are until it is whole. No other key has the same name: a tilde is in none. */
export const partialPath = (unfinished: string, key: string): string =>
  join(unfinished, segmentsOf(key).join('~'));

/** The bytes of a file; undefined when there is none. */
export async function lengthOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ size }) => size,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    },
  );
}

interface Places {
  readonly key: string;
  /** Where it is while it comes, and once it is whole. */
  readonly partial: string;
  readonly path: string;
  readonly place: (partial: string, path: string) => Promise<void>;
  readonly digests: RunningDigests;
}

/**
 * Adds to the file of what has come: its length tells how much that is, also after the platform was killed. The checksum of
 * the whole is taken from what came, or from the file where a part came to a platform that has been killed since.
 */
export async function appendToFile(
  { key, partial, path, place, digests }: Places,
  source: Readable,
  options: AppendOptions,
): Promise<StoredObject | undefined> {
  const { offset, length } = options;
  const stored = await lengthOf(path);
  if (stored !== undefined) return await known(key, path, { stored, offset });
  const kept = (await lengthOf(partial)) ?? 0;
  if (kept !== offset) throw new OffsetError(key, kept);
  const arriving = new Arriving(source, digests.take(key, offset), options);
  await mkdir(join(partial, '..'), { recursive: true, mode: 0o700 });
  const file = await open(partial, 'a', 0o600);
  try {
    await writeChunks(file, arriving, { ...options, keep: true });
  } catch (error) {
    const fault = readableFault(error);
    // Of a full disk it takes what others need.
    if (fault !== error) await rm(partial, { force: true });
    throw fault;
  } finally {
    await file.sync();
    await file.close();
    if (!arriving.whole) digests.keep(key, arriving);
  }
  if (!arriving.whole) return undefined;
  const sha256 = arriving.hash?.digest('hex') ?? (await digestOfFile(partial));
  await place(partial, path);
  return { size: length, sha256 };
}

/** An object that was whole before: the answer of that time was lost. */
async function known(
  key: string,
  path: string,
  { stored, offset }: { readonly stored: number; readonly offset: number },
): Promise<StoredObject> {
  if (stored !== offset) throw new OffsetError(key, stored);
  return { size: stored, sha256: await digestOfFile(path) };
}

async function digestOfFile(path: string): Promise<string> {
  return await digestOf(readPieces(await open(path, 'r'), undefined));
}
