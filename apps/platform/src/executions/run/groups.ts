import { asc, eq, sql } from 'drizzle-orm';

import { eachInTurn, firstTurn, platformNow, selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { admit } from './admit.ts';
import { closeExecution, endComponent, lockGroup } from '../component/index.ts';
import type { Context } from '../context.ts';
import type { ExecutionRow } from '../rows.ts';

const groupsAtOnce = 100;

/**
 * Lets executions begin whose turn has come, and gives up aggregations of which some slices failed: of so many groups and
 * single executions in one turn, the ones that have waited longest first.
 * @returns and @throws as `eachInTurn`
 */
export async function moveGroups(
  context: Pick<Context, 'database' | 'events' | 'settings' | 'onEnded' | 'log'>,
  turn = firstTurn(),
): Promise<boolean> {
  const { database, log } = context;
  const taken = await movableGroups(context, turn.after);
  const list = { turn, taken, most: groupsAtOnce, fault: 'an execution cannot begin' };
  return await eachInTurn(log, list, async ({ group_id: groupId, id, aggregations }) => {
    await database.transaction(async (tx) => {
      const moved = [
        ...(await admit(tx, context, groupId, id)),
        ...(groupId !== null && aggregations ? await giveUpAggregations(tx, context, groupId) : []),
      ];
      // The engine is woken by events alone, and looks here again each time.
      for (const one of moved) await context.events.publish(tx, { kind: 'execution', id: one });
      if (moved.length > 0) await context.events.publish(tx, { kind: 'work', id });
    });
  });
}

interface Movable {
  readonly group_id: string | null;
  readonly id: string;
  /** Whether aggregations of the group wait. */
  readonly aggregations: boolean;
}

/** Where `admit` or `giveUpAggregations` has something to do. Most groups that wait only wait for their own slices. */
async function movableGroups(
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  after: string | null,
): Promise<readonly Movable[]> {
  return await selectRows<Movable>(
    database.queries,
    sql`with waiting as (
        select group_id, (array_agg(id order by created_at, id))[1] as id, min(created_at) as since,
          bool_or(role <> 'aggregator') as slices, bool_or(role = 'aggregator') as aggregations
        from process_executions where state = 'waiting' and started_at <= ${platformNow}
        group by group_id, case when group_id is null then id end)
      select w.group_id, w.id, w.aggregations from waiting w
      where (${after}::uuid is null or (w.since, w.id) > (
          select created_at, id from process_executions where id = ${after}::uuid))
        and (w.group_id is null or (
        select case when w.slices
            then count(*) filter (where state in ('running', 'stopping', 'failing')) < ${settings.groupExecutions}::int
            else count(*) filter (where ended_at is null) = 0 end
          from process_executions e where e.group_id = w.group_id and e.role <> 'aggregator'))
      order by w.since, w.id limit ${groupsAtOnce}`,
  );
}

async function giveUpAggregations(
  tx: Queries,
  context: Pick<Context, 'events' | 'onEnded'>,
  groupId: string,
): Promise<readonly string[]> {
  const { processExecutions, processServiceExecutions } = tables;
  // Asked whenever an execution of the group has ended: to read a thousand of them each time took 100 ms.
  const [counts] = await selectRows<{ open: number; failed: number }>(
    tx,
    sql`select count(*) filter (where ended_at is null)::int as open,
        count(*) filter (where state in ('failed', 'stopped'))::int as failed
      from process_executions where group_id = ${groupId} and role = 'slice'`,
  );
  if (!counts || counts.open > 0 || counts.failed === 0) return [];
  const rows = await tx
    .select()
    .from(processExecutions)
    .where(eq(processExecutions.group_id, groupId))
    .orderBy(asc(processExecutions.group_index));
  const slices = rows.filter(({ role }) => role === 'slice');
  const failed = slices.filter(({ state }) => state !== 'succeeded');
  const given: string[] = [];
  const reason = reasonOf(failed, slices.length);
  for (const execution of rows) {
    if (execution.role !== 'aggregator' || execution.state !== 'waiting') continue;
    given.push(execution.id);
    await closeExecution(tx, execution, 'fail', { abort_reason: reason, exit_type: 'slices_failed' });
    const components = await tx
      .select()
      .from(processServiceExecutions)
      .where(eq(processServiceExecutions.process_execution_id, execution.id))
      .orderBy(asc(processServiceExecutions.chain_index))
      .for('update');
    for (const component of components)
      if (component.state === 'waiting')
        await endComponent(tx, context, { execution, component }, 'stop', {
          exitType: 'slices_failed',
          reason,
        });
  }
  return given;
}

/** Names the slices that failed, the first ones with why. */
function reasonOf(failed: readonly ExecutionRow[], count: number): string {
  const named = failed
    .slice(0, 5)
    .map(
      ({ group_index, abort_reason }) => `slice ${(group_index ?? 0) + 1} (${abort_reason ?? 'it failed'})`,
    );
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
  const number = failed.length === 1 ? '1 slice' : `${failed.length} slices`;
  return `${number} of ${count} did not succeed: ${named.join('; ')}${more}. Execute ${failed.length === 1 ? 'it' : 'them'} again, and this follows`;
}

/** A slice is executed again: the aggregations that were given up because it had failed are executed again too. */
export async function reviveAggregations(tx: Queries, groupId: string): Promise<readonly string[]> {
  await lockGroup(tx, groupId);
  const rows = await selectRows<{ id: string }>(
    tx,
    sql`select id from process_executions where group_id = ${groupId} and role = 'aggregator'
      and exit_type = 'slices_failed' and ended_at is not null order by group_index for update`,
  );
  return rows.map(({ id }) => id);
}
