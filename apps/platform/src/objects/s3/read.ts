import { addAbortSignal, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { GetObjectCommand } from '@aws-sdk/client-s3';

import type { ByteRange } from '../objects.ts';
import type { Bucket } from './bucket.ts';

const retries = 4;
const firstPauseMilliseconds = 200;

interface Answer {
  readonly body: Readable;
  readonly etag: string | undefined;
  /** Bytes of the answer. */
  readonly length: number;
}

/** The bytes of an object. A connection that breaks is resumed where it broke, as long as the object is the same. */
export async function readObject(
  bucket: Bucket,
  key: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const first = await ask(bucket, key, { range, signal: either });
  const stream = Readable.from(resumed(bucket, key, { first, start: range?.start ?? 0, signal: either }), {
    objectMode: false,
    highWaterMark: 256 * 1024,
  });
  // A body that stands still would be waited for.
  stream.once('close', () => over.abort());
  return signal ? addAbortSignal(signal, stream) : stream;
}

async function* resumed(
  bucket: Bucket,
  key: string,
  { first, start, signal }: { readonly first: Answer; readonly start: number; readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  const end = start + first.length;
  let at = start;
  let answer = first;
  for (let retry = 0; ; retry += 1) {
    const before = at;
    let fault: unknown = new Error(`The object store ended ${key} early`);
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        at += chunk.length;
        yield chunk;
      }
      if (at === end) return;
    } catch (error) {
      fault = error;
    } finally {
      answer.body.destroy();
    }
    if (at === end) return;
    signal.throwIfAborted();
    if (at > before) retry = 0;
    if (at > end || retry >= retries) throw fault;
    await delay(firstPauseMilliseconds * 2 ** retry, undefined, { signal });
    answer = await ask(bucket, key, { range: { start: at, end: end - 1 }, etag: first.etag, signal });
  }
}

async function ask(
  bucket: Bucket,
  key: string,
  wanted: {
    readonly range: ByteRange | undefined;
    readonly etag?: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const { range, etag, signal } = wanted;
  const { Body, ETag, ContentLength } = await bucket.client.send(
    new GetObjectCommand({
      ...bucket.at(key),
      ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
      ...(etag === undefined ? {} : { IfMatch: etag }),
    }),
    { abortSignal: signal },
  );
  if (!(Body instanceof Readable) || ContentLength === undefined)
    throw new Error(`The object store gave ${key} no body of a known length`);
  return { body: Body, etag: ETag, length: ContentLength };
}
