import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { AdministrationError } from './errors.ts';

/**
 * Writes a backup to a file that only its owner can read: it holds the key that signs sessions. The file is there whole or
 * not at all, and never in the place of another.
 * @returns its size in bytes
 */
export async function keepBackup(
  { bytes, size }: { readonly bytes: Readable; readonly size: number },
  file: string,
  { signal, moved }: { readonly signal: AbortSignal; readonly moved: (bytes: number, total: number) => void },
): Promise<number> {
  const path = resolve(file);
  const part = `${path}.${randomUUID()}.part`;
  let written = 0;
  const counting = new Transform({
    transform: (chunk: Buffer, _, done) => {
      written += chunk.length;
      moved(Math.min(written, size), size);
      done(null, chunk);
    },
  });
  try {
    await pipeline(bytes, counting, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }), {
      signal,
    });
    await link(part, path);
    return written;
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw thereAlready(path);
    if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
      throw new AdministrationError('The platform broke the backup off: its log says why', 'fault');
    throw error;
  } finally {
    await rm(part, { force: true });
  }
}

/** @throws AdministrationError for a file that is there already: it is not overwritten */
export async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found) throw thereAlready(resolve(file));
}

const thereAlready = (path: string): AdministrationError =>
  new AdministrationError(`${path} is there already: remove it, or name another file`);
