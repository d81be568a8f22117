import { and, asc, eq, sql } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { haltExecution } from '../component/index.ts';
import type { Context } from '../context.ts';

/** Stops a process: no run begins any more, and what runs ends within seconds. Harmless when repeated. */
export async function stop(
  context: Pick<Context, 'database' | 'events' | 'processes' | 'onEnded'>,
  organisationId: string,
  processId: string,
  userId: string,
): Promise<void> {
  await context.database.transaction(async (tx) => {
    await context.processes.load(tx, organisationId, processId, { lock: true });
    await stopRuns(tx, context, processId);
    await context.processes.setStatus(tx, processId, 'stop', userId);
  });
}

/** Asks the executions of a process that have not ended to end. */
export async function stopRuns(
  tx: Queries,
  context: Pick<Context, 'events' | 'onEnded'>,
  processId: string,
): Promise<void> {
  const running = await tx
    .select()
    .from(tables.processExecutions)
    .where(and(eq(tables.processExecutions.process_id, processId), sql`ended_at is null`))
    .orderBy(asc(tables.processExecutions.id))
    .for('update');
  for (const execution of running) await haltExecution(tx, context, execution, 'stop');
}
