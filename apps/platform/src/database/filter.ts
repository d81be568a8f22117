import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

import type { Filter } from '@fusion-platform/contract';

import { typedValue } from './typed-value.ts';

/** A filter of a list call as SQL. Text is compared exactly; in a list of strings `contains` is membership. */
export function filterCondition(column: AnyPgColumn, filter: Filter): SQL {
  const type = column.getSQLType();
  const name = `filter[${filter.field}__${filter.modifier}]`;
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]).map(String);
  const typed = (text: string): SQL => typedValue(column, text, name);
  const first = values[0] ?? '';
  switch (filter.modifier) {
    case 'eq':
      return sql`${column} = ${typed(first)}`;
    case 'ne':
      return sql`${column} is distinct from ${typed(first)}`;
    case 'le':
      return sql`${column} <= ${typed(first)}`;
    case 'lt':
      return sql`${column} < ${typed(first)}`;
    case 'ge':
      return sql`${column} >= ${typed(first)}`;
    case 'gt':
      return sql`${column} > ${typed(first)}`;
    case 'begins_with':
      return sql`starts_with(${column}::text, ${first})`;
    case 'contains':
      return contains(column, type, first);
    case 'not_contains':
      return sql`not coalesce(${contains(column, type, first)}, false)`;
    case 'null':
      return sql`${column} is null`;
    case 'not_null':
      return sql`${column} is not null`;
    case 'in':
      return sql`${column} in (${sql.join(values.map(typed), sql`, `)})`;
    case 'between':
      return sql`${column} between ${typed(first)} and ${typed(values[1] ?? '')}`;
  }
}

function contains(column: AnyPgColumn, type: string, value: string): SQL {
  return type === 'jsonb'
    ? sql`${column} @> ${JSON.stringify([value])}::jsonb`
    : sql`strpos(${column}::text, ${value}) > 0`;
}
