import type { Readable } from 'node:stream';

import { Arriving, digestOf } from '../arriving.ts';
import type { RunningDigests } from '../arriving.ts';
import { OffsetError, readableFault } from '../errors.ts';
import type { AppendOptions, StoredObject } from '../objects.ts';
import type { Bucket } from './bucket.ts';
import { abandon, keptOf, nothingKept, removeTails, tailKey } from './kept.ts';
import type { Kept } from './kept.ts';
import { Multipart, partSize, putWhole } from './parts.ts';
import { readObject } from './read.ts';
import { Spooled } from './spooled.ts';
import { StreamUpload } from './stream-upload.ts';

interface Place {
  readonly bucket: Bucket;
  readonly key: string;
  readonly digests: RunningDigests;
}

/**
 * Adds to an object in parts, all of one size, so that each has its place whoever sends it. What came after the last whole
 * one is kept as an object of its own when the stream breaks, and is taken up again from there.
 */
export async function appendToObject(
  { bucket, key, digests }: Place,
  source: Readable,
  options: AppendOptions,
): Promise<StoredObject | undefined> {
  const { offset, length, fresh = false } = options;
  const kept = fresh ? nothingKept : await keptOf(bucket, key);
  const has = kept.whole ?? kept.bytes + kept.tail;
  if (has !== offset) throw new OffsetError(key, has);
  if (kept.whole !== undefined) return { size: has, sha256: await digestOfObject(bucket, key) };
  const arriving = new Arriving(source, digests.take(key, offset), options);
  const parts = await PartsOfStream.open(bucket, { key, kept, length });
  try {
    for await (const chunk of arriving) await parts.add(chunk);
    if (arriving.whole) await parts.finish();
    else if (await parts.keep()) digests.keep(key, arriving);
  } catch (error) {
    if (readableFault(error) !== error) {
      await parts.release();
      await abandon(bucket, key);
    } else if (await parts.keep().catch(() => false)) digests.keep(key, arriving);
    throw error;
  } finally {
    await parts.release();
  }
  if (!arriving.whole) return undefined;
  // What cannot be removed now is swept later.
  if (!fresh) await removeTails(bucket, key).catch(() => undefined);
  return { size: length, sha256: arriving.hash?.digest('hex') ?? (await digestOfObject(bucket, key)) };
}

async function digestOfObject(bucket: Bucket, key: string): Promise<string> {
  return await digestOf(await readObject(bucket, key, undefined, undefined));
}

/** The part that is being filled, and those that are on their way. */
class PartsOfStream {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #bytes: number;
  readonly #upload: StreamUpload;
  #part: Spooled;
  /** Where that part begins. */
  #start: number;

  private constructor(
    bucket: Bucket,
    { key, kept, length }: { readonly key: string; readonly kept: Kept; readonly length: number },
    part: Spooled,
  ) {
    this.#bucket = bucket;
    this.#key = key;
    this.#bytes = partSize(bucket, length);
    // Nothing of what has come is taken back because no more comes: no signal.
    this.#upload = new StreamUpload(
      bucket,
      key,
      undefined,
      kept.stored && Multipart.resume(bucket, key, kept.stored),
    );
    this.#part = part;
    this.#upload.holds(part);
    this.#start = kept.bytes;
  }

  static async open(
    bucket: Bucket,
    what: { readonly key: string; readonly kept: Kept; readonly length: number },
  ): Promise<PartsOfStream> {
    const parts = new PartsOfStream(bucket, what, await Spooled.create(bucket.spoolFolder));
    if (what.kept.tail === 0) return parts;
    try {
      const tail = await readObject(bucket, tailKey(what.key, what.kept.bytes), undefined, undefined);
      for await (const chunk of tail as AsyncIterable<Buffer>) await parts.add(chunk);
      return parts;
    } catch (error) {
      await parts.release();
      throw error;
    }
  }

  async add(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      if (this.#part.length === this.#bytes) {
        const full = this.#part;
        this.#part = await Spooled.create(this.#bucket.spoolFolder);
        this.#upload.holds(this.#part);
        this.#start += full.length;
        await this.#upload.send(full);
      }
      from += await this.#part.fill(chunk, from, this.#bytes);
    }
  }

  async finish(): Promise<void> {
    await this.#upload.finish(this.#part);
  }

  /** Stores what came after the last part. @returns whether all that came is kept */
  async keep(): Promise<boolean> {
    if (!(await this.#upload.settled())) return false;
    if (this.#part.length > 0 && !this.#part.removed)
      await putWhole(this.#bucket, tailKey(this.#key, this.#start), this.#part.asPart());
    return true;
  }

  async release(): Promise<void> {
    await this.#upload.release();
  }
}
