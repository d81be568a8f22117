import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';

import { AdministrationError } from '../errors.ts';
import { asBackup, infoName, parts, settingsName, sumsName } from './format.ts';
import type { BackupInfo } from './format.ts';
import { hashing } from './write-backup.ts';

interface Options {
  /** The archive. */
  readonly file: string;
  /** The data folder of the platform-to-be: not there yet, or empty. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly moved: (bytes: number, total: number) => void;
}

/**
 * Makes the data folder of a platform from a backup. Everything is unpacked and checked beside the folder first, and takes
 * its place in the end: until then nothing is there.
 * @throws AdministrationError for a folder that is not empty, and for an archive that is damaged or of a newer platform
 */
export async function readBackup({ file, folder, signal, moved }: Options): Promise<BackupInfo> {
  const target = resolve(folder);
  await refuseUsed(target);
  const { size } = await stat(file);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await refuseFull(dirname(target), size);
  const beside = `${target}.restore-${randomUUID()}`;
  await mkdir(beside, { mode: 0o700 });
  try {
    const info = await unpack(file, beside, signal, (bytes) => moved(bytes, size));
    signal.throwIfAborted();
    await refuseUsed(target);
    await rmdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(beside, target);
    return info;
  } catch (error) {
    await rm(beside, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function refuseUsed(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw new AdministrationError(`${folder} is no folder`);
    throw error;
  });
  if (names.length > 0)
    throw new AdministrationError(`${folder} is not empty: restore into a folder that is not there yet`);
}

/** The archive is as large as what is in it. */
async function refuseFull(folder: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= size) return;
  const gb = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new AdministrationError(
    `There is no room for it: it needs ${gb(size)} GB in ${folder}, where ${gb(bavail * bsize)} GB are free`,
  );
}

async function unpack(
  file: string,
  folder: string,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<BackupInfo> {
  const sums = new Map<string, string>();
  let info: BackupInfo | undefined;
  const archive = extract();
  const counting = pipeline(createReadStream(file), counter(moved), archive, { signal });
  counting.catch(() => undefined);
  try {
    for await (const entry of archive) {
      const name = checkedName(entry.header);
      if (info === undefined && name !== infoName)
        throw new AdministrationError('This is no backup of a platform');
      if (sums.has(sumsName)) throw damaged('something follows its checksums');
      if (entry.header.type === 'directory') {
        await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
        entry.resume();
        continue;
      }
      if (sums.has(name)) throw damaged(`it holds ${name} twice`);
      if ((entry.header.size ?? 0) > longest(name, sums)) throw damaged(`${name} is longer than it can be`);
      sums.set(name, await place(chunksOf(entry as AsyncIterable<Buffer>), join(folder, name)));
      info ??= asBackup(await readFile(join(folder, infoName), 'utf8'));
    }
    await counting;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AdministrationError || (error as NodeJS.ErrnoException).syscall !== undefined)
      throw error;
    // What tar itself finds wrong.
    throw info === undefined
      ? new AdministrationError('This is no backup of a platform')
      : damaged('it is cut off, or its parts are not where they should be');
  }
  await compare(folder, sums);
  return info!;
}

/** What is read whole has a length that it cannot exceed, however the archive was made. */
function longest(name: string, sums: ReadonlyMap<string, string>): number {
  if (name === infoName || name === settingsName) return longestDescription;
  if (name !== sumsName) return Infinity;
  // A line for each of the others: its sum, two spaces, its name.
  return [...sums.keys()].reduce((length, one) => length + 64 + 2 + Buffer.byteLength(one) + 1, 0);
}

const longestDescription = 1024 * 1024;

/** Only members of the kinds and in the places that a backup has: an archive may come from anywhere. */
function checkedName({ name, type }: Header): string {
  const plain = name.replace(/\/$/, '');
  const segments = plain.split('/');
  const known =
    segments.length === 1
      ? [infoName, settingsName, sumsName].includes(plain) || (type === 'directory' && isPart(plain))
      : isPart(segments[0]!);
  const unsafe = segments.some((one) => one === '' || one === '.' || one === '..' || /[\\\0:]/.test(one));
  if (!known || unsafe || (type !== 'file' && type !== 'directory'))
    throw new AdministrationError(`This is no backup of a platform: it holds ${JSON.stringify(name)}`);
  return plain;
}

const isPart = (name: string): boolean => (parts as readonly string[]).includes(name);

/** A member that breaks off ends with an error by this way alone: it is no stream of Node's own. */
async function* chunksOf(entry: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* entry;
}

/** Writes a file to the disk. @returns its SHA-256 */
async function place(source: AsyncIterable<Buffer>, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  await pipeline(source, hashing(hash), createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  return hash.digest('hex');
}

async function compare(folder: string, sums: ReadonlyMap<string, string>): Promise<void> {
  if (!sums.has(sumsName)) throw damaged('its end is missing');
  const lines = (await readFile(join(folder, sumsName), 'utf8')).split('\n').filter((line) => line !== '');
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const [name, sum] of sums) {
    if (name === sumsName) continue;
    if (listed.get(name) !== sum) throw damaged(`${name} is not as it was written`);
    listed.delete(name);
  }
  const [missing] = listed.keys();
  if (missing !== undefined) throw damaged(`${missing} is missing`);
  for (const name of [sumsName, infoName]) await rm(join(folder, name));
}

const damaged = (why: string): AdministrationError =>
  new AdministrationError(`The backup is damaged: ${why}. Nothing was restored`);

function counter(moved: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      bytes += chunk.length;
      moved(bytes);
      done(null, chunk);
    },
  });
}
