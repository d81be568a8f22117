import type { LogLinesAnswer } from '@fusion-platform/contract';
import { and, eq, gt, gte, lte, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows, tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { presentLog } from '../present.ts';
import { findComponent } from '../read.ts';
import { anchorBefore, noteAnchor, settle, startFor } from './log-places.ts';
import type { LogPlaces } from './log-places.ts';

export interface LogQuery {
  readonly from?: number | undefined;
  readonly limit?: number | undefined;
  readonly text?: string | undefined;
  readonly attempt?: number | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
}

const { componentLogs } = tables;
type Known = ReturnType<LogPlaces['of']>;

/** Part of a log by line. @throws CallError `not_found` */
export async function readLog(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: LogQuery,
  places: LogPlaces,
): Promise<LogLinesAnswer> {
  await findComponent(queries, organisationId, componentId);
  const { text, attempt, since } = query;
  const limit = Math.min(query.limit ?? 200, 1000);
  const where = conditionOf(componentId, query);
  const filtered = Boolean(text) || attempt !== undefined || since !== undefined;
  const known = places.of(JSON.stringify([componentId, filtered ? [text, attempt, since] : null]));
  const total = await countLines(queries, componentId, where, known);
  const from = Math.max(0, Math.min(query.from ?? total - limit, total));
  const wanted = Math.min(limit, total - from);
  if (wanted === 0) return { total, from, lines: [], records: [] };

  const start = startFor(known, from, from + wanted, total);
  const order = start.backwards ? sql`${componentLogs.seq} desc` : sql`${componentLogs.seq}`;
  const bound = start.backwards ? lte : gte;
  const rows = await queries
    .select()
    .from(componentLogs)
    .where(and(where, start.seq === undefined ? undefined : bound(componentLogs.seq, start.seq)))
    .orderBy(order)
    .limit(wanted)
    .offset(start.pass);
  if (start.backwards) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  if (first && last) {
    noteAnchor(known, from, first.seq);
    noteAnchor(known, from + rows.length - 1, last.seq);
  }
  return {
    total,
    from,
    lines: filtered
      ? await placesOf(
          queries,
          componentId,
          rows.map(({ seq }) => seq),
          places,
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

/**
 * How many lines there are. Those of some seconds ago are counted once: of later ones a transaction that has not ended yet may
 * still bring one that belongs between them.
 */
async function countLines(queries: Queries, componentId: string, where: SQL, known: Known): Promise<number> {
  const { lines, seq } = known.settled;
  const [counted] = await selectRows<{ upto: number; settled: number; added: number }>(
    queries,
    sql`with old as (select coalesce((
          select seq from component_logs
          where component_id = ${componentId} and seq > ${seq} and created_at < clock_timestamp() - interval '10 seconds'
          order by seq desc limit 1), ${seq}) as seq)
      select (select seq from old)::float8 as upto,
        count(*) filter (where seq <= (select seq from old))::int as settled, count(*)::int as added
      from component_logs where ${and(where, gt(componentLogs.seq, seq))}`,
  );
  if (!counted) return lines;
  settle(known, lines + counted.settled, counted.upto);
  return lines + counted.added;
}

/** The places in the whole log of records given in order. */
async function placesOf(
  queries: Queries,
  componentId: string,
  seqs: readonly number[],
  places: LogPlaces,
): Promise<number[]> {
  const [first] = seqs;
  if (first === undefined) return [];
  const known = places.of(JSON.stringify([componentId, null]));
  const near = anchorBefore(known, first);
  const rows = await selectRows<{ place: number }>(
    queries,
    sql`with wanted as (select unnest(array[${sql.join(
      seqs.map((seq) => sql`${seq}::bigint`),
      sql`, `,
    )}]) as seq), numbered as (
        select seq, row_number() over (order by seq) as n from component_logs
        where component_id = ${componentId} and seq between ${first} and ${seqs.at(-1)!})
      select (n.n - 1 + ${near.line} + (select count(*) from component_logs
          where component_id = ${componentId} and seq >= ${near.seq} and seq < ${first}))::int as place
      from wanted w join numbered n on n.seq = w.seq order by w.seq`,
  );
  rows.forEach(({ place }, i) => noteAnchor(known, place, seqs[i]!));
  return rows.map(({ place }) => place);
}
