import { createHash, randomUUID } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { measure } from '../measure.ts';
import type { PutOptions, StoredObject } from '../objects.ts';
import type { Bucket } from './bucket.ts';
import { growingPartSize, Multipart, partSize, putWhole } from './parts.ts';

/** Of one object: one is filled while the others are sent. */
const mostPartsOnTheWay = 3;

/**
 * Stores a stream. Its parts wait on the disk, not in memory: a part can be sent again when the connection breaks, its
 * checksum is known before it is sent, and twenty slow uploads at once take no memory.
 */
export async function putStream(
  bucket: Bucket,
  key: string,
  source: Readable,
  options: PutOptions,
): Promise<StoredObject> {
  const measured = measure(source, options);
  const most = options.length ?? options.maximumBytes;
  const sizeOf = (number: number): number =>
    most === undefined ? growingPartSize(bucket, number) : partSize(bucket, most);
  const upload = new StreamUpload(bucket, key, options.signal);
  try {
    let part = await Spooled.create(bucket.spoolFolder);
    upload.holds(part);
    let bytes = sizeOf(0);
    for await (const chunk of measured) {
      for (let from = 0; from < chunk.length;) {
        if (part.length === bytes) {
          await upload.send(part);
          bytes = sizeOf(upload.parts);
          part = await Spooled.create(bucket.spoolFolder);
          upload.holds(part);
        }
        const piece = chunk.subarray(from, from + bytes - part.length);
        await part.write(piece);
        from += piece.length;
      }
    }
    await upload.finish(part);
    return measured.stored();
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}

/** The parts of one object that are on their way. */
class StreamUpload {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Set<Spooled>();
  readonly #sending = new Set<Promise<void>>();
  #multipart: Multipart | undefined;
  #number = 0;

  constructor(bucket: Bucket, key: string, signal: AbortSignal | undefined) {
    this.#bucket = bucket;
    this.#key = key;
    this.#signal = signal;
  }

  /** How many parts have been sent, or are being sent. */
  get parts(): number {
    return this.#number;
  }

  /** Removes the part in the end, whatever happens. */
  holds(part: Spooled): void {
    this.#held.add(part);
  }

  /** Sends a part while the next one is filled. @throws what the sending of an earlier part failed with */
  async send(part: Spooled): Promise<void> {
    const multipart = (this.#multipart ??= await Multipart.start(this.#bucket, this.#key, this.#signal));
    this.#number += 1;
    const sending = this.#deliver(multipart, part).finally(() => this.#sending.delete(sending));
    sending.catch(() => undefined);
    this.#sending.add(sending);
    if (this.#sending.size >= mostPartsOnTheWay) await Promise.race(this.#sending);
  }

  async #deliver(multipart: Multipart, part: Spooled): Promise<void> {
    await multipart.send(this.#number, part.asPart());
    this.#held.delete(part);
    await part.remove();
  }

  async finish(last: Spooled): Promise<void> {
    if (!this.#multipart) {
      await putWhole(this.#bucket, this.#key, last.asPart(), this.#signal);
      this.#held.delete(last);
      return await last.remove();
    }
    await this.send(last);
    await Promise.all(this.#sending);
    await this.#multipart.complete();
  }

  async abandon(): Promise<void> {
    await Promise.allSettled(this.#sending);
    for (const part of this.#held) await part.remove();
    await this.#multipart?.abort();
  }
}

/** A part that waits on the disk. */
class Spooled {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  length = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(folder: string): Promise<Spooled> {
    const path = join(folder, `part-${randomUUID()}`);
    return new Spooled(path, await open(path, 'wx+', 0o600));
  }

  async write(piece: Buffer): Promise<void> {
    await this.#file.writeFile(piece);
    this.#hash.update(piece);
    this.length += piece.length;
  }

  asPart() {
    return { file: this.#file.fd, start: 0, length: this.length, sha256: this.#hash.digest('hex') };
  }

  async remove(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
