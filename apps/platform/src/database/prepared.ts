import type { Queries } from './queries.ts';

const made = new WeakMap<Queries, Map<string, unknown>>();

/**
 * A statement whose text is built once and kept, with placeholders for what changes: to build one out of objects takes
 * longer than PostgreSQL takes to answer it. Inside a transaction it is built for that transaction.
 * @param name of its own among all statements of the platform: PostgreSQL keeps the plan under it
 */
export function prepared<T>(queries: Queries, name: string, build: (queries: Queries) => T): T {
  let own = made.get(queries);
  if (!own) made.set(queries, (own = new Map()));
  let statement = own.get(name) as T | undefined;
  if (statement === undefined) own.set(name, (statement = build(queries)));
  return statement;
}
