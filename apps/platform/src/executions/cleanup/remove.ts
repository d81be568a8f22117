import { CallError } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { eachInTurn, firstTurn, platformNow, selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import type { ExecutionRow } from '../rows.ts';

/**
 * Deletes an execution that has ended, with its outputs and logs.
 * @throws CallError `not_found`; `conflict` while it runs, is protected or its outputs are in use
 */
export async function removeExecution(
  context: Pick<Context, 'database' | 'events' | 'objects' | 'data'>,
  organisationId: string,
  executionId: string,
): Promise<void> {
  await removeWith(context, async (tx) => {
    const execution = await lockExecution(tx, organisationId, executionId);
    return await removeRows(tx, context, execution);
  });
}

const expiredAtOnce = 100;

/**
 * Deletes executions whose time is over, once somebody has been warned: so many in one turn. One that cannot be deleted now
 * is tried again once all others have had their turn.
 * @returns and @throws as `eachInTurn`
 */
export async function removeExpired(
  context: Pick<Context, 'database' | 'events' | 'objects' | 'data' | 'log'>,
  turn = firstTurn(),
): Promise<boolean> {
  const taken = await selectRows<{ id: string; organisation_id: string }>(
    context.database.queries,
    sql`select id, organisation_id from process_executions
      where delete_expiry <= ${platformNow} and ended_at is not null and not delete_protection
        and delete_warning_status = 'delete_warning_sent'
        and (${turn.after}::uuid is null or id > ${turn.after}::uuid)
      order by id limit ${expiredAtOnce}`,
  );
  const list = { turn, taken, most: expiredAtOnce, fault: 'an expired execution cannot be deleted' };
  return await eachInTurn(context.log, list, async ({ id, organisation_id: organisationId }) => {
    try {
      await removeExecution(context, organisationId, id);
      context.log.info({ execution: id }, 'an execution has expired and is deleted');
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      context.log.warn({ execution: id, reason: error.message }, 'an expired execution cannot be deleted');
    }
  });
}

/** Removes the bytes once the removal of the rows is committed. Bytes that a kill leaves are swept later. */
export async function removeWith(
  context: Pick<Context, 'database' | 'objects'>,
  work: (tx: Queries) => Promise<readonly string[]>,
): Promise<void> {
  const keys = await context.database.transaction(work);
  for (const key of keys) await context.objects.remove(key);
}

async function lockExecution(tx: Queries, organisationId: string, id: string): Promise<ExecutionRow> {
  const { processExecutions } = tables;
  const [execution] = await tx
    .select()
    .from(processExecutions)
    .where(and(eq(processExecutions.id, id), eq(processExecutions.organisation_id, organisationId)))
    .for('update');
  if (!execution) throw new CallError('not_found', `There is no execution ${id} in this organisation`);
  return execution;
}

export function refuseProtected(execution: Pick<ExecutionRow, 'id' | 'delete_protection'>): void {
  if (!execution.delete_protection) return;
  throw new CallError('conflict', `Execution ${execution.id} is protected from deletion`);
}

async function removeRows(
  tx: Queries,
  context: Pick<Context, 'events' | 'data'>,
  execution: ExecutionRow,
): Promise<readonly string[]> {
  if (execution.ended_at === null) {
    throw new CallError('conflict', 'The execution has not ended: stop its process first, then delete it');
  }
  refuseProtected(execution);
  const keys = await context.data.removeOf(tx, execution.id);
  await tx.delete(tables.processExecutions).where(eq(tables.processExecutions.id, execution.id));
  await context.events.publish(tx, { kind: 'execution', id: execution.id });
  return keys;
}
