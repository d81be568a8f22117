import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { NoSuchObjectError, readableFault } from '../errors.ts';
import { segmentsOf } from '../key.ts';
import { measure } from '../measure.ts';
import type { Objects, PutOptions, StoredObject } from '../objects.ts';
import { RunningDigests } from '../arriving.ts';
import { adoptFile } from './adopt.ts';
import { appendToFile, lengthOf, partialPath } from './append.ts';
import { cannotLink, synchroniseFolder } from './durable.ts';
import { readBytes, readPieces } from './pieces.ts';
import { listFolder, sweepOlder } from './walk.ts';
import { writeChunks } from './write-chunks.ts';

/** Objects as files of a folder. The folder is for one platform alone. */
export async function createFolderObjects(folder: string): Promise<Objects> {
  const root = resolve(folder);
  const unfinished = join(root, '.unfinished');
  await mkdir(unfinished, { recursive: true, mode: 0o700 });

  const digests = new RunningDigests();
  const pathOf = (key: string): string => join(root, ...segmentsOf(key));
  const temporaryPath = (): string => join(unfinished, randomUUID());
  const store = async (path: string, source: Readable, options: PutOptions): Promise<StoredObject> => {
    const temporary = temporaryPath();
    try {
      const stored = await write(temporary, source, options);
      await place(temporary, path);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
  const adopt: Objects['adopt'] = async (key, path, { final = false } = {}) => {
    const target = pathOf(key);
    try {
      return await adoptFile(path, target, {
        final,
        copy: async (source) => await store(target, source, {}),
      });
    } catch (error) {
      throw readableFault(error);
    }
  };

  return {
    put: async (key, source, options = {}) => {
      const path = pathOf(key);
      try {
        return await store(path, source, options);
      } catch (error) {
        throw readableFault(error);
      }
    },
    append: async (key, source, options) => {
      const places = { key, partial: partialPath(unfinished, key), path: pathOf(key), place, digests };
      return await appendToFile(places, source, options);
    },
    received: async (key) =>
      (await lengthOf(pathOf(key))) ?? (await lengthOf(partialPath(unfinished, key))) ?? 0,
    abandon: async (key) => await rm(partialPath(unfinished, key), { force: true }),
    putFile: async (key, path, { final = false, signal } = {}) => {
      signal?.throwIfAborted();
      const { durable, ...stored } = await adopt(key, path, { final });
      await durable;
      return stored;
    },
    copy: async (from, to) => await copyObject(from, pathOf(from), pathOf(to), temporaryPath),
    get: async (key, range, { signal } = {}) => {
      const file = await found(key, open(pathOf(key), 'r'));
      return file.createReadStream({ ...range, highWaterMark: readBytes, ...(signal && { signal }) });
    },
    pieces: async (key, range) => {
      const path = pathOf(key);
      return readPieces(await found(key, open(path, 'r')), range);
    },
    withFile: async (key, use, { signal } = {}) => {
      signal?.throwIfAborted();
      await found(key, access(pathOf(key)));
      return await use(pathOf(key));
    },
    toFile: async (key, path, { shared = false, signal } = {}) => {
      const source = pathOf(key);
      signal?.throwIfAborted();
      if (shared && (await linked(source, path))) return;
      await found(key, access(source));
      await rm(path, { force: true });
      if (!shared || !(await linked(source, path))) await copyWhole(source, path);
    },
    has: async (key) =>
      await access(pathOf(key)).then(
        () => true,
        () => false,
      ),
    size: async (key) => (await found(key, stat(pathOf(key)))).size,
    remove: async (key) => await rm(pathOf(key), { force: true }),
    list: (prefix = '') => listFolder(root, prefix),
    signedUrl: async (key) => {
      pathOf(key);
      return await Promise.resolve(undefined);
    },
    sweep: async () => await sweepOlder(unfinished, 24 * 60 * 60 * 1000),
    check: async () => {
      const path = join(unfinished, `check-${randomUUID()}`);
      const file = await open(path, 'wx');
      await file.close();
      await rm(path);
    },
    adopt,
    localPath: pathOf,
  };
}

/** Puts a finished file in its place: after this returns, a power cut does not take it away. */
async function place(temporary: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(temporary, path);
  await synchroniseFolder(dirname(path));
}

async function copyObject(key: string, from: string, to: string, temporaryPath: () => string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
    await synchroniseFolder(dirname(to));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    if (!cannotLink(error)) throw missing(key, error, from);
    const temporary = temporaryPath();
    try {
      await copyFile(from, temporary, constants.COPYFILE_FICLONE);
      await place(temporary, to);
    } catch (fault) {
      await rm(temporary, { force: true });
      throw readableFault(fault);
    }
  }
}

/** @returns false where that cannot be, or something is in the way, or there is nothing to link */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (cannotLink(error) || code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/** Hidden until it is whole, beside its place so that it can be renamed. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), `.part-${randomUUID()}`);
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw readableFault(error);
  }
}

async function write(path: string, source: Readable, options: PutOptions): Promise<StoredObject> {
  const measured = measure(source, options);
  const file = await open(path, 'wx', 0o600);
  try {
    await writeChunks(file, measured, options);
    await file.sync();
  } finally {
    await file.close();
  }
  return measured.stored();
}

/** @throws NoSuchObjectError when the file of the object is not there */
async function found<T>(key: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw missing(key, error);
  }
}

function missing(key: string, error: unknown, path?: string): unknown {
  const { code, path: at } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' && (path === undefined || at === path) ? new NoSuchObjectError(key, error) : error;
}
