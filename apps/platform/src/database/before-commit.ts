import type { Queries } from './queries.ts';

type Last = (queries: Queries) => Promise<void>;

const waiting = new WeakMap<Queries, Last[]>();

/** Runs a transaction, and last in it what `beforeCommit` was given meanwhile. */
export async function inTransaction<T>(queries: Queries, work: (queries: Queries) => Promise<T>): Promise<T> {
  return await queries.transaction(async (tx) => {
    const last: Last[] = [];
    waiting.set(tx, last);
    const result = await work(tx);
    waiting.delete(tx);
    for (const each of last) await each(tx);
    return result;
  });
}

/**
 * Keeps something for the end of a transaction, where it can be said once instead of many times.
 * @returns whether it will be run: not where `queries` is no transaction of the database
 */
export function beforeCommit(queries: Queries, last: Last): boolean {
  const list = waiting.get(queries);
  list?.push(last);
  return list !== undefined;
}
