import type { LogLinesAnswer } from '@fusion-platform/contract';
import { and, eq, gte, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { presentLog } from '../present.ts';
import { findComponent } from '../read.ts';
import { isSearch, readMatches } from './log-matches.ts';
import type { LogQuery } from './log-matches.ts';
import type { LogPlaces } from './log-places.ts';

const { componentLogs } = tables;

/** Part of a log by line. @throws CallError `not_found` */
export async function readLog(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: LogQuery,
  places: LogPlaces,
): Promise<LogLinesAnswer> {
  await findComponent(queries, organisationId, componentId);
  const limit = Math.min(query.limit ?? 200, 1000);
  return isSearch(query)
    ? await readMatches(queries, componentId, { ...query, limit }, places)
    : await readLines(queries, componentId, query.from, limit);
}

/** Its length is kept as it is written, and marks say where its lines are: nothing is counted here, however long it is. */
async function readLines(
  queries: Queries,
  componentId: string,
  asked: number | undefined,
  limit: number,
): Promise<LogLinesAnswer> {
  const [log] = await selectRows<{ total: number; from: number; line: number | null; seq: number | null }>(
    queries,
    sql`select lines::float8 as total, first::float8 as "from", mark.line::float8 as line, mark.seq::float8 as seq
      from (select component_id, lines,
          greatest(0, least(coalesce(${asked ?? null}::bigint, lines - ${limit}::int), lines)) as first
        from component_log_lengths where component_id = ${componentId}) as log
      left join lateral (select line, seq from component_log_marks
        where component_id = log.component_id and line <= first order by line desc limit 1) as mark on true`,
  );
  const { total, from, line, seq } = log ?? { total: 0, from: 0, line: null, seq: null };
  const wanted = Math.min(limit, total - from);
  if (wanted === 0) return { total, from, lines: [], records: [] };
  const rows = await queries
    .select()
    .from(componentLogs)
    .where(and(eq(componentLogs.component_id, componentId), gte(componentLogs.seq, seq ?? 0)))
    .orderBy(componentLogs.seq)
    .limit(wanted)
    .offset(from - (line ?? 0));
  return { total, from, lines: rows.map((_, i) => from + i), records: rows.map(presentLog) };
}
