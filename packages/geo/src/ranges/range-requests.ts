import { setTimeout as sleep } from 'node:timers/promises';

import { RemoteRasterError } from './remote-raster-error.ts';
import type { RemoteRasterErrorCode } from './remote-raster-error.ts';
import { retryNotice } from './retry-notice.ts';
import type { OnRetry } from './retry-notice.ts';

export interface RangeOptions {
  /** Called as bytes of bodies arrive, wanted or not, with the address that they come from in the end. */
  readonly onBytes?: (bytes: number, address: string) => void;
  readonly onRetry?: OnRetry;
  readonly headers?: Readonly<Record<string, string>>;
  /** Tries of one request, 5 by default. */
  readonly tries?: number;
  /** Milliseconds before the second try, doubled for each further one; 250 by default. */
  readonly backoff?: number;
  /** Milliseconds that a server may take for each begun 256 kB of an answer, the first included; 30,000 by default. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** What a server says of a file with its first answer. */
export interface FileFacts {
  readonly size: number;
  /** Changes when the file does; null where the server gives nothing that says so. */
  readonly version: string | null;
}

interface Trouble {
  readonly error: RemoteRasterError;
  readonly again: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly after: number;
}

/** A part of the file that is asked for, as far as it is there. */
interface Part {
  readonly from: number;
  bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

const PATIENCE_BYTES = 256 * 1024;

/**
 * Reads parts of one file by HTTP ranges. What may pass is tried again, from where it broke off; an answer that is not
 * what was asked for, too short, of another part or of another version of the file, is never taken for it.
 */
export class RangeRequests {
  readonly url: string;
  readonly #options: RangeOptions;
  #facts: FileFacts | undefined;
  /** What went wrong first: geotiff wraps and rewords the errors that it is given. */
  failure: RemoteRasterError | undefined;

  constructor(url: string, options: RangeOptions) {
    this.url = url;
    this.#options = options;
  }

  /** Known once something was read. */
  get facts(): FileFacts | undefined {
    return this.#facts;
  }

  /** The bytes from `from` on, fewer where the file ends before. @throws {RemoteRasterError}; the signal's reason */
  async read(from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { tries = 5, backoff = 250, signal, onRetry } = this.#options;
    if (!/^https?:/i.test(this.url))
      throw this.#fail('unusable', 'only http and https addresses can be read');
    const part: Part = { from, bytes: new Uint8Array(length), filled: 0 };
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const trouble = await this.#attempt(part);
      if (trouble === null) return part.bytes;
      signal?.throwIfAborted();
      if (!trouble.again || attempt >= tries) {
        this.failure ??= trouble.error;
        throw trouble.error;
      }
      const { error } = trouble;
      const did = error.status === null ? 'breaks off or is too slow' : `answers ${error.status}`;
      onRetry?.(retryNotice({ url: this.url, error, did, retry: attempt, most: tries - 1 }));
      const wait = Math.max(trouble.after, backoff * 2 ** (attempt - 1) * (0.5 + Math.random()));
      await sleep(wait, undefined, signal === undefined ? {} : { signal });
    }
  }

  async #attempt(part: Part): Promise<Trouble | null> {
    const { headers, patience = 30_000, signal } = this.#options;
    const [first, last] = [part.from + part.filled, part.from + part.bytes.length - 1];
    // Trickling bytes would keep a connection alive for ever.
    const deadline = AbortSignal.timeout(patience * Math.ceil((last + 1 - first) / PATIENCE_BYTES));
    try {
      const response = await fetch(this.url, {
        // A compressed part of a file is no part of the file.
        headers: { 'accept-encoding': 'identity', ...headers, range: `bytes=${first}-${last}` },
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      if (response.status !== 206) {
        await response.body?.cancel();
        return this.#explain(response);
      }
      const fault = this.#check(response.headers, part);
      if (fault === null) return await this.#fill(part, response);
      await response.body?.cancel();
      return fault;
    } catch (cause) {
      const message = deadline.aborted ? 'the server is too slow' : 'the server does not answer';
      return this.#trouble('unreachable', message, { cause });
    }
  }

  /** Whether an answer is what was asked for, as far as its headers tell. */
  #check(headers: Headers, part: Part): Trouble | null {
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '');
    const [first = 0, last = 0, size = 0] = range?.slice(1).map(Number) ?? [];
    if (range === null || first !== part.from + part.filled || last < first || last >= size)
      return this.#trouble('unusable', 'the server answers with another part of the file');
    const facts: FileFacts = { size, version: versionOf(headers, size) };
    this.#facts ??= facts;
    // Pieces of two versions would make a file that never was.
    if (facts.size !== this.#facts.size || facts.version !== this.#facts.version)
      return this.#trouble('unreachable', 'the file changed while it was read', {}, false);
    if (part.from + part.bytes.length > size) part.bytes = part.bytes.slice(0, size - part.from);
    return null;
  }

  async #fill(part: Part, response: Response): Promise<Trouble | null> {
    for await (const chunk of response.body ?? []) {
      this.#options.onBytes?.(chunk.length, response.url);
      if (part.filled + chunk.length > part.bytes.length)
        return this.#trouble('unusable', 'the server sends more than it was asked for');
      part.bytes.set(chunk, part.filled);
      part.filled += chunk.length;
    }
    if (part.filled === part.bytes.length) return null;
    return this.#trouble('unreachable', 'the server sends less than it was asked for');
  }

  #explain({ status, headers }: Response): Trouble {
    const told = (code: RemoteRasterErrorCode, message: string, again: boolean): Trouble => ({
      ...this.#trouble(code, message, { status }, again),
      after: retryAfter(headers),
    });
    if (status === 404 || status === 410) return told('not_found', 'there is no such file', false);
    if (status === 408 || status === 429 || status >= 500)
      return told('unreachable', `the server answers ${status}`, true);
    // A full answer would be the whole file, however large.
    if (status < 300) return told('unusable', 'the server does not serve parts of a file', false);
    if (status === 416) return told('unusable', 'the file is cut off', false);
    return told('refused', `the server answers ${status}`, false);
  }

  #trouble(
    code: RemoteRasterErrorCode,
    message: string,
    options: ErrorOptions & { status?: number } = {},
    again = true,
  ): Trouble {
    return { error: new RemoteRasterError(code, this.url, message, options), again, after: 0 };
  }

  #fail(code: RemoteRasterErrorCode, message: string): RemoteRasterError {
    this.failure ??= new RemoteRasterError(code, this.url, message);
    return this.failure;
  }
}

/** A weak ETag says that contents mean the same, not that their bytes are equal, so a date and the size say it better. */
function versionOf(headers: Headers, size: number): string | null {
  const etag = headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) return etag;
  const modified = headers.get('last-modified');
  return modified === null ? null : `${modified} ${size}`;
}

/** Milliseconds; a minute at most, so that a server cannot stop a run by a large number. */
function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after');
  if (value === null) return 0;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(60, Math.max(0, seconds)) * 1000 : 0;
}
