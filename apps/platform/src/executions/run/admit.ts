import { sql } from 'drizzle-orm';

import { platformNow, selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { lockGroup } from '../component/index.ts';
import type { Context } from '../context.ts';

/**
 * Lets executions of one run begin as far as they may: they are paid, their time has come, and not too many of their group
 * run. What puts slices together begins once all of them have succeeded. Harmless when repeated.
 * @param groupId the group, or null for the single execution `executionId`
 * @returns the executions that were let in
 */
export async function admit(
  tx: Queries,
  { settings }: Context,
  groupId: string | null,
  executionId: string,
): Promise<readonly string[]> {
  if (groupId !== null) await lockGroup(tx, groupId);
  const which = groupId === null ? sql`e.id = ${executionId}` : sql`e.group_id = ${groupId}`;
  const [group] = await selectRows<{ running: number; open: number; broken: number }>(
    tx,
    sql`select count(*) filter (where admitted and ended_at is null and role <> 'aggregator')::int as running,
      count(*) filter (where ended_at is null and role <> 'aggregator')::int as open,
      count(*) filter (where ended_at is not null and not success and role <> 'aggregator')::int as broken
      from process_executions e where ${which}`,
  );
  const { running = 0, open = 0, broken = 0 } = group ?? {};
  const room = groupId === null ? 1 : settings.groupExecutions - running;
  const may = sql`${which} and not e.admitted and e.ended_at is null and e.halt is null and e.paid and e.started_at <= ${platformNow}`;
  const admitted = await selectRows<{ id: string }>(
    tx,
    sql`update process_executions set admitted = true, updated_at = clock_timestamp() where id in (
      (select e.id from process_executions e where ${may} and e.role <> 'aggregator'
        order by e.group_index limit ${Math.max(0, room)})
      union all
      (select e.id from process_executions e where ${may} and e.role = 'aggregator'
        and ${open === 0 && broken === 0}))
    returning id`,
  );
  const ids = admitted.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await tx.execute(
    sql`update process_service_executions set ready = true
      where process_execution_id = any (${sql.param(ids)}::uuid[])
        and state = 'waiting' and waits_for = 0`,
  );
  return ids;
}
