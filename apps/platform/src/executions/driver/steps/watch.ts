import { eq, sql } from 'drizzle-orm';

import { prepared, tables } from '../../../database/index.ts';
import { createWaker } from '../../../events/index.ts';
import type { Queries } from '../../../database/index.ts';
import { gather, handleOf, positionOf, storeGathered } from '../../records/index.ts';
import type { Gathered } from '../../records/index.ts';
import { followQueue } from './queue.ts';
import { haltFor, LeaseLostError } from '../../component/index.ts';
import type { Work } from '../../component/index.ts';
import type { Context } from '../../context.ts';

/** The shortest time between two reads of an attempt that logs without pause: not a transaction for each line. */
const collectEveryMilliseconds = 50;
const lookEveryMilliseconds = 5000;
const stopGraceSeconds = 3;

/**
 * Collects what a running attempt says until it runs no more; ends it when its execution is to end.
 * @returns how it ended, with the last that it said, which is yet to be stored
 * @throws LeaseLostError
 */
export async function watchAttempt(
  context: Pick<Context, 'database' | 'events' | 'runtime' | 'hints' | 'nodeId' | 'log'>,
  work: Work,
  signal: AbortSignal,
): Promise<Gathered> {
  const { runtime, events, hints, log } = context;
  const handle = handleOf(context, work.attempt);
  const waker = createWaker();
  const pause = createWaker();
  let askedAt = Number.NEGATIVE_INFINITY;
  const subscriptions = [
    events.subscribe('work', work.execution.id, () => {
      askedAt = Number.NEGATIVE_INFINITY;
      waker.wake();
    }),
    hints.subscribe(work.attempt.id, waker.wake),
  ];
  let position = positionOf(work);
  const queue = followQueue(context, work);
  let ahead: Promise<Gathered> | undefined;
  try {
    for (;;) {
      signal.throwIfAborted();
      const gathered = await (ahead ?? gather(context, work, position, signal));
      ahead = undefined;
      const { state, more } = gathered.observation;
      await queue(gathered.observation);
      // What it said last is stored together with its end.
      if ((state === 'ended' || state === 'gone') && !more) return gathered;
      if (more && gathered.isNew) {
        // The next records are read while the database stores these.
        ahead = gather(context, work, gathered.to, signal);
        ahead.catch(() => undefined);
      }
      if (gathered.isNew) await storeGathered(context, work, gathered);
      position = gathered.isNew ? gathered.to : position;
      // A halt is published. This look is only for one whose event was missed.
      if (performance.now() - askedAt >= lookEveryMilliseconds) {
        askedAt = performance.now();
        if (await isHalted(context, work))
          await runtime
            .cancel(handle, { graceSeconds: stopGraceSeconds, signal })
            .catch((error: unknown) =>
              log.warn({ err: error, attempt: work.attempt.id }, 'cannot stop an attempt yet'),
            );
      }
      if (gathered.isNew) await pause.sleep(more ? 0 : collectEveryMilliseconds, signal);
      else await waker.sleep(lookEveryMilliseconds, signal);
    }
  } finally {
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}

/**
 * An attempt that logs nothing has to ask whether it still counts: it would else run on beside its successor.
 * @throws LeaseLostError
 */
async function isHalted(
  { database, nodeId }: Pick<Context, 'database' | 'nodeId'>,
  { component, attempt }: Pick<Work, 'component' | 'attempt'>,
): Promise<boolean> {
  const [row] = await standing(database.queries).execute({ attempt: attempt.id });
  if (row?.leaseOwner !== nodeId || !['queued', 'running'].includes(row.attemptState))
    throw new LeaseLostError(component.id);
  return haltFor(component, row.state) !== null;
}

const { processExecutions: executions, processServiceExecutions: components } = tables;
const { componentAttempts: attempts } = tables;

/** How an attempt, its component and its execution stand. */
const standing = (queries: Queries) =>
  prepared(queries, 'attempt_standing', (on) =>
    on
      .select({ state: executions.state, leaseOwner: components.lease_owner, attemptState: attempts.state })
      .from(components)
      .innerJoin(executions, eq(executions.id, components.process_execution_id))
      .innerJoin(attempts, eq(attempts.component_id, components.id))
      .where(eq(attempts.id, sql.placeholder('attempt')))
      .prepare('attempt_standing'),
  );
