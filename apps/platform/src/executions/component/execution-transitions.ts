/**
 * The states of an execution, and every transition between them. No other file writes `state`.
 *
 * ```
 *              pay           admit
 *  unpaid ───────► waiting ───────► running ─────────────► succeeded
 *     │             │ │ ▲              │ │                     ▲
 *     │             │ │ └─ reopen ─────┼─┼──── failed, stopped │ all had succeeded before
 *     │             │ └────────────────┤ │                     │ they could be stopped
 *     │             │          fail    ▼ │     end             │
 *     │             │            failing ┼────────────► failed │
 *     │   halt      ▼                    ▼                     │
 *     └────────► stopping ◄──────────────┘ ───────────► stopped
 *                    └─────────────────────────────────────────┘
 * ```
 *
 * - `unpaid`: a run by schedule waits for credits.
 * - `waiting`: paid; for its start, for room in its group, or for the slices that it puts together.
 * - `running`: its components may begin.
 * - `stopping`: a user stopped it. `failing`: a component failed. No further component begins, what runs ends. The first of
 *   the two decides. What succeeded before a failure is still sent.
 * - `succeeded`, `failed`, `stopped`: all its components have ended. The latter two are left only when a user executes the
 *   execution again.
 */
import { and, inArray } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { tables } from '../../database/index.ts';
import type { ExecutionState, Queries } from '../../database/index.ts';
import type { ExecutionRow } from '../rows.ts';
import { TransitionError } from './states.ts';

/** From which states each transition leads to which: the drawing above, as data. */
export const executionTransitions = {
  pay: { from: ['unpaid'], to: 'waiting' },
  admit: { from: ['waiting'], to: 'running' },
  stop: { from: ['unpaid', 'waiting', 'running'], to: 'stopping' },
  fail: { from: ['waiting', 'running'], to: 'failing' },
  endWell: { from: ['running', 'stopping'], to: 'succeeded' },
  endFailed: { from: ['failing'], to: 'failed' },
  endStopped: { from: ['stopping'], to: 'stopped' },
  reopen: { from: ['failed', 'stopped'], to: 'waiting' },
} as const satisfies Record<
  string,
  { readonly from: readonly ExecutionState[]; readonly to: ExecutionState }
>;

type Fields = Omit<PgUpdateSetSource<typeof tables.processExecutions>, 'state'>;

async function move(
  tx: Queries,
  ids: readonly string[],
  name: keyof typeof executionTransitions,
  fields: Fields = {},
): Promise<ExecutionRow[]> {
  if (ids.length === 0) return [];
  const { from, to } = executionTransitions[name];
  const moved = await tx
    .update(tables.processExecutions)
    .set({ ...fields, state: to })
    .where(
      and(inArray(tables.processExecutions.id, [...ids]), inArray(tables.processExecutions.state, [...from])),
    )
    .returning();
  if (moved.length !== ids.length) throw new TransitionError('execution', from, to);
  return moved;
}

/** How a new execution stands. */
export const newExecution = (paid: boolean): Pick<typeof tables.processExecutions.$inferInsert, 'state'> => ({
  state: paid ? 'waiting' : 'unpaid',
});

/** Their prices are reserved. */
export async function payExecutions(tx: Queries, ids: readonly string[]): Promise<void> {
  await move(tx, ids, 'pay');
}

/** Their components may begin. */
export async function admitExecutions(tx: Queries, ids: readonly string[]): Promise<void> {
  await move(tx, ids, 'admit');
}

/** No further component of it begins. Callers want `haltExecution`, which ends those that wait. */
export async function closeExecution(
  tx: Queries,
  execution: Pick<ExecutionRow, 'id'>,
  why: 'stop' | 'fail',
  fields: Pick<Fields, 'abort_reason' | 'exit_type' | 'stopped_by'> = {},
): Promise<ExecutionState> {
  const [row] = await move(tx, [execution.id], why, fields);
  return row!.state;
}

/** All its components have ended. */
export async function endExecution(
  tx: Queries,
  { id }: Pick<ExecutionRow, 'id'>,
  how: 'endWell' | 'endFailed' | 'endStopped',
  fields: Fields,
): Promise<ExecutionRow> {
  const [row] = await move(tx, [id], how, { ...fields, progress: 100 });
  return row!;
}

/** It is executed again: it waits as if it had never begun. */
export async function reopenExecution(
  tx: Queries,
  { id }: Pick<ExecutionRow, 'id'>,
  fields: Pick<Fields, 'requested_by' | 'open_components' | 'started_at'>,
): Promise<void> {
  await move(tx, [id], 'reopen', {
    ...fields,
    ended_at: null,
    abort_reason: null,
    exit_type: null,
    stopped_by: null,
    notified: null,
    charged: null,
    progress: 0,
  });
}
