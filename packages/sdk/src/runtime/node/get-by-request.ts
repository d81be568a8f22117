import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { OnReadOpts } from 'node:net';

import type { GetAnswer, GetRequest } from '../runtime.ts';
import { Blocks, leastBytes } from './blocks.ts';
import { headersOf } from './headers-of.ts';

/**
 * GETs a file over a connection of its own. Node's HTTP reads the head of the answer; the bytes of a body whose length is
 * told are then read straight into blocks that are used again. 1 GB takes 1 s of processor time by `fetch`, and by Node's HTTP
 * alike, since both copy each 64 KiB into new memory; it takes 0.2 s like this. Redirects are not followed.
 * @returns undefined for a body that is compressed
 */
export async function getByRequest(wanted: GetRequest): Promise<GetAnswer | undefined> {
  const { signal } = wanted;
  signal.throwIfAborted();
  const reading = new Reading(wanted);
  try {
    const answer = await reading.answer;
    const headers = headersOf(answer);
    if (headers.has('content-encoding')) {
      reading.stop();
      return undefined;
    }
    return {
      status: answer.statusCode ?? 0,
      headers,
      chunks: reading.chunks(answer),
      cancel: () => reading.stop(),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** A request, and what comes of it. */
class Reading {
  readonly answer: Promise<IncomingMessage>;
  readonly #wanted: GetRequest;
  readonly #request: ClientRequest;
  /** What comes with the head is less than Node's HTTP holds before it has to wait, and moves into the first block. */
  readonly #head = Buffer.allocUnsafeSlow(leastBytes);
  #answer: IncomingMessage | undefined;
  #blocks: Blocks | undefined;

  constructor(wanted: GetRequest) {
    const { url, headers, signal } = wanted;
    this.#wanted = wanted;
    const onread: OnReadOpts = {
      buffer: () => this.#blocks?.room() ?? this.#head,
      callback: (count) => this.#came(count),
    };
    // What Node's HTTP does not know itself it hands to the connection.
    const options: RequestOptions & { readonly onread: OnReadOpts } = { agent: false, headers, onread };
    this.#request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, options);
    const abort = (): void => void this.#request.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    this.answer = new Promise<IncomingMessage>((resolve, reject) => {
      const failed = (error: Error): void => {
        reject(error);
        this.#blocks?.fail(error);
      };
      this.#request.on('error', failed).once('close', () => {
        signal.removeEventListener('abort', abort);
        failed(new Error('the connection was closed before all had come'));
      });
      this.#request.once('response', (answer) => {
        this.#answer = answer;
        const length = plainLength(answer);
        if (length !== undefined) this.#takeOver(length, answer);
        resolve(answer);
      });
    });
    this.#request.end();
  }

  /** Closes the connection. */
  stop(): void {
    this.#request.destroy();
  }

  async *chunks(answer: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#blocks?.pieces() ?? (answer as AsyncIterable<Uint8Array>);
    } finally {
      this.stop();
    }
  }

  #takeOver(length: number, answer: IncomingMessage): void {
    this.#blocks = new Blocks(length, {
      brief: this.#wanted.brief,
      resume: () => void this.#request.socket?.resume(),
    });
    // It is told of the end of the connection, too, and would throw.
    answer.on('error', () => undefined);
    if (length === 0) this.stop();
  }

  /** @returns false when no more may come for now */
  #came(count: number): boolean {
    if (this.#blocks) return this.#took(this.#blocks, count);
    // What Node's HTTP keeps of it, it copies. It may tell of the answer in here.
    this.#request.socket?.emit('data', this.#head.subarray(0, count));
    return this.#blocks ? this.#tookEarly(this.#blocks) : true;
  }

  /** What came together with the head. */
  #tookEarly(blocks: Blocks): boolean {
    const early = this.#answer?.read() as Buffer | null | undefined;
    if (!early) return true;
    blocks.room().set(early);
    return this.#took(blocks, early.length);
  }

  #took(blocks: Blocks, count: number): boolean {
    const more = blocks.took(count);
    if (blocks.whole) this.stop();
    return more;
  }
}

/** The length of a body that comes as it is. */
function plainLength({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode !== 200 && statusCode !== 206) return undefined;
  const { 'content-length': length, 'transfer-encoding': coded, 'content-encoding': packed } = headers;
  return length === undefined || coded !== undefined || packed !== undefined ? undefined : Number(length);
}
