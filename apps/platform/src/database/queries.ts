import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** What queries run on: the database, or a transaction of it. */
export type Queries = PgDatabase<PgQueryResultHKT, Record<string, never>>;
