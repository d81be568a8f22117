import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { faultOfPath, packageLimits } from '@fusion-platform/contract/service-file';
import { Parser } from 'tar';
import type { ReadEntry } from 'tar';

/** An archive that is not taken: nothing of it is of use. */
export class PackageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PackageError';
  }
}

/** Headers, padding and the paths of entries come on top of the files. */
const overheadBytes = 20_000_000;

/**
 * Unpacks a tar.gz that a stranger sent into a new folder: plain files and folders alone, each below the folder and there
 * once, with bounds on their number and on the bytes that come out, however few went in.
 * @returns the paths of the files, with `/`
 * @throws PackageError naming the entry that is not taken; nothing is written to the folder any more then
 */
export async function unpack(
  archive: string,
  folder: string,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  await mkdir(folder);
  const files = new Set<string>();
  /** Where letters of either case are the same, two names may be one file. */
  const taken = new Set<string>();
  let bytes = 0;
  const takeEntry = async (entry: ReadEntry, stop: AbortSignal): Promise<void> => {
    const path = checkEntry(entry);
    if (entry.type === 'Directory') {
      await mkdir(join(folder, path), { recursive: true });
      entry.resume();
      return;
    }
    const key = path.toLowerCase().normalize('NFC');
    if (taken.has(key)) throw new PackageError(`${path}: it is in the archive twice`);
    taken.add(key);
    bytes += entry.size;
    if (taken.size > packageLimits.files)
      throw new PackageError(`it has more than ${packageLimits.files} files`);
    if (bytes > packageLimits.bytes)
      throw new PackageError(`its files are larger than ${packageLimits.bytes} bytes together`);
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const mode = ((entry.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
    stop.throwIfAborted();
    const file = createWriteStream(target, { flags: 'wx', mode });
    const closed = new Promise<void>((resolve) => file.once('close', () => resolve()));
    try {
      await pipeline(entry as unknown as Readable, file, { signal: stop });
    } finally {
      await closed;
    }
    files.add(path);
  };
  await eachEntry(archive, takeEntry, signal);
  return files;
}

async function eachEntry(
  archive: string,
  take: (entry: ReadEntry, stop: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const parser = new Parser({ strict: true, maxMetaEntrySize: 64 * 1024 });
  let failure: unknown;
  const stop = new AbortController();
  const signals = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const fail = (error: unknown): void => {
    failure ??= error;
    stop.abort();
  };
  // Entries come one after another: the next one begins when this one has been read.
  const taken: Promise<void>[] = [];
  let entries = 0;
  parser.on('entry', (entry) => {
    entries += 1;
    if (failure !== undefined || entries > 2 * packageLimits.files) {
      if (failure === undefined)
        fail(new PackageError(`it has more than ${2 * packageLimits.files} entries`));
      entry.resume();
      return;
    }
    taken.push(take(entry, signals).catch(fail));
  });
  let over = false;
  parser.on('eof', () => {
    over = true;
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', () => resolve());
    parser.on('error', reject);
  });
  ended.catch(() => undefined);
  try {
    const feed = async (source: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of source) {
        signals.throwIfAborted();
        // What comes behind its end is read, and counted, but no part of it: the parser would keep it all.
        if (over || parser.write(chunk)) continue;
        await once(parser, 'drain', { signal: signals });
      }
      parser.end();
    };
    await pipeline(createReadStream(archive), createGunzip(), limited(), feed, { signal: signals });
    await ended;
    await Promise.all(taken);
  } catch (error) {
    fail(error);
    // Whoever hears of it removes the folder: nothing may be written there any more.
    await Promise.allSettled(taken);
    signal?.throwIfAborted();
  }
  if (failure === undefined) return;
  if (failure instanceof PackageError) throw failure;
  const { code, message } = failure as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR')
    throw new PackageError('two of its entries are in each other’s place', { cause: failure });
  if (code?.startsWith('Z_') || code?.startsWith('TAR_') || !code)
    throw new PackageError(`it is no tar.gz: ${message}`, { cause: failure });
  throw failure;
}

/** A few bytes of gzip may stand for any number. */
function limited(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > packageLimits.bytes + overheadBytes)
        done(new PackageError(`it unpacks to more than ${packageLimits.bytes} bytes`));
      else done(null, chunk);
    },
  });
}

/** The path of an entry that is taken; empty for the folder itself. @throws PackageError */
function checkEntry({ type, path: raw }: ReadEntry): string {
  const path = raw.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const shown = JSON.stringify(raw.slice(0, 300));
  if (type !== 'File' && type !== 'OldFile' && type !== 'ContiguousFile' && type !== 'Directory')
    throw new PackageError(
      type === 'SymbolicLink' || type === 'Link'
        ? `${shown} is a link: an archive has plain files and folders alone`
        : `${shown} is a ${type}: an archive has plain files and folders alone`,
    );
  if (path === '' || path === '.') {
    if (type === 'Directory') return '';
    throw new PackageError(`${shown} is no name of a file`);
  }
  const fault = faultOfPath(path);
  if (fault !== undefined) throw new PackageError(`${shown}: ${fault}`);
  return path;
}
