import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

import type { StoredObject } from '../objects.ts';
import type { Bucket } from './bucket.ts';
import { Multipart, partSize, putWhole } from './parts.ts';
import type { FilePart } from './parts.ts';

const mostPartsOnTheWay = 4;
const pieceBytes = 1024 * 1024;

/**
 * Stores a file of this machine: each part is read for its checksum, then sent. One that changes in between is refused by
 * the server.
 */
export async function putLocalFile(
  bucket: Bucket,
  key: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  // What a component left may be a link to a file that it must not see, or a pipe that nobody writes to.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error(`${basename(path)} is no file`);
    return await send(bucket, key, { file, size: found.size, path }, signal);
  } finally {
    await file.close();
  }
}

async function send(
  bucket: Bucket,
  key: string,
  { file, size, path }: { readonly file: FileHandle; readonly size: number; readonly path: string },
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  const whole = createHash('sha256');
  const hashed = async (start: number, length: number): Promise<FilePart> => {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, length));
    for (let at = 0; at < length;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, length - at), start + at);
      if (bytesRead === 0) throw new Error(`${basename(path)} became shorter while it was stored`);
      for (const digest of [hash, whole]) digest.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
    return { file: file.fd, start, length, sha256: hash.digest('hex') };
  };
  const bytes = partSize(bucket, size);
  if (size <= bytes) {
    await putWhole(bucket, key, await hashed(0, size), signal);
    return { size, sha256: whole.digest('hex') };
  }
  const multipart = await Multipart.start(bucket, key, signal);
  const sending = new Set<Promise<void>>();
  try {
    for (let start = 0, number = 1; start < size; start += bytes, number += 1) {
      const part = await hashed(start, Math.min(bytes, size - start));
      const one = multipart.send(number, part).then(() => void sending.delete(one));
      one.catch(() => undefined);
      sending.add(one);
      if (sending.size >= mostPartsOnTheWay) await Promise.race(sending);
    }
    await Promise.all(sending);
    await multipart.complete();
  } catch (error) {
    await Promise.allSettled(sending);
    await multipart.abort();
    throw error;
  }
  return { size, sha256: whole.digest('hex') };
}
