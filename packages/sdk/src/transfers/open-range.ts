import { runtime } from '#runtime';

import { TransferError } from '../errors/index.ts';
import type { Connection } from '../http/index.ts';
import type { GetAnswer, GetRequest } from '../runtime/runtime.ts';
import { promisedDigest } from './digest.ts';

export interface Opened {
  readonly headers: Headers;
  /** The SHA-256 of the whole file in base64, where the platform or its store tells it. */
  readonly digest: string | undefined;
  /** The length of the whole file, where the store tells it. */
  readonly total: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** From this length on, in bytes, a connection of its own is worth more than one that is kept. */
const largeBytes = 8 * 1024 * 1024;

/** Whether a file of this length comes over a connection of its own. */
export function goesDirect({ ownFetch }: Connection, size: number | undefined): boolean {
  return runtime.get !== undefined && !ownFetch && size !== undefined && size >= largeBytes;
}

interface Wanted {
  readonly url: string;
  readonly name: string;
  readonly from: number;
  readonly first: Opened | undefined;
  readonly size?: number | undefined;
  readonly brief?: boolean | undefined;
}

/** Opens a file from a byte on. A store that sends it whole all the same has its first bytes passed over. */
export async function openRange(
  connection: Connection,
  { url, name, from, first, size, brief = false }: Wanted,
  signal: AbortSignal,
): Promise<Opened> {
  const etag = first?.headers.get('etag');
  const strong = etag && !etag.startsWith('W/') ? etag : undefined;
  const { answer, digest } = await ask(connection, url, {
    headers: from === 0 ? {} : { range: `bytes=${from}-`, ...(strong ? { 'if-range': strong } : {}) },
    signal,
    direct: goesDirect(connection, size),
    brief,
  });
  const { status, headers } = answer;
  if (status !== 200 && status !== 206) {
    answer.cancel();
    // Nothing after the last byte: the file was complete already.
    const whole = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
    if (status === 416 && (first ? first.total === undefined : whole === String(from)))
      return { headers, digest, total: from, chunks: none() };
    if (status === 416 && !first && Number(whole) < from)
      throw new TransferError('changed', name, `the file has ${whole} bytes, and ${from} of it are held`);
    throw new TransferError('refused', name, `the download was refused with status ${status}`, { status });
  }
  if (first && !sameFile(first.headers, headers)) {
    answer.cancel();
    throw new TransferError('changed', name, 'the file changed while it was being downloaded');
  }
  const { chunks } = answer;
  return {
    headers,
    digest,
    total: totalOf(answer),
    chunks: status === 206 || from === 0 ? chunks : skip(chunks, from),
  };
}

/** Asks for the first byte alone: the headers tell of the whole file. */
export async function probe(
  connection: Connection,
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly size: number | undefined; readonly sha256: string | undefined }> {
  const { answer, digest } = await ask(connection, url, {
    headers: { range: 'bytes=0-0' },
    signal,
    direct: false,
    brief: false,
  });
  answer.cancel();
  const { status, headers } = answer;
  // An empty file has no first byte.
  const empty = status === 416 && headers.get('content-range') === 'bytes */0';
  if (status !== 200 && status !== 206 && !empty)
    throw new TransferError('refused', name, `the store refused to tell of it with status ${status}`, {
      status,
    });
  return {
    size: empty ? 0 : totalOf(answer),
    sha256: digest === undefined ? undefined : hexOf(digest),
  };
}

const hexOf = (base64: string): string =>
  Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');

const mostHops = 5;

/**
 * A platform may lead on to its store, which does not know the checksum that the platform told on the way. A browser shows
 * nobody the way.
 */
async function ask(
  connection: Connection,
  url: string,
  wanted: Omit<GetRequest, 'url'> & { readonly direct: boolean },
): Promise<{ readonly answer: GetAnswer; readonly digest: string | undefined }> {
  let at = url;
  let digest: string | undefined;
  for (let hop = 0; ; hop += 1) {
    const manual = runtime.hasFileSystem && hop < mostHops;
    const answer =
      (manual && wanted.direct ? await runtime.get?.({ ...wanted, url: at }) : undefined) ??
      (await byFetch(connection, at, wanted, manual ? 'manual' : 'follow'));
    const { status, headers } = answer;
    digest ??= promisedDigest(headers);
    const next = headers.get('location');
    if (!manual || next === null || status < 300 || status >= 400) return { answer, digest };
    answer.cancel();
    at = new URL(next, at).href;
  }
}

async function byFetch(
  connection: Connection,
  url: string,
  { headers, signal }: Pick<GetRequest, 'headers' | 'signal'>,
  redirect: RequestRedirect,
): Promise<GetAnswer> {
  const response = await connection.fetch(url, { headers, signal, redirect });
  return {
    status: response.status,
    headers: response.headers,
    chunks: chunksOf(response),
    cancel: () => void response.body?.cancel().catch(() => undefined),
  };
}

function sameFile(before: Headers, now: Headers): boolean {
  const [a, b] = [before.get('etag'), now.get('etag')];
  return !a || !b || a === b;
}

function totalOf({ status, headers }: GetAnswer): number | undefined {
  // A compressed answer's length is not that of the file.
  if (headers.get('content-encoding')) return undefined;
  const text =
    status === 206 ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  return text === null || text === undefined ? undefined : Number(text);
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function* skip(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.byteLength) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.byteLength);
  }
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {}
