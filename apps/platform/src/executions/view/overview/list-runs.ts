import { QueryError } from '@fusion-platform/contract';
import type { Filter, ListQuery, Run, Scalar } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { typedValue } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import type { Limits } from '../waiting.ts';
import { presentRuns } from './present-run.ts';
import { selectRuns } from './run-rows.ts';

export interface ListedRuns {
  readonly list: Run[];
  readonly last?: Readonly<Record<string, Scalar>>;
}

/** @throws QueryError for a filter that runs do not have */
export async function listRuns(
  queries: Queries,
  organisationId: string,
  query: ListQuery,
  limits: Limits,
): Promise<ListedRuns> {
  const limit = Math.min(query.limit ?? 100, 200);
  const { reverse = false } = query;
  const conditions = [
    ...(query.filters ?? []).map(condition),
    ...(query.search
      ? [sql`strpos(lower(concat_ws(' ', r.process_name, r.abort_reason, r.exit_type)), ${query.search}) > 0`]
      : []),
    ...(query.last ? [after(query.last, reverse)] : []),
  ];
  const rows = await selectRuns(queries, organisationId, {
    ...(conditions.length > 0 ? { where: sql.join(conditions, sql` and `) } : {}),
    reverse,
    limit: limit + 1,
  });
  const kept = rows.slice(0, limit);
  const end = kept.at(-1);
  return {
    list: await presentRuns(queries, kept, limits),
    ...(rows.length > limit && end ? { last: { created_at: end.created_at, id: end.execution_id } } : {}),
  };
}

const columns: Readonly<Record<string, { readonly of: SQL; readonly type: string }>> = {
  id: { of: sql`r.id`, type: 'uuid' },
  process_id: { of: sql`l.process_id`, type: 'uuid' },
  state: { of: sql`r.state`, type: 'text' },
  started_at: { of: sql`r.started_at`, type: 'timestamp with time zone' },
};

const comparisons: Readonly<Record<string, SQL>> = {
  eq: sql`=`,
  ne: sql`<>`,
  le: sql`<=`,
  lt: sql`<`,
  ge: sql`>=`,
  gt: sql`>`,
};

function condition({ field, modifier, value }: Filter): SQL {
  const column = columns[field];
  const values = (Array.isArray(value) ? value : [value]).map(String);
  const typed = (text: string): SQL => typedValue(column!.type, text, `filter[${field}__${modifier}]`);
  if (column && modifier === 'in') return sql`${column.of} in (${sql.join(values.map(typed), sql`, `)})`;
  if (column && modifier === 'between')
    return sql`${column.of} between ${typed(values[0] ?? '')} and ${typed(values[1] ?? '')}`;
  const comparison = comparisons[modifier];
  if (!column || !comparison)
    throw new QueryError(
      `filter ${field}__${modifier}: runs are asked for by eq, ne, le, lt, ge, gt, in and between`,
    );
  return sql`${column.of} ${comparison} ${typed(values[0] ?? '')}`;
}

function after(last: Readonly<Record<string, Scalar>>, reverse: boolean): SQL {
  const { created_at: created, id } = last;
  if (created === undefined || id === undefined) return sql`true`;
  const place = sql`(${typedValue('timestamp with time zone', String(created), 'last[created_at]')}, ${typedValue('uuid', String(id), 'last[id]')})`;
  return reverse ? sql`(l.created_at, l.id) < ${place}` : sql`(l.created_at, l.id) > ${place}`;
}
