import { CallError } from '@fusion-platform/contract';
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
    await stopRuns(tx, context, processId, userId);
    await context.processes.setStatus(tx, processId, 'stop', userId);
  });
}

/**
 * Stops one execution; the others of its group go on. Harmless for one that has ended.
 * @throws CallError `not_found`
 */
export async function stopExecution(
  context: Pick<Context, 'database' | 'events' | 'onEnded'>,
  organisationId: string,
  id: string,
  userId: string,
): Promise<void> {
  const { processExecutions } = tables;
  await context.database.transaction(async (tx) => {
    const [execution] = await tx
      .select()
      .from(processExecutions)
      .where(and(eq(processExecutions.id, id), eq(processExecutions.organisation_id, organisationId)))
      .for('update');
    if (!execution) throw new CallError('not_found', `There is no execution ${id} in this organisation`);
    if (execution.ended_at === null) await haltExecution(tx, context, execution, 'stop', userId);
  });
}

/**
 * Asks the executions of a process that have not ended to end.
 * @param page those after an id, so many at most; all without it
 * @returns those that were asked
 */
export async function stopRuns(
  tx: Queries,
  context: Pick<Context, 'events' | 'onEnded'>,
  processId: string,
  userId: string,
  page: { readonly after: string | null; readonly most: number } | null = null,
): Promise<readonly { readonly id: string }[]> {
  const behind = page?.after == null ? sql`true` : sql`id > ${page.after}::uuid`;
  const running = await tx
    .select()
    .from(tables.processExecutions)
    .where(and(eq(tables.processExecutions.process_id, processId), sql`ended_at is null`, behind))
    .orderBy(asc(tables.processExecutions.id))
    .limit(page?.most ?? Number.MAX_SAFE_INTEGER)
    .for('update');
  for (const execution of running) await haltExecution(tx, context, execution, 'stop', userId);
  return running;
}
