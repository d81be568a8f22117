import { sql } from 'drizzle-orm';

/** How an execution stands, of a row of `process_executions` known as `e`. */
export const executionState = sql`case
  when e.state in ('succeeded', 'failed', 'stopped') then e.state
  when e.state not in ('unpaid', 'waiting') and exists (
    select 1 from process_service_executions c
    where c.process_execution_id = e.id and (c.started_at is not null or c.state not in ('waiting', 'queued'))
  ) then 'running'
  else 'waiting' end`;

/** A moment as the API writes it. */
export const isoText = (column: string) =>
  sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;

/** How a run stands by the numbers of its executions in each state, as columns of a row known as `g`. */
export const runState = sql`case
  when g.running > 0 then 'running'
  when g.waiting > 0 then case when g.waiting = g.count then 'waiting' else 'running' end
  when g.failed > 0 then 'failed'
  when g.stopped > 0 then 'stopped'
  else 'succeeded' end`;
