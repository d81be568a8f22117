import { isDeepStrictEqual } from 'node:util';

import { and, eq } from 'drizzle-orm';

import { tables } from '../../../database/index.ts';
import type { Queries, StoredReason } from '../../../database/index.ts';
import type { Observation } from '../../../runtimes/index.ts';
import { leaveQueue, queueReason, readWork, startComponent } from '../../component/index.ts';
import type { Work } from '../../component/index.ts';
import type { Context } from '../../context.ts';

type Needs = Pick<Context, 'database' | 'events' | 'runtime' | 'nodeId'>;

/**
 * Follows an attempt that is queued: writes down for what it waits, whenever that changes, and when its command has begun.
 * @returns to be called with each observation; it does nothing of one that is not queued, or has ended
 */
export function followQueue(context: Needs, work: Work): (seen: Observation) => Promise<void> {
  let queued = work.component.state === 'queued';
  let written = work.component.queue_reason;
  return async (seen) => {
    if (!queued) return;
    if (seen.state === 'running') {
      await context.database.transaction(async (tx) => {
        const locked = await readWork(tx, context, work.component.id, { lock: true });
        if (locked.attempt.id === work.attempt.id) await beginRunning(tx, context, locked, seen.startedAt);
      });
      queued = false;
    } else if (seen.state === 'queued') {
      const reason = queueReason(context.runtime.name, seen.reason);
      if (isDeepStrictEqual(reason, written)) return;
      await writeReason(context, work, reason);
      written = reason;
    }
  };
}

/** The command of a queued attempt has begun. @returns how both stand then; as they were when they were not queued */
export async function beginRunning(
  tx: Queries,
  context: Pick<Context, 'events'>,
  work: Work,
  startedAt: string | null,
): Promise<Work> {
  if (work.component.state !== 'queued') return work;
  const component = await startComponent(tx, context, work.component, {}, startedAt);
  const attempt = await leaveQueue(tx, work.attempt, startedAt);
  return { ...work, component, attempt };
}

async function writeReason(
  { database, events, nodeId }: Needs,
  { component }: Work,
  reason: StoredReason,
): Promise<void> {
  const { processServiceExecutions: components } = tables;
  await database.transaction(async (tx) => {
    const written = await tx
      .update(components)
      .set({ queue_reason: reason })
      .where(
        and(
          eq(components.id, component.id),
          eq(components.lease_owner, nodeId),
          eq(components.state, 'queued'),
        ),
      )
      .returning({ id: components.id });
    if (written.length > 0)
      await events.publish(tx, { kind: 'execution', id: component.process_execution_id });
  });
}
