import type { LogLinesAnswer } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows, tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { presentLog } from '../present.ts';
import { findComponent } from '../read.ts';

export interface LogQuery {
  readonly from?: number | undefined;
  readonly limit?: number | undefined;
  readonly text?: string | undefined;
  readonly attempt?: number | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
}

const { componentLogs } = tables;

/** Part of a log by line. @throws CallError `not_found` */
export async function readLog(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: LogQuery,
): Promise<LogLinesAnswer> {
  await findComponent(queries, organisationId, componentId);
  const limit = Math.min(query.limit ?? 200, 1000);
  const where = conditionOf(componentId, query);
  const [counted] = await selectRows<{ total: number }>(
    queries,
    sql`select count(*)::int as total from component_logs where ${where}`,
  );
  const total = counted?.total ?? 0;
  const from = Math.max(0, Math.min(query.from ?? total - limit, total));
  const wanted = Math.min(limit, total - from);
  if (wanted === 0) return { total, from, lines: [], records: [] };

  // Counted from the nearer end: half of a long log is passed over at most.
  const fromEnd = total - from - wanted;
  const backwards = fromEnd < from;
  const order = backwards ? sql`${componentLogs.seq} desc` : sql`${componentLogs.seq}`;
  const rows = await queries
    .select()
    .from(componentLogs)
    .where(where)
    .orderBy(order)
    .limit(wanted)
    .offset(backwards ? fromEnd : from);
  if (backwards) rows.reverse();
  const filtered = Boolean(query.text) || query.attempt !== undefined || query.since !== undefined;
  return {
    total,
    from,
    lines: filtered
      ? await placesOf(
          queries,
          componentId,
          rows.map(({ seq }) => seq),
        )
      : rows.map((_, i) => from + i),
    records: rows.map(presentLog),
  };
}

function conditionOf(componentId: string, { text, attempt, since }: LogQuery): SQL {
  return and(
    eq(componentLogs.component_id, componentId),
    attempt === undefined ? undefined : eq(componentLogs.attempt, attempt),
    since === undefined ? undefined : sql`${componentLogs.logged_at} >= ${since}::timestamptz`,
    text ? sql`strpos(lower(${componentLogs.message}), ${text.toLowerCase()}) > 0` : undefined,
  )!;
}

/** The places in the whole log of records given in order. */
async function placesOf(queries: Queries, componentId: string, seqs: readonly number[]): Promise<number[]> {
  const [first] = seqs;
  if (first === undefined) return [];
  const rows = await selectRows<{ place: number }>(
    queries,
    sql`with wanted as (select unnest(array[${sql.join(
      seqs.map((seq) => sql`${seq}::bigint`),
      sql`, `,
    )}]) as seq), numbered as (
        select seq, row_number() over (order by seq) as n from component_logs
        where component_id = ${componentId} and seq between ${first} and ${seqs.at(-1)!})
      select (n.n - 1 + (select count(*) from component_logs
          where component_id = ${componentId} and seq < ${first}))::int as place
      from wanted w join numbered n on n.seq = w.seq order by w.seq`,
  );
  return rows.map(({ place }) => place);
}
