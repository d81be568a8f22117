import { AsyncLocalStorage } from 'node:async_hooks';

import type { Queries } from './queries.ts';

type Last = (queries: Queries) => Promise<void>;

interface Hooks {
  readonly last: Last[];
  readonly after: (() => void)[];
}

const open = new WeakMap<Queries, Hooks>();

const inside = new AsyncLocalStorage<true>();

/** Whether a transaction is open where this is called: then nothing is waited for but the database. */
export const isInTransaction = (): boolean => inside.getStore() === true;

/** Runs a transaction, last in it what `beforeCommit` was given meanwhile, and once it holds what `afterCommit` was. */
export async function inTransaction<T>(queries: Queries, work: (queries: Queries) => Promise<T>): Promise<T> {
  const after: (() => void)[] = [];
  const result = await queries.transaction(async (tx) => {
    const last: Last[] = [];
    open.set(tx, { last, after });
    const done = await inside.run(true, async () => await work(tx));
    for (const each of last) await each(tx);
    open.delete(tx);
    return done;
  });
  for (const each of after)
    try {
      each();
    } catch (error) {
      // What was committed is true, whoever fails to hear of it.
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
    }
  return result;
}

/**
 * Keeps something for the end of a transaction, where it can be said once instead of many times.
 * @returns whether it will be run: not where `queries` is no transaction of the database
 */
export function beforeCommit(queries: Queries, last: Last): boolean {
  const hooks = open.get(queries);
  hooks?.last.push(last);
  return hooks !== undefined;
}

/**
 * Keeps something until a transaction has been committed; it is not run for one that was rolled back.
 * @returns whether it will be run: not where `queries` is no transaction of the database
 */
export function afterCommit(queries: Queries, after: () => void): boolean {
  const hooks = open.get(queries);
  hooks?.after.push(after);
  return hooks !== undefined;
}
