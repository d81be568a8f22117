/**
 * The states of a component, and every transition between them. No other file writes `state`.
 *
 * ```
 *     ┌───────────────────────┬────────────┬── postponeComponent: a passing fault, and tries are left
 *     │       ┌────────────┬──┼──────────┬─┼── repeatComponent: lost, and tries are left
 *     ▼       ▼            │  │          │ │
 *  waiting ─► preparing ─► running ─► publishing ─► succeeded
 *     │ ▲  claim  │ │  start  ▲ │ publish │   close   ▲
 *     │ │         │ ▼  queue  │ │         │           │
 *     │ │         │ queued ───┤ │         │           │
 *     │ │         │   │ start │ │         │           │
 *     │ │         ├───┼─────────┼─────────┼───────► failed
 *     ├─┼─────────┴───┴─────────┴─────────┴───────► stopped
 *     │ └─ reopenComponent: its execution is executed again ─ failed, stopped
 *     └─ (from preparing) the outputs of an earlier component are reused, or there is nothing to send ─► succeeded
 * ```
 *
 * - `waiting`: until its execution is admitted, for the components that it depends on, and then for a slot.
 * - `preparing`: an attempt has a number; its inputs are staged and it is being started.
 * - `queued`: the runtime has accepted the attempt, and its command has not begun: a cluster has no node for it yet, or its
 *   image or inputs are on their way. It keeps its slot. Users see it as waiting. Repeated and postponed like one that runs.
 * - `running`: the command of the attempt has begun; its log, samples and progress are collected.
 * - `publishing`: it ended well; its outputs are being stored.
 * - `succeeded`, `failed`, `stopped`: ended. The latter two are left only when a user executes the execution again.
 *
 * The node that holds the lease of a component does one step at a time and writes its outcome in one transaction. Every
 * step can be repeated, so a platform may be killed between any two instructions.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { claimRows, tables, unseenIds, updates } from '../../database/index.ts';
import type { ComponentState, Lease, Queries, StoredReason } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { workRows } from '../rows.ts';
import type { EngineComponent } from '../rows.ts';
import { LeaseLostError } from './lease.ts';
import { updateProgress } from './progress.ts';
import { hasEnded, TransitionError } from './states.ts';

/** From which states each transition leads to which: the drawing above, as data. */
export const componentTransitions = {
  claim: { from: ['waiting'], to: 'preparing' },
  queue: { from: ['preparing'], to: 'queued' },
  start: { from: ['preparing', 'queued'], to: 'running' },
  publish: { from: ['running'], to: 'publishing' },
  repeat: { from: ['preparing', 'queued', 'running', 'publishing'], to: 'preparing' },
  postpone: { from: ['queued', 'running', 'publishing'], to: 'waiting' },
  succeed: { from: ['preparing', 'publishing'], to: 'succeeded' },
  fail: { from: ['preparing', 'queued', 'running', 'publishing'], to: 'failed' },
  stop: { from: ['waiting', 'preparing', 'queued', 'running', 'publishing'], to: 'stopped' },
  reopen: { from: ['failed', 'stopped'], to: 'waiting' },
} as const satisfies Record<
  string,
  { readonly from: readonly ComponentState[]; readonly to: ComponentState }
>;

type Fields = Omit<PgUpdateSetSource<typeof tables.processServiceExecutions>, 'state'>;
type Needs = Pick<Context, 'events'>;

/**
 * Changes the state of a component, if that is still the one that was last read and the component still belongs to this node.
 * @returns the row as it is then
 * @throws TransitionError, LeaseLostError
 */
async function move(
  tx: Queries,
  { events }: Needs,
  component: EngineComponent,
  name: keyof typeof componentTransitions,
  fields: Fields,
): Promise<EngineComponent> {
  const { from, to }: { readonly from: readonly ComponentState[]; readonly to: ComponentState } =
    componentTransitions[name];
  if (!from.includes(component.state)) throw new TransitionError('component', from, to);
  const [moved] = await write(
    tx,
    name,
    { faults: 0, fault: null, retry_at: null, queue_reason: null, ...fields, state: to },
    { itsId: component.id, was: component.state, owner: component.lease_owner },
  );
  if (!moved) throw new LeaseLostError(component.id);
  const ended = hasEnded(to);
  // Any other transition leaves the progress of the execution as it was.
  if (ended || to === 'publishing') await updateProgress(tx, component.process_execution_id, ended ? 1 : 0);
  await events.publish(tx, { kind: 'execution', id: component.process_execution_id });
  // Only then is there something to be claimed: a slot is free, or a component can begin.
  if (to === 'waiting' || to === 'publishing' || ended)
    await events.publish(tx, { kind: 'work', id: component.process_execution_id });
  return workRows.component.decode(moved.row);
}

const write = updates<PgUpdateSetSource<typeof tables.processServiceExecutions>, { row: readonly unknown[] }>(
  'move_component',
  (on, set) => {
    const { id, state, lease_owner } = tables.processServiceExecutions;
    return on
      .update(tables.processServiceExecutions)
      .set({ ...set, state: set.state! })
      .where(
        and(
          eq(id, sql.placeholder('itsId')),
          eq(state, sql.placeholder('was')),
          sql`${lease_owner} is not distinct from ${sql.placeholder('owner')}`,
        ),
      )
      .returning({ row: workRows.component.sql.as('row') });
  },
);

/**
 * Waiting components become this node's. Their attempts are written in the same transaction, before the runtime is asked
 * to start them.
 * @param ids of rows that the transaction has locked
 * @returns those that were still waiting, in the order in which they wait
 */
export async function claimComponents(
  tx: Queries,
  ids: readonly string[],
  lease: Lease,
): Promise<readonly string[]> {
  const { from, to } = componentTransitions.claim;
  return await claimRows(tx, 'process_service_executions', {
    lease,
    where: sql`id = any (${unseenIds(ids)}) and state = ${from[0]}`,
    order: sql`seq`,
    limit: ids.length,
    set: sql`state = ${to}, retry_at = null, overtaken = 0, updated_at = clock_timestamp()`,
  });
}

/** The runtime has accepted its attempt, which waits there. @param reason what it waits for, as far as that is known */
export const queueComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  { reason, ...fields }: Fields & { readonly reason: StoredReason },
): Promise<EngineComponent> => await move(tx, needs, component, 'queue', { ...fields, queue_reason: reason });

/**
 * The command of its attempt has begun.
 * @param startedAt when, by the clock of the machine it runs on, which may differ from ours; null: now
 */
export const startComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  fields: Fields,
  startedAt: string | null = null,
): Promise<EngineComponent> =>
  await move(tx, needs, component, 'start', {
    ...fields,
    started_at: component.started_at ?? (startedAt === null ? begunNow : begunAt(startedAt)),
  });

const begunNow = sql`greatest(created_at, clock_timestamp())`;
const begunAt = (moment: string) =>
  sql`greatest(created_at, least(${moment}::timestamptz, clock_timestamp()))`;
const now = sql`clock_timestamp()`;
const secondsRun = sql`coalesce(ceil(extract(epoch from clock_timestamp() - started_at)), 0)::int`;

/** Its attempt ended well: its outputs are stored next. */
export const publishComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  fields: Fields,
): Promise<EngineComponent> => await move(tx, needs, component, 'publish', fields);

/** Its attempt was lost, and the next one is added: it keeps its slot. */
export const repeatComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
): Promise<EngineComponent> => await move(tx, needs, component, 'repeat', { progress: 0 });

/** It is to be tried again later, and gives its slot back until then. */
export const postponeComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  { memoryMb, delaySeconds }: { readonly memoryMb: number; readonly delaySeconds: number },
): Promise<EngineComponent> =>
  await move(tx, needs, component, 'postpone', {
    progress: 0,
    memory: memoryMb,
    lease_owner: null,
    lease_until: null,
    retry_at:
      delaySeconds > 0 ? sql`clock_timestamp() + make_interval(secs => ${delaySeconds}::float8)` : null,
  });

/** It has ended. Callers want `endComponent`, which also does what follows from it. */
export const closeComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  how: 'succeed' | 'fail' | 'stop',
  fields: Fields,
): Promise<EngineComponent> =>
  await move(tx, needs, component, how, {
    ended_at: now,
    runtime: secondsRun,
    runnable: false,
    lease_until: null,
    ...fields,
    ...(how === 'succeed' ? { progress: 100 } : {}),
  });

/** Its execution is executed again: it waits as if it had never begun, but for the numbers of its attempts. */
export const reopenComponent = async (
  tx: Queries,
  needs: Needs,
  component: EngineComponent,
  {
    firstAttempt,
    pendingDependencies,
  }: { readonly firstAttempt: number; readonly pendingDependencies: number },
): Promise<EngineComponent> =>
  await move(tx, needs, component, 'reopen', {
    started_at: null,
    ended_at: null,
    runtime: null,
    progress: 0,
    exit_type: null,
    abort_reason: null,
    end_reason: null,
    charged: null,
    runnable: false,
    first_attempt: firstAttempt,
    pending_dependencies: pendingDependencies,
    lease_owner: null,
  });
