import { is, SQL, sql } from 'drizzle-orm';
import type { SQLWrapper } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

import type { Queries } from './queries.ts';
import { statement } from './statement.ts';
import type { Statement } from './statement.ts';

type Values = Readonly<Record<string, unknown>>;

const dialect = new PgDialect();
const texts = new WeakMap<SQL, string | null>();

/**
 * Updates of one kind whose text is built once for each set of columns that they write; see `statement`.
 * @param name of its own among all statements of the platform
 * @param build gives the update that writes these values, of which most are placeholders
 * @returns asks an update; `values` are those of the placeholders that `build` has put into its condition, under names that
 * are none of a column
 */
export function updates<S extends Values, T>(
  name: string,
  build: (on: Queries, set: S, kind: string) => SQLWrapper,
): (queries: Queries, kind: string, set: S, values: Values) => Promise<T[]> {
  const known = new Map<string, Statement<T, Values>>();
  return async (queries, kind, set, values) => {
    const columns = Object.entries(set).filter(([, value]) => value !== undefined);
    const shape = [kind, ...columns.map(([column, value]) => `${column}${formOf(value)}`)].join(', ');
    let write = known.get(shape);
    if (!write) {
      const open = columns.map(([column, value]) => [
        column,
        isFixed(value) ? value : sql.placeholder(column),
      ]);
      const given = build(queries, Object.fromEntries(open) as S, kind).getSQL();
      const isKept = columns.every(([, value]) => !is(value, SQL) || textOf(value) !== null);
      write = statement<T, Values>(isKept ? `${name}_${known.size}` : undefined, () => given);
      if (isKept) known.set(shape, write);
    }
    return await write(queries, { ...Object.fromEntries(columns), ...values });
  };
}

/** JSON would take null for a value of its own. */
const isFixed = (value: unknown): boolean => value === null || is(value, SQL);

function formOf(value: unknown): string {
  if (value === null) return ' null';
  return is(value, SQL) ? ` ${textOf(value) ?? '?'}` : '';
}

/** The text of an expression; null where it has values of its own. */
function textOf(expression: SQL): string | null {
  let text = texts.get(expression);
  if (text === undefined) {
    const query = dialect.sqlToQuery(expression);
    texts.set(expression, (text = query.params.length > 0 ? null : query.sql));
  }
  return text;
}
