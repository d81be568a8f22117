import type { ListAnswer, ListQuery } from '@fusion-platform/contract';

import { RequestError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { AnyCall, Connection, Cursor, Outcome } from '../http/index.ts';
import { Collection } from './collection.ts';
import type { PageOptions, Pages } from './collection.ts';

type ListCall = AnyCall & { readonly answer: ListAnswer };
type Item<C extends ListCall> =
  Outcome<C['answer']> extends { readonly list: readonly (infer I)[] } ? I : never;

/** How many items a page of a list has, unless told. */
const usualPageSize = 100;
/** What every platform takes: the size that the Python client asks for. */
const safePageSize = 24;

/** The pages of a list call, each item as `make` gives it. */
export function pagesOf<C extends ListCall, T>(
  connection: Connection,
  call: C,
  params: Readonly<Record<string, string | undefined>>,
  query: Omit<ListQuery, 'limit' | 'last'>,
  make: (item: Item<C>) => T,
): Pages<T> {
  return async function* pages({ pageSize = usualPageSize, signal }: PageOptions) {
    let limit = pageSize;
    let last: Cursor | undefined;
    for (;;) {
      const list: ListQuery = { limit, ...query, ...(last ? { last } : {}) };
      let answer;
      try {
        answer = await perform(connection, call, { params, list, signal });
      } catch (error) {
        if (limit <= safePageSize || !refusesLimit(error)) throw error;
        limit = safePageSize;
        continue;
      }
      ({ last } = answer);
      yield (answer.list as readonly Item<C>[]).map(make);
      if (last === undefined) return;
    }
  };
}

export function listOf<C extends ListCall, T>(...args: Parameters<typeof pagesOf<C, T>>): Collection<T> {
  return new Collection(pagesOf(...args));
}

function refusesLimit(error: unknown): boolean {
  return error instanceof RequestError && (error.status === 400 || error.status === 422);
}
