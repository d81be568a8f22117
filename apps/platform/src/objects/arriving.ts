import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

import { CallError } from '@fusion-platform/contract';

import type { AppendOptions } from './objects.ts';

/** Each is a few hundred bytes; whatever was forgotten is read again in the end. */
const mostRemembered = 10_000;

/** Checksums of objects of which more is to come, by their key: to read an object again takes a minute for 20 GB. */
export class RunningDigests {
  readonly #byKey = new Map<string, { readonly hash: Hash; readonly offset: number }>();

  /** The checksum of the bytes before `offset`; undefined where it is not known. It is forgotten here. */
  take(key: string, offset: number): Hash | undefined {
    const found = this.#byKey.get(key);
    this.#byKey.delete(key);
    if (offset === 0) return createHash('sha256');
    return found?.offset === offset ? found.hash : undefined;
  }

  keep(key: string, arrived: Arriving): void {
    if (!arrived.hash) return;
    this.#byKey.delete(key);
    this.#byKey.set(key, { hash: arrived.hash, offset: arrived.end });
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > mostRemembered && oldest !== undefined) this.#byKey.delete(oldest);
  }
}

/** What comes of an object in one go, counted and hashed on its way. The stream is not destroyed. */
export class Arriving implements AsyncIterable<Buffer> {
  /** Of all up to `end`; undefined where it is not known of what came before. */
  readonly hash: Hash | undefined;
  readonly #source: Readable;
  readonly #options: Pick<AppendOptions, 'length' | 'signal'>;
  #end: number;

  constructor(source: Readable, hash: Hash | undefined, options: AppendOptions) {
    this.#source = source;
    this.hash = hash;
    this.#options = options;
    this.#end = options.offset;
  }

  /** How many bytes of the whole object have come. */
  get end(): number {
    return this.#end;
  }

  get whole(): boolean {
    return this.#end === this.#options.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const { length, signal } = this.#options;
    for await (const chunk of this.#source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      if (this.#end + chunk.length > length)
        throw new CallError('too_large', `More bytes came than the ${length} that were announced`);
      this.#end += chunk.length;
      this.hash?.update(chunk);
      yield chunk;
    }
    signal?.throwIfAborted();
  }
}

export async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
