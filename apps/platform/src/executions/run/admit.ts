import { sql } from 'drizzle-orm';

import { platformNow, selectRows, unseenIds } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { admitExecutions, lockGroup } from '../component/index.ts';
import type { Context } from '../context.ts';

/**
 * Lets executions of one run begin as far as they may: they are paid, their time has come, and not too many of their group
 * run. An aggregation begins once all slices have succeeded. Harmless when repeated.
 * @param groupId the group, or null for the single execution `executionId`
 * @returns the executions that were let in
 */
export async function admit(
  tx: Queries,
  { settings }: Pick<Context, 'settings'>,
  groupId: string | null,
  executionId: string,
): Promise<readonly string[]> {
  if (groupId !== null) await lockGroup(tx, groupId);
  const which = groupId === null ? sql`e.id = ${executionId}` : sql`e.group_id = ${groupId}`;
  const [group] = await selectRows<{ running: number; open: number; broken: number }>(
    tx,
    sql`select count(*) filter (where state in ('running', 'stopping', 'failing'))::int as running,
      count(*) filter (where ended_at is null)::int as open,
      count(*) filter (where state in ('failed', 'stopped'))::int as broken
      from process_executions e where ${which} and role <> 'aggregator'`,
  );
  const { running = 0, open = 0, broken = 0 } = group ?? {};
  const whose =
    open === 0 && broken === 0
      ? sql`e.role = 'aggregator'`
      : sql`e.role <> 'aggregator' order by e.group_index
          limit ${groupId === null ? 1 : Math.max(0, settings.groupExecutions - running)}`;
  const admitted = await selectRows<{ id: string }>(
    tx,
    sql`select id from process_executions where id in (select e.id from process_executions e
        where ${which} and e.state = 'waiting' and e.started_at <= ${platformNow} and ${whose})
      and state = 'waiting' order by id for update`,
  );
  const ids = admitted.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await admitExecutions(tx, ids);
  await tx.execute(
    sql`update process_service_executions set runnable = true
      where process_execution_id = any (${unseenIds(ids)})
        and state = 'waiting' and pending_dependencies = 0`,
  );
  return ids;
}
