import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

import { lookupPublic, refusalOf } from './addresses.ts';
import { SafeFetchError } from './error.ts';

export interface SafeFetchOptions {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything together, the body of the answer included. */
  readonly timeoutMs: number;
  /** The longest body of an answer that is taken. */
  readonly maximumBytes: number;
  /** Whether addresses of this machine and of private networks may be called. */
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

export interface SafeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/**
 * Calls an address that a user gave: over http or https, on the public internet unless told otherwise, and nowhere else:
 * redirects are given back as answers, proxies of the environment are passed by, no connection is used twice.
 * @throws SafeFetchError; the reason of the signal when that is aborted
 */
export async function safeFetch(address: string, options: SafeFetchOptions): Promise<SafeAnswer> {
  const { timeoutMs, allowPrivate, signal } = options;
  signal.throwIfAborted();
  const url = URL.parse(address);
  if (!url) throw new SafeFetchError('refused', 'this is no address that can be called');
  const refusal = refusalOf(url, allowPrivate);
  if (refusal !== undefined) throw new SafeFetchError('refused', refusal);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await send(url, options, AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SafeFetchError) throw error;
    if (late.aborted)
      throw new SafeFetchError('timeout', `${url.host} did not answer within ${timeoutMs / 1000} seconds`, {
        cause: error,
      });
    throw new SafeFetchError('unreachable', `${url.host} cannot be reached: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function send(url: URL, options: SafeFetchOptions, signal: AbortSignal): Promise<SafeAnswer> {
  const { method, headers, body, maximumBytes, allowPrivate } = options;
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method,
    headers: {
      'user-agent': 'fusion-platform',
      'accept-encoding': 'identity',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    },
    // A connection of its own: one that was kept may have been opened under another rule.
    agent: false,
    signal,
    ...(allowPrivate ? {} : { lookup: lookupPublic }),
  });
  request.on('response', answered.resolve).on('error', answered.reject);
  try {
    request.end(body);
    const response = await answered.promise;
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: await read(response, maximumBytes, url),
    };
  } finally {
    request.destroy();
  }
}

async function read(response: IncomingMessage, maximumBytes: number, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maximumBytes)
      throw new SafeFetchError('too_large', `${url.host} answered with more than ${maximumBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
  return headers;
}

/** When every address of a name was tried in vain, the error of all has no text; those of each do. */
function reasonOf(error: unknown): string {
  const { errors, code, message } = error as AggregateError & { readonly code?: string };
  const first = (errors as Error[] | undefined)?.[0]?.message;
  return message || first || code || 'no reason is known';
}
