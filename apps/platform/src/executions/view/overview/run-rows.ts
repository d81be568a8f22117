import type { Run } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { executionState, isoText, runState } from './state-sql.ts';

export interface RunRow extends Omit<
  Run,
  'price' | 'charged' | 'waiting_for' | 'waiting_reason' | 'reasons'
> {
  readonly price: string;
  readonly charged: string | null;
}

/**
 * One execution stands for each run: the only one, or the first of the group that is still there. It takes a look-up for each
 * execution of a group that is not the first, which is cheap: those of a group lie together in the index.
 */
const standsForRun = sql`case
  when l.group_id is null or l.group_index = 0 then true
  when exists (select 1 from process_executions z where z.group_id = l.group_id and z.group_index = 0) then false
  else l.group_index = (select min(z.group_index) from process_executions z where z.group_id = l.group_id) end`;

const counted = (state: string) =>
  sql`count(*) filter (where s.state = ${state})::int as ${sql.identifier(state)}`;

/** The executions of a run, counted and summed. */
const members = sql`(
  select count(*)::int as count, ${counted('waiting')}, ${counted('running')}, ${counted('succeeded')},
    ${counted('failed')}, ${counted('stopped')},
    floor(avg(s.progress))::int as progress, min(s.started_at) as started_at,
    case when count(*) = count(s.ended_at) then max(s.ended_at) end as ended_at,
    max(s.updated_at) as updated_at, sum(s.price)::text as price, sum(s.charged)::text as charged,
    (array_agg(s.id order by s.ended_at, s.group_index) filter (where s.state = 'failed'))[1] as failed_execution_id,
    (array_agg(s.exit_type order by s.ended_at, s.group_index) filter (where s.state = 'failed'))[1] as exit_type,
    coalesce(
      (array_agg(s.abort_reason order by s.ended_at, s.group_index) filter (where s.state = 'failed'))[1],
      (array_agg(s.abort_reason order by s.ended_at, s.group_index) filter (where s.abort_reason is not null))[1]
    ) as abort_reason
  from (
    select e.id, e.group_index, e.progress, e.started_at, e.ended_at, e.updated_at, e.price, e.charged, e.exit_type,
      e.abort_reason, ${executionState} as state
    from process_executions e where e.id = l.id or e.group_id = l.group_id
  ) s
)`;

/** Runs, newest or oldest first. `where` is over `l`, the execution that stands for a run, and `r`, what is told of it. */
export async function selectRuns(
  queries: Queries,
  organisationId: string,
  options: { readonly where?: SQL; readonly reverse: boolean; readonly limit: number },
): Promise<RunRow[]> {
  const order = options.reverse ? sql`desc` : sql`asc`;
  return await selectRows<RunRow>(
    queries,
    sql`select r.id, ${isoText('r.created_at')} as created_at, ${isoText('r.updated_at')} as updated_at,
        r.organisation_id, r.process_id, r.process_name, r.execution_id, r.group_id, r.state, r.count, r.waiting,
        r.running, r.succeeded, r.failed, r.stopped, r.progress, ${isoText('r.started_at')} as started_at,
        ${isoText('r.ended_at')} as ended_at, r.requested_by, r.price, r.charged, r.failed_execution_id, r.exit_type,
        r.abort_reason
      from process_executions l
      cross join lateral (
        select coalesce(l.group_id, l.id) as id, l.created_at, l.organisation_id, l.process_id, l.process_name,
          l.id as execution_id, l.group_id, l.requested_by, g.*, ${runState} as state
        from ${members} g
      ) r
      where l.organisation_id = ${organisationId} and ${standsForRun} ${options.where ? sql`and ${options.where}` : sql``}
      order by l.created_at ${order}, l.id ${order} limit ${options.limit}`,
  );
}
