import { randomUUID } from 'node:crypto';

import { Decimal } from 'decimal.js';
import { and, eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { giveBack } from '../../accounts/index.ts';
import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { haltEnding } from './decide.ts';
import type { Ending } from './decide.ts';
import { workColumns } from '../rows.ts';
import type { AttemptRow, EngineComponent, EngineExecution } from '../rows.ts';
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
  readonly execution: EngineExecution;
  readonly component: EngineComponent;
  /** The latest one. */
  readonly attempt: AttemptRow;
  /** Whether this process has begun the attempt itself. */
  readonly justBegun?: boolean;
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
  const query = queries
    .select(workColumns)
    .from(processExecutions)
    .innerJoin(
      processServiceExecutions,
      eq(processServiceExecutions.process_execution_id, processExecutions.id),
    )
    .innerJoin(
      componentAttempts,
      and(
        eq(componentAttempts.component_id, processServiceExecutions.id),
        sql`${componentAttempts.number} = (select max(number) from component_attempts where component_id = ${componentId})`,
      ),
    )
    .where(and(eq(processServiceExecutions.id, componentId), eq(processServiceExecutions.lease_owner, host)));
  const [found] = await (lock
    ? query.for('update', { of: [processExecutions, processServiceExecutions] })
    : query);
  if (!found) throw new LeaseLostError(componentId);
  return found;
}

/**
 * Moves a component on: the one place that does. It stands where it was last read, and is still this platform's.
 * @returns the row as it is then
 * @throws TransitionError, LeaseLostError
 */
export async function moveComponent(
  tx: Queries,
  { events }: Context,
  component: EngineComponent,
  to: ComponentState,
  fields: PgUpdateSetSource<typeof tables.processServiceExecutions> = {},
): Promise<EngineComponent> {
  checkTransition(component.state, to);
  const { id, state, lease_owner } = tables.processServiceExecutions;
  const [moved] = await tx
    .update(tables.processServiceExecutions)
    .set({ faults: 0, retry_at: null, ...fields, state: to })
    .where(
      and(
        eq(id, component.id),
        eq(state, component.state),
        sql`${lease_owner} is not distinct from ${component.lease_owner}`,
      ),
    )
    .returning(workColumns.component);
  if (!moved) throw new LeaseLostError(component.id);
  const ended = hasEnded(to);
  // In the other states it is as far as it was before, or less far, which an execution never is.
  if (ended || to === 'publishing') await updateProgress(tx, component.process_execution_id, ended ? 1 : 0);
  await events.tell(tx, { kind: 'execution', id: component.process_execution_id });
  // Only then is there something to be taken up: a slot, or a component that can begin.
  if (to === 'waiting' || to === 'publishing' || ended)
    await events.tell(tx, { kind: 'work', id: component.process_execution_id });
  return moved;
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
  reuse: Reuse = {},
): Promise<void> {
  const charged = chargeOf(execution, component, to, reuse.reused_from !== undefined);
  const { runtime } = await moveComponent(tx, context, component, to, {
    ended_at: sql`clock_timestamp()`,
    runtime: sql`coalesce(ceil(extract(epoch from clock_timestamp() - started_at)), 0)::int`,
    exit_type: ending?.exitType ?? null,
    abort_reason: ending?.reason ?? null,
    charged,
    ready: false,
    lease_until: null,
    ...reuse,
    ...(to === 'succeeded' ? { progress: 100 } : {}),
  });
  if (to === 'succeeded') await makeWay(tx, component);
  await settlePrice(tx, execution, component, charged);
  await context.events.tell(tx, { kind: 'log', id: component.id });
  context.onEnded({ service: component.name, result: to, seconds: runtime ?? 0 });
  // What is to be sent may have gone astray; the outputs are there all the same.
  if (to === 'failed' && component.kind === 'service') await halt(tx, context, execution, 'failure');
}

/** Whose outputs a component took over, if it did, and what it would share its own by. */
type Reuse = Pick<
  typeof tables.processServiceExecutions.$inferInsert,
  'reuse_key' | 'reused_from' | 'reuse_note'
>;

/** What a component costs in the end. */
function chargeOf(
  execution: EngineExecution,
  component: EngineComponent,
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
  execution: EngineExecution,
  component: EngineComponent,
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
async function makeWay(tx: Queries, { process_execution_id, chain_index }: EngineComponent): Promise<void> {
  await tx.execute(
    sql`update process_service_executions set waits_for = waits_for - 1, ready = (waits_for = 1)
      where process_execution_id = ${process_execution_id} and state = 'waiting'
        and after @> to_jsonb(${chain_index}::int)`,
  );
}

/** Why a component has to end, if it has. What succeeded is sent although another component failed. */
export function haltFor(
  component: EngineComponent,
  halted: EngineExecution['halt'],
): EngineExecution['halt'] {
  const sendsOn = component.kind === 'dispatch' && component.waits_for === 0;
  return halted === 'failure' && sendsOn ? null : halted;
}

/** Lets no further component of an execution begin. The running ones end as their drivers hear of it. */
export async function halt(
  tx: Queries,
  context: Context,
  execution: EngineExecution,
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

/**
 * Works the progress of an execution out anew; it never goes back. Each component weighs the same. Below 100 until the
 * execution has ended: at 100 its success is final.
 * @param ended how many components have ended
 */
export async function updateProgress(tx: Queries, executionId: string, ended = 0): Promise<void> {
  await tx.execute(
    sql`update process_executions set updated_at = clock_timestamp(), open_components = open_components - ${ended}::int,
        progress = case when ended_at is null then greatest(progress, (
          select least(99, floor(avg(case state when 'waiting' then 0 when 'preparing' then 0
            when 'running' then greatest(0, least(99, progress)) when 'publishing' then 99 else 100 end)))::int
          from process_service_executions where process_execution_id = ${executionId})) else progress end
      where id = ${executionId}`,
  );
}
