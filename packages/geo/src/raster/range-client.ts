import { setTimeout as sleep } from 'node:timers/promises';

import { BaseClient, BaseResponse } from 'geotiff';

import { RemoteRasterError } from './remote-raster-error.ts';

export interface RangeClientOptions {
  readonly onBytes?: (bytes: number) => void;
  readonly headers?: Readonly<Record<string, string>>;
  /** Tries of one request, 5 by default. */
  readonly tries?: number;
  /** Milliseconds before the second try, doubled for each further one; 250 by default. */
  readonly backoff?: number;
}

class RangeResponse extends BaseResponse {
  readonly #status: number;
  readonly #headers: Headers;
  readonly #data: ArrayBuffer;

  constructor(status: number, headers: Headers, data: ArrayBuffer) {
    super();
    this.#status = status;
    this.#headers = headers;
    this.#data = data;
  }

  override get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  override get status(): number {
    return this.#status;
  }

  override getHeader(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  override getData(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#data);
  }
}

/** Fetches ranges of one file for geotiff: tries again what may pass, counts what arrives. */
export class RangeClient extends BaseClient {
  readonly #options: RangeClientOptions;
  /** What went wrong first; geotiff wraps and rewords the errors that it is given. */
  failure: RemoteRasterError | undefined;

  constructor(url: string, options: RangeClientOptions) {
    super(url);
    this.#options = options;
  }

  override async request(init: RequestInit = {}): Promise<BaseResponse> {
    const { tries = 5, backoff = 250 } = this.#options;
    const signal = init.signal ?? undefined;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(init);
      if (outcome instanceof RangeResponse) return outcome;
      signal?.throwIfAborted();
      if (!outcome.again || attempt >= tries) {
        this.failure ??= outcome.error;
        throw outcome.error;
      }
      const wait = Math.max(outcome.after, backoff * 2 ** (attempt - 1) * (0.5 + Math.random()));
      await sleep(wait, undefined, signal === undefined ? {} : { signal });
    }
  }

  async #attempt(
    init: RequestInit,
  ): Promise<RangeResponse | { error: RemoteRasterError; again: boolean; after: number }> {
    const { onBytes, headers } = this.#options;
    try {
      const response = await fetch(this.url, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string>) },
      });
      if (response.status === 206) {
        const data = await response.arrayBuffer();
        onBytes?.(data.byteLength);
        return new RangeResponse(response.status, response.headers, data);
      }
      await response.body?.cancel();
      return { ...explain(this.url, response.status), after: retryAfter(response.headers) };
    } catch (cause) {
      return {
        error: new RemoteRasterError('unreachable', this.url, 'the server does not answer', { cause }),
        again: true,
        after: 0,
      };
    }
  }
}

function explain(url: string, status: number): { error: RemoteRasterError; again: boolean } {
  const error = (code: RemoteRasterError['code'], message: string): RemoteRasterError =>
    new RemoteRasterError(code, url, message, { status });
  if (status === 404 || status === 410)
    return { error: error('not_found', 'there is no such file'), again: false };
  if (status === 429 || status >= 500)
    return { error: error('unreachable', `the server answers ${status}`), again: true };
  // A full answer would be the whole file, however large.
  if (status < 300)
    return { error: error('unusable', 'the server does not serve parts of a file'), again: false };
  if (status === 416) return { error: error('unusable', 'the file is cut off'), again: false };
  return { error: error('refused', `the server answers ${status}`), again: false };
}

/** Milliseconds; a minute at most, so that a server cannot stop a run by a large number. */
function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after');
  if (value === null) return 0;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(60, Math.max(0, seconds)) * 1000 : 0;
}
