import { randomUUID } from 'node:crypto';

import { Decimal } from 'decimal.js';
import { and, eq, sql } from 'drizzle-orm';

import { refund } from '../../accounts/index.ts';
import { statement, tables } from '../../database/index.ts';
import type { ExecutionState, Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import type { EngineComponent, EngineExecution } from '../rows.ts';
import { haltEnding } from './decide.ts';
import type { Ending } from './decide.ts';
import { closeExecution } from './execution-transitions.ts';
import { haltOf } from './states.ts';
import { closeComponent } from './transitions.ts';
import type { Work } from './work.ts';

type Needs = Pick<Context, 'events' | 'onEnded'>;
type How = 'succeed' | 'fail' | 'stop';

/** What a component reused, if anything, and the key by which others find its own outputs. */
type Reuse = Pick<
  typeof tables.processServiceExecutions.$inferInsert,
  'reuse_key' | 'reused_from' | 'reuse_note'
>;

const results = { succeed: 'succeeded', fail: 'failed', stop: 'stopped' } as const;

/**
 * Ends a component, and charges what it costs: all of its price when it succeeded by its own work, a share by its progress
 * when it was stopped by a user, nothing otherwise. The success of a component unblocks those that depend on it; the
 * failure of one stops those that have not begun, and asks the running ones to end.
 */
export async function endComponent(
  tx: Queries,
  needs: Needs,
  { execution, component }: Pick<Work, 'execution' | 'component'>,
  how: How,
  ending?: Partial<Ending>,
  reuse: Reuse = {},
): Promise<void> {
  // Nothing of it was done: another component's outputs were taken, or there was nothing to send.
  const undone = reuse.reused_from !== undefined || component.state === 'preparing';
  const charged = chargeOf(execution, component, how, undone);
  const { runtime } = await closeComponent(tx, needs, component, how, {
    exit_type: ending?.exitType ?? null,
    abort_reason: ending?.reason ?? null,
    end_reason: ending?.why ?? null,
    charged,
    ...reuse,
  });
  if (how === 'succeed') await unblockSuccessors(tx, component);
  await refundRest(tx, execution, component, charged);
  await needs.events.publish(tx, { kind: 'log', id: component.id });
  needs.onEnded({ service: component.name, result: results[how], seconds: runtime ?? 0 });
  // A dispatcher that failed leaves the outputs where they are.
  if (how === 'fail' && component.kind === 'service') await haltExecution(tx, needs, execution, 'fail');
}

/** What a component costs in the end. */
function chargeOf(execution: EngineExecution, component: EngineComponent, how: How, undone: boolean): string {
  const price = new Decimal(component.price);
  if (how === 'succeed') return undone ? '0' : price.toFixed();
  if (how === 'stop' && execution.state === 'stopping' && component.started_at !== null)
    return price.times(Math.min(100, component.progress)).dividedBy(100).toDecimalPlaces(6, 1).toFixed();
  return '0';
}

async function refundRest(
  tx: Queries,
  execution: EngineExecution,
  component: EngineComponent,
  charged: string,
): Promise<void> {
  const left = new Decimal(component.price).minus(charged);
  if (execution.state === 'unpaid' || left.lessThanOrEqualTo(0)) return;
  await refund(tx, {
    organisationId: execution.organisation_id,
    reference: execution.id,
    amount: left.toFixed(),
    // The state of the component guards against a second time; it may end again when it is executed again.
    idempotencyKey: `refund:${component.id}:${randomUUID()}`,
    note: component.name,
  });
}

async function unblockSuccessors(
  tx: Queries,
  { process_execution_id, chain_index }: EngineComponent,
): Promise<void> {
  await unblock(tx, { execution: process_execution_id, place: chain_index });
}

const unblock = statement<never, { readonly execution: string; readonly place: number }>(
  'unblock_successors',
  () => sql`update process_service_executions
    set pending_dependencies = pending_dependencies - 1, runnable = (pending_dependencies = 1)
    where process_execution_id = ${sql.placeholder('execution')} and state = 'waiting'
      and depends_on @> to_jsonb(${sql.placeholder('place')}::int)`,
);

/** Why a component has to end, if it has. What succeeded is sent although another component failed. */
export function haltFor(
  component: Pick<EngineComponent, 'kind' | 'pending_dependencies'>,
  execution: ExecutionState,
): 'stop' | 'failure' | null {
  const halt = haltOf(execution);
  const sendsOn = component.kind === 'dispatch' && component.pending_dependencies === 0;
  return halt === 'failure' && sendsOn ? null : halt;
}

/**
 * Lets no further component of an execution begin. The running ones end as their drivers hear of it.
 * @param stoppedBy the user who stops it
 */
export async function haltExecution(
  tx: Queries,
  needs: Needs,
  execution: EngineExecution,
  why: 'stop' | 'fail',
  stoppedBy: string | null = null,
): Promise<void> {
  const by = stoppedBy === null ? {} : { stopped_by: stoppedBy };
  const state =
    haltOf(execution.state) === null ? await closeExecution(tx, execution, why, by) : execution.state;
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
    const halt = haltFor(component, state);
    // With the state that the execution had: whether it was paid decides whether there is something to refund.
    if (halt !== null) await endComponent(tx, needs, { execution, component }, 'stop', haltEnding(halt));
  }
  await needs.events.publish(tx, { kind: 'work', id: execution.id });
}
