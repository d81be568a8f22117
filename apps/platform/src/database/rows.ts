import type { SQL } from 'drizzle-orm';

import type { Queries } from './queries.ts';

/** The rows of a statement written by hand. Their form is the statement's promise: keep the two side by side. */
export async function selectRows<T>(queries: Queries, statement: SQL): Promise<T[]> {
  const result: unknown = await queries.execute(statement);
  return (result as { readonly rows: T[] }).rows;
}
