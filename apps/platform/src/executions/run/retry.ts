import { randomUUID } from 'node:crypto';

import { CallError } from '@fusion-platform/contract';
import { Decimal } from 'decimal.js';
import { and, asc, eq, sql } from 'drizzle-orm';

import { reserveMany } from '../../accounts/index.ts';
import { platformNow, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { admit } from './admit.ts';
import { lockGroup, reopenComponent, reopenExecution } from '../component/index.ts';
import type { Context } from '../context.ts';
import { reviveAggregations } from './groups.ts';
import { inputIds } from '../rows.ts';
import type { ComponentRow, ExecutionRow } from '../rows.ts';

/**
 * Executes an execution that did not succeed again, from what failed, was stopped or never began: what succeeded is kept.
 * Only what runs again is paid again.
 * @throws CallError `not_found`; `conflict` while it runs, when it succeeded, or an input is gone; `insufficient_credits`
 */
export async function retryExecution(
  context: Pick<Context, 'database' | 'events' | 'data' | 'processes' | 'settings'>,
  organisationId: string,
  executionId: string,
  userId: string,
): Promise<void> {
  const { database, processes } = context;
  await database.transaction(async (tx) => {
    // The process first, its group, its executions, then credits: all who change several take them in that order.
    const { process_id: processId, group_id: groupId } = await find(tx, organisationId, executionId);
    const process = await processes.load(tx, organisationId, processId, { lock: true });
    if (groupId !== null) await lockGroup(tx, groupId);
    const execution = await lock(tx, organisationId, executionId);
    if (execution.ended_at === null)
      throw new CallError('conflict', 'The execution has not ended: wait for it, or stop its process first');
    if (execution.state === 'succeeded')
      throw new CallError('conflict', 'The execution has succeeded: there is nothing to execute again');
    if (execution.exit_type === 'slices_failed')
      throw new CallError(
        'conflict',
        'It puts slices together of which some did not succeed: execute those again, and it follows by itself',
      );
    const revived =
      groupId !== null && execution.role === 'slice' ? await reviveAggregations(tx, groupId) : [];
    const again = [execution];
    for (const id of revived) again.push(await lock(tx, organisationId, id));
    for (const each of again) await reopen(tx, context, each, process.ssd_id, userId);
    await processes.setStatus(tx, process.id, 'execute', userId);
    // A run that was over is over again a while after this ends.
    if (process.run_type === 'run_once')
      await processes.moveSchedule(tx, process.id, { schedule_runs: Math.max(1, process.schedule_runs) });
    await admit(tx, context, execution.group_id, executionId);
    await context.events.publish(tx, { kind: 'execution', id: executionId });
    await context.events.publish(tx, { kind: 'work', id: executionId });
    await context.events.publish(tx, { kind: 'time', id: executionId });
  });
}

async function find(
  tx: Queries,
  organisationId: string,
  id: string,
): Promise<Pick<ExecutionRow, 'process_id' | 'group_id'>> {
  const { processExecutions } = tables;
  const [execution] = await tx
    .select({ process_id: processExecutions.process_id, group_id: processExecutions.group_id })
    .from(processExecutions)
    .where(and(eq(processExecutions.id, id), eq(processExecutions.organisation_id, organisationId)));
  if (!execution) throw notFound(id);
  return execution;
}

const notFound = (id: string): CallError =>
  new CallError('not_found', `There is no execution ${id} in this organisation`);

async function lock(tx: Queries, organisationId: string, id: string): Promise<ExecutionRow> {
  const { processExecutions } = tables;
  const [execution] = await tx
    .select()
    .from(processExecutions)
    .where(and(eq(processExecutions.id, id), eq(processExecutions.organisation_id, organisationId)))
    .for('update');
  if (!execution) throw notFound(id);
  return execution;
}

async function reopen(
  tx: Queries,
  context: Pick<Context, 'events' | 'data'>,
  execution: ExecutionRow,
  ssdId: string,
  userId: string,
): Promise<void> {
  const { processExecutions, processServiceExecutions, componentAttempts } = tables;
  const components = await tx
    .select()
    .from(processServiceExecutions)
    .where(eq(processServiceExecutions.process_execution_id, execution.id))
    .orderBy(asc(processServiceExecutions.chain_index))
    .for('update');
  const again = components.filter(({ state }) => state === 'failed' || state === 'stopped');
  await context.data.hold(tx, again.flatMap(inputIds));
  await reserveMany(tx, {
    organisationId: execution.organisation_id,
    use: { kind: 'execution', ssdId },
    parts: [{ reference: execution.id, amount: priceOf(again) }],
    idempotencyKey: `again:${execution.id}:${randomUUID()}`,
    note: `${execution.process_name}, executed again`,
  });
  for (const component of again) {
    const attempts = await tx.$count(componentAttempts, eq(componentAttempts.component_id, component.id));
    const depends = component.depends_on.filter((index) =>
      again.some(({ chain_index }) => chain_index === index),
    );
    await reopenComponent(tx, context, component, {
      firstAttempt: attempts + 1,
      pendingDependencies: depends.length,
    });
  }
  await reopenExecution(tx, execution, {
    requested_by: userId,
    open_components: again.length,
    // Its start time has passed in any case; its expiry is set again once it has ended.
    started_at: sql`least(${processExecutions.started_at}, ${platformNow})`,
  });
}

const priceOf = (components: readonly ComponentRow[]): string =>
  components.reduce((sum, { price }) => sum.plus(price), new Decimal(0)).toFixed();
