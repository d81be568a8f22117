import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

import type { PutAnswer, PutRequest } from '../runtime.ts';
import { Counted } from './counted.ts';
import { headersOf } from './headers-of.ts';

/** The memory of such a piece may be used again once it has left. In bytes. */
const largeBytes = 64 * 1024;

/** What a store says of a refusal is short. */
const longestText = 64 * 1024;

/**
 * PUTs a source no faster than the store takes it. `fetch` takes a streamed body as fast as the source gives it and holds
 * what the socket does not take: 1.1 GB of memory for 1 GB.
 */
export async function putByRequest({ url, source, signal, onBytes, added }: PutRequest): Promise<PutAnswer> {
  signal.throwIfAborted();
  const from = added?.from ?? 0;
  const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
    method: added ? 'PATCH' : 'PUT',
    headers: { ...added?.headers, 'content-length': source.size - from },
    // A connection of its own: one that was kept may be closed just now, and a stream cannot be sent twice.
    ...(process.env['NODE_USE_ENV_PROXY'] === '1' ? {} : { agent: false }),
    signal,
  });
  const pump = new Pump(request);
  const answer = answerOf(request);
  // It may fail while the bytes are still being sent, and is awaited after that.
  answer.catch(() => undefined);
  try {
    const counted = new Counted(source, added);
    await pump.send(source.stream({ brief: true, from }), counted, onBytes);
    // A store that has all bytes may answer before the source has said that there are no more.
    if (pump.isOver && pump.written < source.size - from) {
      const early = await answer;
      if (early.status < 300) throw new Error('the store answered before it had all bytes');
      return early;
    }
    const sha256 = counted.end();
    request.end();
    return { ...(await answer), ...(sha256 === undefined ? {} : { sha256 }) };
  } finally {
    request.destroy();
  }
}

/** Sends a stream until its end, or until the store has answered or gone. */
class Pump {
  readonly #request: ClientRequest;
  #over = false;
  #written = 0;
  #stop: () => void = () => undefined;

  constructor(request: ClientRequest) {
    this.#request = request;
    const end = (): void => {
      this.#over = true;
      this.#stop();
    };
    for (const event of ['response', 'error', 'close']) request.once(event, end);
  }

  /** How many bytes were given to the connection. */
  get written(): number {
    return this.#written;
  }

  get isOver(): boolean {
    return this.#over;
  }

  async send(
    stream: ReadableStream<Uint8Array>,
    counted: Counted,
    onBytes: (sent: number) => void,
  ): Promise<void> {
    const reader = stream.getReader();
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    this.#stop = cancel;
    try {
      while (!this.#over) {
        const { done, value } = await reader.read();
        if (done) return;
        for (const piece of counted.cut(value)) {
          if (this.#over) return;
          this.#written += piece.byteLength;
          await this.#write(piece);
          onBytes(counted.sent);
        }
        this.#stop = cancel;
      }
    } finally {
      cancel();
    }
  }

  /** A large piece has left this process after it, small ones may wait to leave together. */
  async #write(piece: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stop = resolve;
      const large = piece.byteLength >= largeBytes;
      const goesOn = this.#request.write(piece, large ? () => resolve() : undefined);
      if (large) return;
      if (goesOn) resolve();
      else this.#request.once('drain', resolve);
    });
  }
}

async function answerOf(request: ClientRequest): Promise<PutAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    request.once('close', () => reject(new Error('the connection was closed without an answer')));
  });
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response as AsyncIterable<string>) {
    text += part;
    if (text.length > longestText) break;
  }
  return { status: response.statusCode ?? 0, headers: headersOf(response), text };
}
