import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  fstatSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { access, copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { CallError } from '@fusion-platform/contract';

import type { Objects, StoredObject } from './objects.ts';

/** A file of at most this size is read in one go, one that is larger in pieces of it. */
const littleBytes = 1024 * 1024;
const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}$/;

/** Objects as files of a folder. */
export async function createFolderObjects(folder: string): Promise<Objects> {
  const root = resolve(folder);
  const unfinished = join(root, '.unfinished');
  await mkdir(unfinished, { recursive: true, mode: 0o700 });

  const pathOf = (key: string): string => {
    const parts = key.split('/');
    if (parts.length < 2 || !parts.every((part) => segment.test(part)))
      throw new RangeError(`"${key}" is no object key`);
    return join(root, ...parts);
  };
  /** Puts a finished file in its place: after this returns, a power cut does not take it away. */
  const place = async (temporary: string, key: string): Promise<void> => {
    await mkdir(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
    await put(temporary, key);
  };
  const put = async (temporary: string, key: string): Promise<void> => {
    const path = pathOf(key);
    await rename(temporary, path);
    await synchronise(dirname(path));
  };

  return {
    put: async (key, source, options = {}) => {
      pathOf(key);
      const temporary = join(unfinished, randomUUID());
      try {
        // Whoever gave the stream may have to read it to its end even when this fails, as an HTTP connection must be.
        const content = source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
        const stored = await write(temporary, content, options);
        await place(temporary, key);
        return stored;
      } catch (error) {
        await rm(temporary, { force: true });
        throw readable(error);
      }
    },
    adopt: async (key, path, { final = false } = {}) => {
      // What a component left may be a link to a file that it must not see, or a pipe that nobody writes to.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const source = openSync(path, flags);
      let isOpen = true;
      const close = (): void => {
        if (isOpen) closeSync(source);
        isOpen = false;
      };
      try {
        const found = fstatSync(source);
        if (!found.isFile()) throw new Error(`${path} is no file`);
        mkdirSync(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
        if (final && linkWhole(path, pathOf(key), found)) {
          const stored = await digest(source, found.size);
          fchmodSync(source, 0o600);
          const durable = synchroniseLink(source, pathOf(key)).finally(close);
          durable.catch(() => undefined);
          return { ...stored, durable };
        }
        const temporary = join(unfinished, randomUUID());
        try {
          const content = createReadStream(path, {
            fd: source,
            autoClose: false,
            start: 0,
            highWaterMark: littleBytes,
          });
          const stored = await write(temporary, content as AsyncIterable<Buffer>, {});
          await put(temporary, key);
          close();
          return { ...stored, durable: Promise.resolve() };
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      } catch (error) {
        close();
        throw readable(error);
      }
    },
    copy: async (from, to) => {
      const path = pathOf(to);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await link(pathOf(from), path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') return;
        if (code !== 'EPERM' && code !== 'EXDEV' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
        const temporary = join(unfinished, randomUUID());
        await copyFile(pathOf(from), temporary, constants.COPYFILE_FICLONE);
        await place(temporary, to);
      }
      await synchronise(dirname(path));
    },
    read: async (key, range) => {
      const file = await open(pathOf(key), 'r');
      return file.createReadStream(range ?? {});
    },
    localPath: pathOf,
    has: async (key) => {
      try {
        await access(pathOf(key));
        return true;
      } catch {
        return false;
      }
    },
    size: async (key) => (await stat(pathOf(key))).size,
    remove: async (key) => await rm(pathOf(key), { force: true }),
    sweep: async () => {
      const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
      for (const name of await readdir(unfinished)) {
        const path = join(unfinished, name);
        const { mtimeMs } = await stat(path);
        if (mtimeMs < dayAgo) await rm(path, { force: true });
      }
    },
    check: async () => {
      const path = join(unfinished, `check-${randomUUID()}`);
      const file = await open(path, 'wx');
      await file.close();
      await rm(path);
    },
  };
}

async function write(
  path: string,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  {
    length,
    maximumBytes,
    signal,
  }: { readonly length?: number; readonly maximumBytes?: number; readonly signal?: AbortSignal },
): Promise<StoredObject> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      signal?.throwIfAborted();
      size += chunk.length;
      if (maximumBytes !== undefined && size > maximumBytes) {
        throw new CallError(
          'too_large',
          `The file is larger than the ${maximumBytes} bytes that this platform takes`,
        );
      }
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    signal?.throwIfAborted();
    if (length !== undefined && size !== length) {
      throw new CallError(
        'bad_request',
        `${size} bytes came where ${length} were announced: send the file again`,
      );
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

/** Gives the file of an open descriptor a second name. @returns false where that cannot be, or it was another file */
function linkWhole(path: string, target: string, found: Stats): boolean {
  try {
    // Left by a try that was cut off.
    rmSync(target, { force: true });
    linkSync(path, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP') return false;
    throw error;
  }
  const linked = lstatSync(target);
  if (linked.ino === found.ino && linked.dev === found.dev) return true;
  rmSync(target);
  return false;
}

async function digest(file: number, size: number): Promise<StoredObject> {
  const hash = createHash('sha256');
  if (size <= littleBytes) {
    const bytes = Buffer.allocUnsafe(size);
    const read = readSync(file, bytes, 0, size, 0);
    return { size: read, sha256: hash.update(bytes.subarray(0, read)).digest('hex') };
  }
  let read = 0;
  const content = createReadStream('', { fd: file, autoClose: false, start: 0, highWaterMark: littleBytes });
  for await (const chunk of content as AsyncIterable<Buffer>) {
    read += chunk.length;
    hash.update(chunk);
  }
  return { size: read, sha256: hash.digest('hex') };
}

async function synchroniseLink(file: number, path: string): Promise<void> {
  await synchroniseFile(file);
  await synchronise(dirname(path));
}

const synchroniseFile = promisify(fsync);

async function synchronise(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function readable(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new CallError(
        'storage_full',
        'The disk of the platform is full: nothing was kept; free space and send it again',
        { cause: error },
      )
    : error;
}
