import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { haltEnding } from './judge.ts';
import type { Ending } from './judge.ts';
import { executionProgress } from './progress.ts';
import type { AttemptRow, ComponentRow, ExecutionRow } from './rows.ts';
import { checkTransition } from './states.ts';
import type { ComponentState } from './states.ts';

/** Another platform has taken the component over: whatever this one was about to write no longer counts. */
export class LeaseLostError extends Error {
  constructor(componentId: string) {
    super(`the lease of component ${componentId} is lost`);
    this.name = 'LeaseLostError';
  }
}

export interface Work {
  readonly execution: ExecutionRow;
  readonly component: ComponentRow;
  /** The latest one. */
  readonly attempt: AttemptRow;
}

/**
 * Reads a component with its execution and latest attempt, and in a transaction keeps both rows for it. Rows are always
 * locked in this order, execution first, so that no two transactions wait for each other.
 * @throws LeaseLostError when it is not this platform's, or no longer there
 */
export async function readWork(
  queries: Queries,
  { host }: Context,
  componentId: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<Work> {
  const { processExecutions, processServiceExecutions, componentAttempts } = tables;
  const ofComponent = sql`${processExecutions.id} = (select process_execution_id from process_service_executions where id = ${componentId})`;
  const executions = queries.select().from(processExecutions).where(ofComponent);
  const [execution] = await (lock ? executions.for('update') : executions);
  const components = queries
    .select()
    .from(processServiceExecutions)
    .where(and(eq(processServiceExecutions.id, componentId), eq(processServiceExecutions.lease_owner, host)));
  const [component] = await (lock ? components.for('update') : components);
  const [attempt] = await queries
    .select()
    .from(componentAttempts)
    .where(eq(componentAttempts.component_id, componentId))
    .orderBy(desc(componentAttempts.number))
    .limit(1);
  if (!execution || !component || !attempt) throw new LeaseLostError(componentId);
  return { execution, component, attempt };
}

/**
 * Moves a component on: the one place that does. The row is locked by `readWork`.
 * @throws TransitionError
 */
export async function moveComponent(
  tx: Queries,
  { events }: Context,
  component: ComponentRow,
  to: ComponentState,
  fields: PgUpdateSetSource<typeof tables.processServiceExecutions> = {},
): Promise<void> {
  checkTransition(component.state, to);
  await tx
    .update(tables.processServiceExecutions)
    .set({ faults: 0, retry_at: null, ...fields, state: to })
    .where(eq(tables.processServiceExecutions.id, component.id));
  await updateProgress(tx, component.process_execution_id);
  await events.tell(tx, { kind: 'execution', id: component.process_execution_id });
  await events.tell(tx, { kind: 'work', id: component.process_execution_id });
}

/** Ends a component. One that failed takes along those that have not begun, and asks the running ones to end. */
export async function endComponent(
  tx: Queries,
  context: Context,
  { execution, component }: Pick<Work, 'execution' | 'component'>,
  to: 'succeeded' | 'failed' | 'stopped',
  ending?: Ending,
): Promise<void> {
  const [now] = await selectRows<{ runtime: number }>(
    tx,
    sql`select coalesce(ceil(extract(epoch from clock_timestamp() - ${component.started_at}::timestamptz)), 0)::int as runtime`,
  );
  await moveComponent(tx, context, component, to, {
    ended_at: sql`clock_timestamp()`,
    runtime: now?.runtime ?? 0,
    exit_type: ending?.exitType ?? null,
    abort_reason: ending?.reason ?? null,
    lease_until: null,
    ...(to === 'succeeded' ? { progress: 100 } : {}),
  });
  await context.events.tell(tx, { kind: 'log', id: component.id });
  context.onEnded({ service: component.name, result: to, seconds: now?.runtime ?? 0 });
  if (to === 'failed') await halt(tx, context, execution, 'failure');
}

/** Lets no further component of an execution begin. The running ones end as their drivers hear of it. */
export async function halt(
  tx: Queries,
  context: Context,
  execution: ExecutionRow,
  why: 'stop' | 'failure',
): Promise<void> {
  const halted = execution.halt ?? why;
  if (execution.halt === null) {
    await tx
      .update(tables.processExecutions)
      .set({ halt: why })
      .where(eq(tables.processExecutions.id, execution.id));
  }
  const waiting = await tx
    .select()
    .from(tables.processServiceExecutions)
    .where(
      and(
        eq(tables.processServiceExecutions.process_execution_id, execution.id),
        eq(tables.processServiceExecutions.state, 'waiting'),
      ),
    )
    .for('update');
  for (const component of waiting) {
    await endComponent(tx, context, { execution, component }, 'stopped', haltEnding(halted));
  }
  await context.events.tell(tx, { kind: 'work', id: execution.id });
}

/** Works the progress of an execution out anew; it never goes back. */
export async function updateProgress(tx: Queries, executionId: string): Promise<void> {
  const components = await tx
    .select()
    .from(tables.processServiceExecutions)
    .where(eq(tables.processServiceExecutions.process_execution_id, executionId))
    .orderBy(asc(tables.processServiceExecutions.chain_index));
  await tx
    .update(tables.processExecutions)
    .set({
      progress: sql`greatest(${tables.processExecutions.progress}, ${executionProgress(components)})`,
    })
    .where(and(eq(tables.processExecutions.id, executionId), sql`ended_at is null`));
}
