import ky, { HTTPError, isTimeoutError } from 'ky';
import type { KyInstance } from 'ky';
import { ZodError } from 'zod';

import type { Bounds } from '../gdal/index.ts';
import { retryNotice } from '../ranges/index.ts';
import type { OnRetry } from '../ranges/index.ts';
import { StacArchiveError } from './stac-archive-error.ts';
import { collection, itemPage } from './stac-schema.ts';
import type { ArchiveCollection, ArchiveItem, ArchiveLink, ItemPage } from './stac-schema.ts';

const PAGE = 100;
const MOST_PAGES = 50;
/** Further tries of an answer that does not begin well, and of one that breaks off. */
const RETRIES = 4;
const BROKEN_RETRIES = 3;
/** A page of a hundred items of Sentinel-2 has about 2 MB. */
const MOST_BYTES = 100_000_000;

export interface StacArchiveOptions {
  readonly url: string;
  readonly collection: string;
  /** What to call it in messages, e.g. `elevation archive`. */
  readonly title: string;
  readonly signal: AbortSignal;
  /** Called with the bytes of each answer, and the address that they come from in the end. */
  readonly onBytes?: (bytes: number, address: string) => void;
  readonly onRetry?: OnRetry;
  /** Milliseconds that an answer may take to begin, and then to end; 30,000 by default. */
  readonly patience?: number;
}

/** What to look for; degrees, and `start/end` as STAC writes it. */
export interface StacSearch {
  readonly bbox: Bounds;
  readonly datetime?: string;
  readonly sortby?: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[];
}

/** One collection of a STAC API. Its calls try again what may pass. */
export class StacArchive {
  /** Without a slash at its end. */
  readonly url: string;
  readonly collection: string;
  readonly #title: string;
  readonly #http: KyInstance;
  readonly #signal: AbortSignal;
  readonly #onBytes: StacArchiveOptions['onBytes'];
  readonly #onRetry: OnRetry | undefined;
  readonly #patience: number;

  constructor(options: StacArchiveOptions) {
    const { url, collection: name, title, signal, onBytes, onRetry, patience = 30_000 } = options;
    this.url = url.replace(/\/+$/, '');
    this.collection = name;
    this.#title = `The ${title} at ${this.url}`;
    this.#signal = signal;
    this.#onBytes = onBytes;
    this.#onRetry = onRetry;
    this.#patience = patience;
    this.#http = ky.create({
      timeout: patience,
      signal,
      // A search changes nothing, though it is a POST.
      retry: {
        limit: RETRIES,
        methods: ['get', 'post'],
        jitter: true,
        retryOnTimeout: true,
        backoffLimit: 10_000,
        maxRetryAfter: 60_000,
      },
      hooks: {
        beforeRetry: [({ error, retryCount }) => this.#tellRetry(error, retryCount, RETRIES)],
      },
    });
  }

  /** What the archive says about the collection. @throws {StacArchiveError}; the signal's reason when aborted */
  async describe(): Promise<ArchiveCollection> {
    try {
      const path = `${this.url}/collections/${encodeURIComponent(this.collection)}`;
      return collection.parse(await this.#json(() => this.#http.get(path)));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof HTTPError && error.response.status === 404)
        throw new StacArchiveError('no_collection', `${this.#title} has no collection "${this.collection}"`);
      throw this.#explain(error);
    }
  }

  /** All items that are asked for. @throws {StacArchiveError}; the signal's reason when aborted */
  async items(search: StacSearch): Promise<ArchiveItem[]> {
    const found = new Map<string, ArchiveItem>();
    for await (const page of this.pages(search)) for (const item of page) found.set(item.id, item);
    return [...found.values()];
  }

  /** The same, page after page, for those who may not need all. */
  async *pages(search: StacSearch): AsyncGenerator<readonly ArchiveItem[]> {
    const body = { collections: [this.collection], limit: PAGE, ...search };
    let next: ArchiveLink | undefined = { rel: 'next', href: `${this.url}/search`, method: 'POST', body };
    for (let page = 0; next !== undefined; page++) {
      if (page >= MOST_PAGES) throw new StacArchiveError('unusable', `${this.#title} finds no end of items`);
      const { features, links }: ItemPage = await this.#page(next, body);
      if (features.length === 0) return;
      yield features;
      next = links.find(({ rel }) => rel === 'next');
    }
  }

  async #page(link: ArchiveLink, search: object): Promise<ItemPage> {
    const url = new URL(link.href, `${this.url}/`);
    try {
      const json = link.merge === true ? { ...search, ...link.body } : link.body;
      const post = link.method?.toUpperCase() === 'POST';
      const ask = (): Promise<Response> => (post ? this.#http.post(url, { json }) : this.#http.get(url));
      return itemPage.parse(await this.#json(ask));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#explain(error);
    }
  }

  /** ky tries again what does not begin well; here is tried again what breaks off or takes too long. */
  async #json(ask: () => Promise<Response>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const text = await ask().then((response) =>
        this.#text(response).catch((error: unknown) => this.#failed(error, attempt)),
      );
      this.#signal.throwIfAborted();
      if (text !== null) return JSON.parse(text);
    }
  }

  async #text(response: Response): Promise<string> {
    if (response.body === null) return '';
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let [text, bytes, late] = ['', 0, false];
    const timer = setTimeout(() => {
      late = true;
      void reader.cancel().catch(() => undefined);
    }, this.#patience);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (late) throw new Error('the answer does not end in time');
        if (done) break;
        bytes += value.length;
        if (bytes > MOST_BYTES)
          throw new StacArchiveError('unusable', `${this.#title} gives an answer without an end`);
        text += decoder.decode(value, { stream: true });
      }
    } finally {
      clearTimeout(timer);
      // Compressed, fewer bytes came than there are now.
      this.#onBytes?.(Number(response.headers.get('content-length')) || bytes, response.url);
    }
    return text + decoder.decode();
  }

  /** Null where it is worth asking again. */
  #failed(error: unknown, attempt: number): null {
    if (error instanceof StacArchiveError || attempt > BROKEN_RETRIES) throw error;
    if (!this.#signal.aborted) this.#tellRetry(error, attempt, BROKEN_RETRIES);
    return null;
  }

  #tellRetry(error: unknown, retry: number, most: number): void {
    let did = 'breaks off its answer';
    if (error instanceof HTTPError) did = `answers ${error.response.status}`;
    else if (isTimeoutError(error)) did = 'does not answer in time';
    this.#onRetry?.(retryNotice({ url: this.url, error, did, retry, most }));
  }

  #explain(error: unknown): StacArchiveError {
    if (error instanceof StacArchiveError) return error;
    if (error instanceof ZodError || error instanceof SyntaxError)
      return new StacArchiveError('unusable', `${this.#title} does not answer as a STAC API`, {
        cause: error,
      });
    if (error instanceof HTTPError) {
      const { status, statusText } = error.response;
      const passing = status >= 500 || status === 429 || status === 408;
      const words = `${this.#title} answers ${status} ${statusText}`.trimEnd();
      return new StacArchiveError(passing ? 'unreachable' : 'refused', words);
    }
    if (isTimeoutError(error))
      return new StacArchiveError('unreachable', `${this.#title} does not answer in time`);
    return new StacArchiveError('unreachable', `${this.#title} cannot be reached`, { cause: error });
  }
}
