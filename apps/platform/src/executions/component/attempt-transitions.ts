/**
 * The states of an attempt, and every transition between them. No other file writes `state`.
 *
 * ```
 *                start
 *      ┌──────────────────────┐
 *      │                      ▼
 *  preparing ─► queued ──► running ─► ended
 *      │  queue   │ │ start   │   end   │ ▲
 *      │          │ └─────────┼───end───┼─┘
 *      └──────────┴───────────┴─────────┴──► gone
 *                         withdraw
 * ```
 *
 * - `preparing`: it has a number and an id, by which the runtime is asked for it; the runtime may have it already.
 * - `queued`: the runtime has accepted it, and its command has not begun: it waits for a cluster, an image or its inputs.
 * - `running`: its command has begun.
 * - `ended`: its command has ended, and how is written down.
 * - `gone`: it does not count: its node was lost, what it left cannot be found, or there was nothing to run.
 */
import { randomUUID } from 'node:crypto';

import { and, eq, inArray, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { statement, tables, updates } from '../../database/index.ts';
import type { AttemptState, Queries } from '../../database/index.ts';
import type { AttemptHandle } from '../../runtimes/index.ts';
import { workRows } from '../rows.ts';
import type { AttemptRow } from '../rows.ts';
import { TransitionError } from './states.ts';

/** From which states each transition leads to which: the drawing above, as data. */
export const attemptTransitions = {
  queue: { from: ['preparing'], to: 'queued' },
  start: { from: ['preparing', 'queued'], to: 'running' },
  end: { from: ['queued', 'running'], to: 'ended' },
  withdraw: { from: ['preparing', 'queued', 'running', 'ended'], to: 'gone' },
} as const satisfies Record<string, { readonly from: readonly AttemptState[]; readonly to: AttemptState }>;

type Fields = Omit<PgUpdateSetSource<typeof tables.componentAttempts>, 'state'>;
type Attempt = Pick<AttemptRow, 'id'>;

const now = sql`clock_timestamp()`;

async function move(
  tx: Queries,
  { id }: Attempt,
  name: keyof typeof attemptTransitions,
  fields: Fields,
  values: { readonly before?: string | null } = {},
): Promise<AttemptRow> {
  const { from, to } = attemptTransitions[name];
  const [moved] = await write(tx, name, { ...fields, state: to }, { itsId: id, ...values });
  if (!moved) throw new TransitionError('attempt', from, to);
  return workRows.attempt.decode(moved.row);
}

const write = updates<PgUpdateSetSource<typeof tables.componentAttempts>, { row: readonly unknown[] }>(
  'move_attempt',
  (on, set, name) => {
    const { id, state, cursor } = tables.componentAttempts;
    const { from } = attemptTransitions[name as keyof typeof attemptTransitions];
    return on
      .update(tables.componentAttempts)
      .set({ ...set, state: set.state! })
      .where(
        and(
          eq(id, sql.placeholder('itsId')),
          inArray(state, [...from]),
          name === 'end' ? sql`${cursor} is not distinct from ${sql.placeholder('before')}` : undefined,
        ),
      )
      .returning({ row: workRows.attempt.sql.as('row') });
  },
);

/** Adds an attempt to each component, before the runtime is asked to start it. Its number follows that of the last one. */
export async function addAttempts(
  tx: Queries,
  nodeId: string,
  components: readonly { readonly id: string; readonly memory: number }[],
): Promise<void> {
  if (components.length === 0) return;
  const list = components.map(({ id, memory }) => ({ id: randomUUID(), component_id: id, memory }));
  await add(tx, { nodeId, list: JSON.stringify(list) });
}

const add = statement<never, { readonly nodeId: string; readonly list: string }>(
  'add_attempts',
  () => sql`insert into component_attempts (id, component_id, number, node_id, memory)
    select a.id, a.component_id,
      (select coalesce(max(number), 0) + 1 from component_attempts b where b.component_id = a.component_id),
      ${sql.placeholder('nodeId')}::uuid, a.memory
    from jsonb_to_recordset(${sql.placeholder('list')}::jsonb) as a (id uuid, component_id uuid, memory float8)`,
);

/** The runtime has accepted it, and it waits there. */
export const queueAttempt = async (
  tx: Queries,
  attempt: Attempt,
  handle: AttemptHandle,
): Promise<AttemptRow> => await move(tx, attempt, 'queue', { handle: { ...handle } });

/** Its command has begun, after it had waited. */
export const leaveQueue = async (
  tx: Queries,
  attempt: Attempt,
  startedAt: string | null,
): Promise<AttemptRow> => await move(tx, attempt, 'start', { started_at: startedAt ?? now });

/** The runtime has it, and runs it. */
export const startAttempt = async (
  tx: Queries,
  attempt: Attempt,
  handle: AttemptHandle,
): Promise<AttemptRow> => await move(tx, attempt, 'start', { handle: { ...handle }, started_at: now });

/**
 * Its command has ended.
 * @param facts how, and how far its records are stored
 * @param cursor how far they were before
 */
export const endAttempt = async (
  tx: Queries,
  attempt: Attempt,
  facts: Fields,
  cursor: string | null,
): Promise<AttemptRow> => await move(tx, attempt, 'end', facts, { before: cursor });

/** It does not count any more. @param why the reason, to be stored with it */
export const withdrawAttempt = async (
  tx: Queries,
  attempt: Attempt,
  why: Pick<Fields, 'exit_type' | 'reason'> = {},
): Promise<AttemptRow> => await move(tx, attempt, 'withdraw', { ...why, ended_at: now });

/** Stores other facts about it, without a change of its state. */
export async function noteOfAttempt(tx: Queries, { id }: Attempt, fields: Fields): Promise<void> {
  await tx.update(tables.componentAttempts).set(fields).where(eq(tables.componentAttempts.id, id));
}
