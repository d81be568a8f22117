import { and, asc, desc, getTableColumns, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';

import type { ListQuery, Scalar } from '@fusion-platform/contract';

import { filterCondition } from './filter.ts';
import { jsonRow } from './json-row.ts';
import type { JsonRow } from './json-row.ts';
import type { Queries } from './queries.ts';
import { typedValue } from './typed-value.ts';

export interface Page<T> {
  readonly rows: T[];
  /** Where the next page begins; absent on the last page. */
  readonly last?: Readonly<Record<string, Scalar>>;
}

const defaultLimit = 100;

/**
 * One page of a table, by keyset: a row that appears or goes meanwhile neither repeats nor hides another.
 * @param options.row what is read of each row, with the columns of the order; all of it when absent
 * @param options.order the columns of the natural order, oldest first, ending with one that is unique
 */
export async function selectPage<T extends PgTable, R = T['$inferSelect']>(
  queries: Queries,
  table: T,
  options: {
    readonly query: ListQuery;
    readonly where?: SQL | undefined;
    readonly row?: JsonRow<R>;
    readonly filterable?: Readonly<Record<string, AnyPgColumn>>;
    readonly searchable?: readonly AnyPgColumn[];
    readonly order?: readonly AnyPgColumn[];
  },
): Promise<Page<R>> {
  const columns = getTableColumns(table) as Record<string, AnyPgColumn>;
  const { query, filterable = {}, searchable = [] } = options;
  const order = options.order ?? [columns['created_at']!, columns['id']!];
  const limit = query.limit ?? defaultLimit;
  const found = await queries
    .select({ row: (options.row ?? (jsonRow(table) as JsonRow<R>)).sql })
    .from<PgTable>(table)
    .where(
      and(
        options.where,
        ...(query.filters ?? []).map((filter) => filterCondition(filterable[filter.field]!, filter)),
        query.search ? searchCondition(searchable, query.search) : undefined,
        query.last ? afterCondition(order, query.last, query.reverse ?? false) : undefined,
      ),
    )
    .orderBy(...order.map((column) => (query.reverse ? desc(column) : asc(column))))
    .limit(limit + 1);
  const rows = found.map(({ row }) => row);
  const more = rows.length > limit;
  const kept = more ? rows.slice(0, limit) : rows;
  const end = kept.at(-1) as Record<string, Scalar> | undefined;
  return more && end
    ? { rows: kept, last: Object.fromEntries(order.map((column) => [column.name, end[column.name]!])) }
    : { rows: kept };
}

function searchCondition(columns: readonly AnyPgColumn[], search: string): SQL | undefined {
  return or(...columns.map((column) => sql`strpos(lower(${column}::text), ${search}) > 0`));
}

function afterCondition(
  order: readonly AnyPgColumn[],
  last: Readonly<Record<string, Scalar>>,
  reverse: boolean,
): SQL | undefined {
  if (order.some((column) => last[column.name] === undefined)) return undefined;
  const names = sql.join([...order], sql`, `);
  const values = sql.join(
    order.map((column) => typedValue(column, String(last[column.name]), `last[${column.name}]`)),
    sql`, `,
  );
  return reverse ? sql`(${names}) < (${values})` : sql`(${names}) > (${values})`;
}
