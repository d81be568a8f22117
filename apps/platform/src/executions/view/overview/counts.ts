import type { CountsAnswer } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { platformNow, selectRows } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { executionState } from './state-sql.ts';

type Counts = CountsAnswer['now'];

/** Executions, and runs, that have not ended or ended in the last day, by state. */
export async function countExecutions(queries: Queries, organisationId: string): Promise<CountsAnswer> {
  const rows = await selectRows<{ state: keyof Counts; executions: number }>(
    queries,
    sql`with recent as (${recent(organisationId)})
      select state, count(*)::int as executions from recent group by state`,
  );
  const runs = await selectRows<{ state: keyof Counts; runs: number }>(
    queries,
    sql`with recent as (${recent(organisationId)}), grouped as (
        select run, count(*) as count, count(*) filter (where state = 'running') as running,
          count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'failed') as failed,
          count(*) filter (where state = 'stopped') as stopped from recent group by run)
      select case when running > 0 then 'running'
          when waiting > 0 then case when waiting = count then 'waiting' else 'running' end
          when failed > 0 then 'failed' when stopped > 0 then 'stopped' else 'succeeded' end as state,
        count(*)::int as runs
      from grouped group by 1`,
  );
  const none: Counts = { waiting: 0, running: 0, succeeded: 0, failed: 0, stopped: 0 };
  return {
    now: { ...none, ...Object.fromEntries(rows.map(({ state, executions }) => [state, executions])) },
    runs: { ...none, ...Object.fromEntries(runs.map(({ state, runs: count }) => [state, count])) },
  };
}

const recent = (
  organisationId: string,
) => sql`select coalesce(e.group_id, e.id) as run, ${executionState} as state
  from process_executions e where e.organisation_id = ${organisationId}
    and (e.ended_at is null or e.ended_at > ${platformNow} - interval '1 day')`;
