import type { LogLinesAnswer } from '@fusion-platform/contract';
import { and, eq, gt, gte, lte, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows, tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { presentLog } from '../present.ts';
import { noteAnchor, noteCount, startFor } from './log-places.ts';
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

/** Whether it asks for a selection of the lines. */
export const isSearch = ({ text, attempt, since }: LogQuery): boolean =>
  Boolean(text) || attempt !== undefined || since !== undefined;

/** Part of those lines of a log that match, counted among themselves; `lines` says where they are in the whole log. */
export async function readMatches(
  queries: Queries,
  componentId: string,
  query: LogQuery & { readonly limit: number },
  places: LogPlaces,
): Promise<LogLinesAnswer> {
  const { text, attempt, since, limit } = query;
  const where = conditionOf(componentId, query);
  const known = places.of(JSON.stringify([componentId, text, attempt, since]));
  const counted = await countMatches(queries, componentId, where, known);
  const total = counted.lines;
  const from = Math.max(0, Math.min(query.from ?? total - limit, total));
  const wanted = Math.min(limit, total - from);
  if (wanted === 0) return { total, from, lines: [], records: [] };

  const start = startFor(known, { from, to: from + wanted }, counted);
  const order = start.backwards ? sql`${componentLogs.seq} desc` : sql`${componentLogs.seq}`;
  const bound = start.backwards ? lte : gte;
  const rows = await queries
    .select()
    .from(componentLogs)
    .where(and(where, bound(componentLogs.seq, start.seq)))
    .orderBy(order)
    .limit(wanted)
    .offset(start.pass);
  if (start.backwards) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  if (first && last) {
    noteAnchor(known, from, first.seq);
    noteAnchor(known, from + rows.length - 1, last.seq);
  }
  const lines = await linesOf(
    queries,
    componentId,
    rows.map(({ seq }) => seq),
  );
  return { total, from, lines, records: rows.map(presentLog) };
}

function conditionOf(componentId: string, { text, attempt, since }: LogQuery): SQL {
  return and(
    eq(componentLogs.component_id, componentId),
    attempt === undefined ? undefined : eq(componentLogs.attempt, attempt),
    since === undefined ? undefined : sql`${componentLogs.logged_at} >= ${since}::timestamptz`,
    text ? sql`strpos(lower(${componentLogs.message}), ${text.toLowerCase()}) > 0` : undefined,
  )!;
}

/** How many lines match, up to the last one. Lines that were counted before are not read again. */
async function countMatches(
  queries: Queries,
  componentId: string,
  where: SQL,
  known: Known,
): Promise<Known['counted']> {
  const { lines, seq } = known.counted;
  const [added] = await selectRows<{ upto: number; lines: number }>(
    queries,
    sql`with upto as (select coalesce((select seq from component_logs
          where component_id = ${componentId} and seq > ${seq} order by seq desc limit 1), ${seq}) as seq)
      select (select seq from upto)::float8 as upto, count(*)::int as lines
      from component_logs where ${and(where, gt(componentLogs.seq, seq))}`,
  );
  if (!added) return known.counted;
  const counted = { lines: lines + added.lines, seq: added.upto };
  noteCount(known, counted.lines, counted.seq);
  return counted;
}

/** The places in the whole log of records given in order: each is counted from the last mark before it, once for all of a mark. */
async function linesOf(queries: Queries, componentId: string, seqs: readonly number[]): Promise<number[]> {
  const [first, last] = [seqs[0], seqs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const rows = await selectRows<{ line: number }>(
    queries,
    sql`with wanted as (select unnest(array[${sql.join(
      seqs.map((seq) => sql`${seq}::bigint`),
      sql`, `,
    )}]) as seq), marks as (
        select line, seq, coalesce(lead(seq) over (order by seq), ${last}::bigint + 1) as next from component_log_marks
        where component_id = ${componentId} and seq <= ${last}),
      used as (
        select line, seq, (select max(wanted.seq) from wanted where wanted.seq < next) as upto from marks
        where exists (select from wanted where wanted.seq >= marks.seq and wanted.seq < next)),
      numbered as (
        select log.seq, used.line + row_number() over (partition by used.line order by log.seq) - 1 as line
        from used join component_logs log
          on log.component_id = ${componentId} and log.seq >= used.seq and log.seq <= used.upto)
      select numbered.line::float8 as line from wanted join numbered on numbered.seq = wanted.seq order by wanted.seq`,
  );
  return rows.map(({ line }) => line);
}
