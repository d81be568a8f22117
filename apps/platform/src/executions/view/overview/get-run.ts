import { CallError, normaliseDateTime } from '@fusion-platform/contract';
import type { ExecutionInBrief, RunAnswer } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import type { Limits } from '../waiting.ts';
import { presentRuns } from './present-run.ts';
import { regionsOf } from './regions.ts';
import { selectRuns } from './run-rows.ts';
import { executionState, isoText } from './state-sql.ts';

export interface RunQuery {
  readonly since?: string | undefined;
  readonly regions?: boolean | undefined;
}

/** @throws CallError `not_found`, `bad_request` */
export async function getRun(
  queries: Queries,
  organisationId: string,
  id: string,
  { since, regions = false }: RunQuery,
  limits: Limits,
): Promise<RunAnswer> {
  if (since !== undefined && !isMoment(since))
    throw new CallError('bad_request', `since: "${since.slice(0, 80)}" is no moment (ISO 8601)`);
  const rows = await selectRuns(queries, organisationId, {
    where: sql`coalesce(l.group_id, l.id) = (select coalesce(f.group_id, f.id) from process_executions f
      where f.organisation_id = ${organisationId} and (f.id = ${id} or f.group_id = ${id}) limit 1)`,
    reverse: false,
    limit: 1,
  });
  const [run] = await presentRuns(queries, rows, limits);
  if (!run) throw new CallError('not_found', `There is no run ${id} in this organisation`);
  const [clock] = await selectRows<{ now: string }>(
    queries,
    // A transaction that has not committed yet may have changed rows with a time before now.
    sql`select ${isoText("(clock_timestamp() - interval '5 seconds')")} as now`,
  );
  const executions = await executionsOfRun(queries, organisationId, run.id, since);
  if (!regions) return { run, executions, as_of: clock!.now };
  const of = await regionsOf(
    queries,
    executions.map((execution) => execution.id),
  );
  return {
    run,
    executions: executions.map((execution) => ({ ...execution, ...of.get(execution.id) })),
    as_of: clock!.now,
  };
}

async function executionsOfRun(
  queries: Queries,
  organisationId: string,
  id: string,
  since: string | undefined,
): Promise<ExecutionInBrief[]> {
  const changed: SQL =
    since === undefined
      ? sql`true`
      : sql`(e.updated_at >= ${since}::text::timestamptz or exists (select 1 from process_service_executions n
          where n.process_execution_id = e.id and n.updated_at >= ${since}::text::timestamptz))`;
  return await selectRows<ExecutionInBrief>(
    queries,
    sql`select e.id, e.role, e.group_index, ${executionState} as state, e.progress,
        ${isoText('e.started_at')} as started_at, ${isoText('e.ended_at')} as ended_at, e.exit_type, e.abort_reason,
        e.price::float8 as price, e.charged::float8 as charged, null as bounds, null as outline,
        coalesce(k.components, '[]'::jsonb) as components
      from process_executions e
      left join lateral (
        select jsonb_agg(jsonb_build_object(
            'id', c.id, 'name', c.name, 'chain_index', c.chain_index, 'after', c.depends_on, 'kind', c.kind,
            'intermediate', c.intermediate, 'state', c.state, 'progress', c.progress,
            'started_at', ${isoText('c.started_at')}, 'ended_at', ${isoText('c.ended_at')},
            'peak_memory_bytes', a.peak, 'exit_type', c.exit_type, 'abort_reason', c.abort_reason,
            'attempts', a.count, 'reused', c.reused_from is not null
          ) order by c.chain_index) as components
        from process_service_executions c
        cross join lateral (
          select max(t.peak_memory_bytes)::float8 as peak, count(*)::int as count
          from component_attempts t where t.component_id = c.id
        ) a
        where c.process_execution_id = e.id
      ) k on true
      where e.organisation_id = ${organisationId} and (e.id = ${id} or e.group_id = ${id}) and ${changed}
      order by e.group_index nulls first, e.id`,
  );
}

function isMoment(text: string): boolean {
  try {
    return normaliseDateTime(text) !== '';
  } catch {
    return false;
  }
}
