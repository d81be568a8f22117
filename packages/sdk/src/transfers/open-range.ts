import { runtime } from '#runtime';

import { TransferError } from '../errors/index.ts';
import type { Connection } from '../http/index.ts';
import { promisedDigest } from './digest.ts';

export interface Opened {
  readonly headers: Headers;
  /** The SHA-256 of the whole file in base64, where the platform or its store tells it. */
  readonly digest: string | undefined;
  /** The length of the whole file, where the store tells it. */
  readonly total: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Opens a file from a byte on. A store that sends it whole all the same has its first bytes passed over. */
export async function openRange(
  connection: Connection,
  url: string,
  name: string,
  from: number,
  first: Opened | undefined,
  signal: AbortSignal,
): Promise<Opened> {
  const etag = first?.headers.get('etag');
  const strong = etag && !etag.startsWith('W/') ? etag : undefined;
  const { response, digest } = await ask(connection, url, {
    headers: from === 0 ? {} : { range: `bytes=${from}-`, ...(strong ? { 'if-range': strong } : {}) },
    signal,
  });
  const { status, headers } = response;
  if (status !== 200 && status !== 206) {
    await response.body?.cancel();
    // Nothing after the last byte: the file was complete already.
    const whole = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
    if (status === 416 && (first ? first.total === undefined : whole === String(from)))
      return { headers, digest, total: from, chunks: none() };
    if (status === 416 && !first && Number(whole) < from)
      throw new TransferError('changed', name, `the file has ${whole} bytes, and ${from} of it are held`);
    throw new TransferError('refused', name, `the download was refused with status ${status}`, { status });
  }
  if (first && !sameFile(first.headers, headers)) {
    await response.body?.cancel();
    throw new TransferError('changed', name, 'the file changed while it was being downloaded');
  }
  const body = chunksOf(response);
  return {
    headers,
    digest,
    total: totalOf(response),
    chunks: status === 206 || from === 0 ? body : skip(body, from),
  };
}

/** Asks for the first byte alone: the headers tell of the whole file. */
export async function probe(
  connection: Connection,
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly size: number | undefined; readonly sha256: string | undefined }> {
  const { response, digest } = await ask(connection, url, { headers: { range: 'bytes=0-0' }, signal });
  await response.body?.cancel();
  const { status, headers } = response;
  // An empty file has no first byte.
  const empty = status === 416 && headers.get('content-range') === 'bytes */0';
  if (status !== 200 && status !== 206 && !empty)
    throw new TransferError('refused', name, `the store refused to tell of it with status ${status}`, {
      status,
    });
  return {
    size: empty ? 0 : totalOf(response),
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
  init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
): Promise<{ readonly response: Response; readonly digest: string | undefined }> {
  let at = url;
  let digest: string | undefined;
  for (let hop = 0; ; hop += 1) {
    const manual = runtime.hasFileSystem && hop < mostHops;
    const response = await connection.fetch(at, { ...init, redirect: manual ? 'manual' : 'follow' });
    digest ??= promisedDigest(response.headers);
    const next = response.headers.get('location');
    if (!manual || next === null || response.status < 300 || response.status >= 400)
      return { response, digest };
    await response.body?.cancel();
    at = new URL(next, at).href;
  }
}

function sameFile(before: Headers, now: Headers): boolean {
  const [a, b] = [before.get('etag'), now.get('etag')];
  return !a || !b || a === b;
}

function totalOf({ status, headers }: Response): number | undefined {
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
