import { anySignal } from '../http/index.ts';

export interface PageOptions {
  /** How many to ask for at once. */
  readonly pageSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Gets the pages of a list, one after the other. */
export type Pages<T> = (options: PageOptions) => AsyncGenerator<readonly T[], void, undefined>;

/**
 * A list that is fetched as it is used. Iterating it again fetches it again.
 *
 * @example
 * ```ts
 * import { login } from 'fusion-platform';
 * const { user } = await login({ email: 'ada@example.com', password: 'Secret-1' });
 * for await (const organisation of user.organisations()) console.log(organisation.name);
 * ```
 */
export class Collection<T> implements AsyncIterable<T> {
  readonly #pages: Pages<T>;

  /** Made by the methods that list something. */
  constructor(pages: Pages<T>) {
    this.#pages = pages;
  }

  /** The items page by page; the next page is fetched while one is used. */
  pages(options: PageOptions = {}): AsyncGenerator<readonly T[], void, undefined> {
    return fetchAhead(this.#pages, options);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page;
  }

  /** The first item, or undefined when there is none. Asks for that one alone. */
  async first(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<T | undefined> {
    for await (const page of this.#pages({ ...options, pageSize: 1 })) {
      if (page.length > 0) return page[0];
    }
    return undefined;
  }

  /** All items, or the first `limit` of them. */
  async toArray(
    options: { readonly limit?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T[]> {
    const { limit = Infinity, signal } = options;
    const items: T[] = [];
    if (limit <= 0) return items;
    // What is known to fit into one page is not fetched ahead.
    const few = limit <= 100;
    const pages = few ? this.#pages({ signal, pageSize: limit }) : this.pages({ signal });
    for await (const page of pages) {
      items.push(...page);
      if (items.length >= limit) break;
    }
    return items.length > limit ? items.slice(0, limit) : items;
  }
}

/** Asks for each page before the one before it is used; whoever stops early aborts what is under way. */
async function* fetchAhead<T>(
  source: Pages<T>,
  options: PageOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const stopped = new AbortController();
  const pages = source({ ...options, signal: anySignal(options.signal, stopped.signal) });
  const ask = (): Promise<IteratorResult<readonly T[], void>> => {
    const page = pages.next();
    // Its failure is told when the page is waited for; nobody may ever do so.
    page.catch(() => undefined);
    return page;
  };
  try {
    for (let next = ask(); ;) {
      const { done, value } = await next;
      if (done) return;
      next = ask();
      yield value;
    }
  } finally {
    stopped.abort();
  }
}
