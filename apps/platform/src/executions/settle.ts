import { and, asc, eq, sql } from 'drizzle-orm';

import { refund } from '../accounts/index.ts';
import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import type { ComponentRow, ExecutionRow } from './rows.ts';
import { hasEnded } from './states.ts';

/** Ends the executions of which nothing runs any more. */
export async function settleExecutions(context: Context): Promise<void> {
  const due = await selectRows<{ id: string }>(
    context.database.queries,
    sql`select id from process_executions e where ended_at is null and not exists (
      select from process_service_executions c where c.process_execution_id = e.id
        and c.state not in ('succeeded', 'failed', 'stopped'))`,
  );
  for (const { id } of due) await context.database.transaction(async (tx) => await settle(tx, context, id));
}

/**
 * Ends an execution once its components have ended and, if they all went well, the analysis of their outputs is done:
 * a client reads the outputs as soon as the progress is 100. What did not succeed costs nothing.
 */
async function settle(tx: Queries, context: Context, executionId: string): Promise<void> {
  const [execution] = await tx
    .select()
    .from(tables.processExecutions)
    .where(eq(tables.processExecutions.id, executionId))
    .for('update', { skipLocked: true });
  if (!execution || execution.ended_at !== null) return;
  const components = await tx
    .select()
    .from(tables.processServiceExecutions)
    .where(eq(tables.processServiceExecutions.process_execution_id, executionId))
    .orderBy(asc(tables.processServiceExecutions.chain_index));
  if (!components.every(({ state }) => hasEnded(state))) return;

  const success = components.every(({ state }) => state === 'succeeded');
  if (success) {
    const outputs = components.flatMap(({ job_outputs }) => job_outputs.map(({ data_id }) => data_id));
    if (!(await context.data.ready(tx, outputs))) return;
  } else {
    await refund(tx, {
      organisationId: execution.organisation_id,
      amount: execution.price,
      kind: 'refund',
      reference: executionId,
      once: `refund:${executionId}`,
      note: 'The execution did not succeed',
    });
  }
  await tx
    .update(tables.processExecutions)
    .set({
      ...endOf(execution, components, success),
      progress: 100,
      ended_at: sql`clock_timestamp()`,
      ...(execution.delete_expiry_chosen
        ? {}
        : {
            delete_expiry: sql`clock_timestamp() + make_interval(days => ${execution.output_storage_days})`,
          }),
    })
    .where(and(eq(tables.processExecutions.id, executionId)));
  await context.events.tell(tx, { kind: 'execution', id: executionId });
  await context.events.tell(tx, { kind: 'work', id: executionId });
  context.log.info({ execution: executionId, success }, 'an execution has ended');
}

/** Whatever failed first decides; an execution whose components all succeeded before it could be stopped has succeeded. */
function endOf(execution: ExecutionRow, components: readonly ComponentRow[], success: boolean) {
  if (success) return { success: true };
  const failed = components
    .filter(({ state }) => state === 'failed')
    .sort((a, b) => (a.ended_at ?? '').localeCompare(b.ended_at ?? ''))[0];
  if (failed && execution.halt !== 'stop') {
    return {
      abort: true,
      abort_reason: `${failed.name}: ${failed.abort_reason ?? 'it failed'}`,
      exit_type: failed.exit_type,
    };
  }
  return { stopped: true, abort: true, abort_reason: 'The process was stopped', exit_type: 'stopped' };
}
