import type { Bounds } from '@fusion-platform/geo';
import { Refusal, ServiceError } from '@fusion-platform/service-kit';
import ky, { HTTPError } from 'ky';
import type { KyInstance } from 'ky';
import { ZodError } from 'zod';

import { archiveError } from './archive-error.ts';
import { collection, itemPage } from './stac-schema.ts';
import type { StacCollection, StacItem, StacLink } from './stac-schema.ts';

const PAGE = 100;
const MOST_PAGES = 50;

/** A STAC API that holds a collection of elevation tiles. */
export class StacArchive {
  readonly url: string;
  readonly collection: string;
  readonly #http: KyInstance;
  readonly #signal: AbortSignal;

  constructor(url: string, name: string, signal: AbortSignal) {
    this.url = url.replace(/\/+$/, '');
    this.collection = name;
    this.#signal = signal;
    this.#http = ky.create({
      timeout: 30_000,
      signal,
      // A search changes nothing, though it is a POST.
      retry: {
        limit: 4,
        methods: ['get', 'post'],
        jitter: true,
        retryOnTimeout: true,
        backoffLimit: 10_000,
        maxRetryAfter: 60_000,
      },
    });
  }

  /** What the archive says about the collection. @throws {Refusal} when there is none of that name. */
  async describe(): Promise<StacCollection> {
    try {
      const path = `${this.url}/collections/${encodeURIComponent(this.collection)}`;
      return collection.parse(await this.#http.get(path).json());
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof HTTPError && error.response.status === 404)
        throw new Refusal(`The elevation archive at ${this.url} has no collection "${this.collection}"`);
      throw this.#explain(error);
    }
  }

  /** All tiles that touch the bounds (degrees), page after page. */
  async tiles(bounds: Bounds): Promise<StacItem[]> {
    const search = { collections: [this.collection], bbox: bounds, limit: PAGE };
    const found = new Map<string, StacItem>();
    let next: StacLink | undefined = {
      rel: 'next',
      href: `${this.url}/search`,
      method: 'POST',
      body: search,
    };
    for (let page = 0; next !== undefined; page++) {
      if (page >= MOST_PAGES)
        throw new ServiceError('error', `The elevation archive at ${this.url} finds no end of tiles`);
      const { features, links }: { features: StacItem[]; links: StacLink[] } = await this.#page(next, search);
      for (const item of features) found.set(item.id, item);
      next = features.length === 0 ? undefined : links.find(({ rel }) => rel === 'next');
    }
    return [...found.values()];
  }

  async #page(link: StacLink, search: object): Promise<{ features: StacItem[]; links: StacLink[] }> {
    const url = new URL(link.href, `${this.url}/`);
    try {
      const answer =
        link.method?.toUpperCase() === 'POST'
          ? this.#http.post(url, { json: link.merge === true ? { ...search, ...link.body } : link.body })
          : this.#http.get(url);
      return itemPage.parse(await answer.json());
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): ServiceError {
    if (error instanceof ZodError || error instanceof SyntaxError)
      return new ServiceError('error', `The elevation archive at ${this.url} does not answer as a STAC API`, {
        cause: error,
      });
    return archiveError(this.url, error);
  }
}
