import type { Query, SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { PreparedQueryConfig } from 'drizzle-orm/pg-core';

import type { Queries } from './queries.ts';

const dialect = new PgDialect();

interface Answer<T> extends PreparedQueryConfig {
  readonly execute: { readonly rows: T[] };
}

/** Asks a statement of the database or of any transaction. @param values of its placeholders */
export type Statement<T, V> = (queries: Queries, values: V) => Promise<T[]>;

/**
 * A statement written by hand whose text is built once for the database and all of its transactions. Built each time, the
 * statements of a component were nearly half of all memory that the engine took and gave back, and a tenth of its processor time.
 * @param name of its own among all statements of the platform: PostgreSQL keeps the plan under it. None where it is asked once
 * @param build with `sql.placeholder` for what changes
 */
export function statement<T, V extends Readonly<Record<string, unknown>>>(
  name: string | undefined,
  build: () => SQL,
): Statement<T, V> {
  let query: Query | undefined;
  return async (queries, values) => {
    query ??= dialect.sqlToQuery(build());
    const asked = queries._.session.prepareQuery<Answer<T>>(query, undefined, name, false);
    return (await asked.execute(values)).rows;
  };
}
