import { randomUUID } from 'node:crypto';

import { Decimal } from 'decimal.js';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { giveBack } from '../accounts/index.ts';
import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { haltEnding } from './judge.ts';
import type { Ending } from './judge.ts';
import { executionProgress } from './progress.ts';
import type { AttemptRow, ComponentRow, ExecutionRow } from './rows.ts';
import { checkTransition, hasEnded } from './states.ts';
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
  if (!lock) {
    const [found] = await queries
      .select({
        execution: processExecutions,
        component: processServiceExecutions,
        attempt: componentAttempts,
      })
      .from(processServiceExecutions)
      .innerJoin(processExecutions, eq(processExecutions.id, processServiceExecutions.process_execution_id))
      .innerJoin(componentAttempts, eq(componentAttempts.component_id, processServiceExecutions.id))
      .where(
        and(eq(processServiceExecutions.id, componentId), eq(processServiceExecutions.lease_owner, host)),
      )
      .orderBy(desc(componentAttempts.number))
      .limit(1);
    if (!found) throw new LeaseLostError(componentId);
    return found;
  }
  const ofComponent = sql`${processExecutions.id} = (select process_execution_id from process_service_executions where id = ${componentId})`;
  const [execution] = await queries.select().from(processExecutions).where(ofComponent).for('update');
  const [component] = await queries
    .select()
    .from(processServiceExecutions)
    .where(and(eq(processServiceExecutions.id, componentId), eq(processServiceExecutions.lease_owner, host)))
    .for('update');
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
  // Only then is there something to be taken up: a slot, or a component that can begin.
  if (to === 'waiting' || to === 'publishing' || hasEnded(to))
    await events.tell(tx, { kind: 'work', id: component.process_execution_id });
}

/**
 * Ends a component, and settles what it costs: all of its price when it succeeded by its own work, a share by its progress
 * when it was stopped by a user, nothing otherwise. One that succeeded makes way for those that waited for it; one that
 * failed takes along those that have not begun, and asks the running ones to end.
 */
export async function endComponent(
  tx: Queries,
  context: Context,
  { execution, component }: Pick<Work, 'execution' | 'component'>,
  to: 'succeeded' | 'failed' | 'stopped',
  ending?: Partial<Ending>,
  reuse?: { readonly from: string; readonly note: string },
): Promise<void> {
  const charged = chargeOf(execution, component, to, reuse !== undefined);
  const [now] = await selectRows<{ runtime: number }>(
    tx,
    sql`select coalesce(ceil(extract(epoch from clock_timestamp() - ${component.started_at}::timestamptz)), 0)::int as runtime`,
  );
  await moveComponent(tx, context, component, to, {
    ended_at: sql`clock_timestamp()`,
    runtime: now?.runtime ?? 0,
    exit_type: ending?.exitType ?? null,
    abort_reason: ending?.reason ?? null,
    charged,
    ready: false,
    lease_until: null,
    ...(reuse ? { reused_from: reuse.from, reuse_note: reuse.note } : {}),
    ...(to === 'succeeded' ? { progress: 100 } : {}),
  });
  await tx.execute(
    sql`update process_executions set open_components = open_components - 1 where id = ${execution.id}`,
  );
  if (to === 'succeeded') await makeWay(tx, component);
  await settlePrice(tx, execution, component, charged);
  await context.events.tell(tx, { kind: 'log', id: component.id });
  context.onEnded({ service: component.name, result: to, seconds: now?.runtime ?? 0 });
  // What is to be sent may have gone astray; the outputs are there all the same.
  if (to === 'failed' && component.kind === 'service') await halt(tx, context, execution, 'failure');
}

/** What a component costs in the end. */
function chargeOf(
  execution: ExecutionRow,
  component: ComponentRow,
  to: 'succeeded' | 'failed' | 'stopped',
  reused: boolean,
): string {
  const price = new Decimal(component.price);
  if (to === 'succeeded') return reused ? '0' : price.toFixed();
  if (to === 'stopped' && execution.halt === 'stop' && component.started_at !== null)
    return price.times(Math.min(100, component.progress)).dividedBy(100).toDecimalPlaces(6, 1).toFixed();
  return '0';
}

async function settlePrice(
  tx: Queries,
  execution: ExecutionRow,
  component: ComponentRow,
  charged: string,
): Promise<void> {
  const left = new Decimal(component.price).minus(charged);
  if (!execution.paid || left.lessThanOrEqualTo(0)) return;
  await giveBack(tx, {
    organisationId: execution.organisation_id,
    reference: execution.id,
    amount: left.toFixed(),
    // The state of the component guards against a second time; it may end again when it is executed again.
    once: `settle:${component.id}:${randomUUID()}`,
    note: component.name,
  });
}

/** Those that waited for a component wait for one less. */
async function makeWay(tx: Queries, { process_execution_id, chain_index }: ComponentRow): Promise<void> {
  await tx.execute(
    sql`update process_service_executions set waits_for = waits_for - 1, ready = (waits_for = 1)
      where process_execution_id = ${process_execution_id} and state = 'waiting'
        and after @> to_jsonb(${chain_index}::int)`,
  );
}

/** Why a component has to end, if it has. What succeeded is sent although another component failed. */
export function haltFor(component: ComponentRow, halted: ExecutionRow['halt']): ExecutionRow['halt'] {
  const sendsOn = component.kind === 'dispatch' && component.waits_for === 0;
  return halted === 'failure' && sendsOn ? null : halted;
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
    if (haltFor(component, halted) === null) continue;
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
