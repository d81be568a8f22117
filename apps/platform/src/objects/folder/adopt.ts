import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';

import type { AdoptedObject, StoredObject } from '../objects.ts';
import { cannotLink, synchroniseFile, synchroniseFolder } from './durable.ts';

/** A file of at most this size is read in one go, one that is larger in pieces of it. */
const littleBytes = 1024 * 1024;

/**
 * Stores a file of this machine at a path of the store: by a link where nobody can write to it any more, else by a copy.
 * @param copy stores a stream at the path
 */
export async function adoptFile(
  path: string,
  target: string,
  { final, copy }: { readonly final: boolean; readonly copy: (source: Readable) => Promise<StoredObject> },
): Promise<AdoptedObject> {
  // What a component left may be a link to a file that it must not see, or a pipe that nobody writes to.
  const source = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(source);
    isOpen = false;
  };
  try {
    const found = fstatSync(source);
    if (!found.isFile()) throw new Error(`${basename(path)} is no file`);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (final && linkWhole(path, target, found)) {
      const stored = await digest(source, found.size);
      fchmodSync(source, 0o600);
      const durable = synchroniseLink(source, target).finally(close);
      durable.catch(() => undefined);
      return { ...stored, durable };
    }
    const stored = await copy(readOpen(source));
    close();
    return { ...stored, durable: Promise.resolve() };
  } catch (error) {
    close();
    throw error;
  }
}

const readOpen = (fd: number): Readable =>
  createReadStream('', { fd, autoClose: false, start: 0, highWaterMark: littleBytes });

/** Gives the file of an open descriptor a second name. @returns false where that cannot be, or it was another file */
function linkWhole(path: string, target: string, found: Stats): boolean {
  try {
    // Left by a try that was cut off.
    rmSync(target, { force: true });
    linkSync(path, target);
  } catch (error) {
    if (cannotLink(error)) return false;
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
  for await (const chunk of readOpen(file) as AsyncIterable<Buffer>) {
    read += chunk.length;
    hash.update(chunk);
  }
  return { size: read, sha256: hash.digest('hex') };
}

async function synchroniseLink(file: number, path: string): Promise<void> {
  await synchroniseFile(file);
  await synchroniseFolder(dirname(path));
}
