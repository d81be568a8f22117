import { eq } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import { createWaker } from '../events/index.ts';
import type { AttemptEnded, AttemptGone } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { collect, positionOf } from './collect.ts';
import type { Position } from './collect.ts';
import { haltFor } from './component.ts';
import type { Work } from './component.ts';
import type { Context } from './context.ts';

/** A component that logs without pause is read this often at most: a transaction a line would help nobody. */
const collectEveryMilliseconds = 100;
const lookEveryMilliseconds = 5000;
const stopGraceSeconds = 3;

/**
 * Collects what a running attempt says until it runs no more; ends it when its execution is to end.
 * @returns how it ended, and up to where what it said is stored
 * @throws LeaseLostError
 */
export async function watchAttempt(
  context: Context,
  work: Work,
  signal: AbortSignal,
): Promise<{ readonly ended: AttemptEnded | AttemptGone; readonly position: Position }> {
  const { runtime, events, log } = context;
  const handle = handleOf(context, work.attempt);
  const waker = createWaker();
  const over = createWaker();
  const watching = new AbortController();
  const until = AbortSignal.any([signal, watching.signal]);
  let askedAt = Number.NEGATIVE_INFINITY;
  const forget = events.hear('work', work.execution.id, () => {
    askedAt = Number.NEGATIVE_INFINITY;
    waker.wake();
  });
  let position = positionOf(work);
  let ended = false;
  let stopping: Promise<void> | undefined;
  const watch = runtime
    .watch(
      handle,
      (news) => {
        ended ||= news === 'ended';
        if (ended) over.wake();
        waker.wake();
      },
      { signal: until },
    )
    // Looking from time to time goes on in its stead.
    .catch((error: unknown) => log.warn({ err: error, attempt: work.attempt.id }, 'cannot watch an attempt'));
  try {
    for (;;) {
      signal.throwIfAborted();
      const state = await runtime.inspect(handle);
      // What it said last is stored together with its end.
      if (state.state !== 'running') return { ended: state, position };
      const further = await collect(context, work, position);
      position = further ?? position;
      // Whoever halts an execution says so: otherwise it is asked for as seldom as all else that might be missed.
      if (!stopping && performance.now() - askedAt >= lookEveryMilliseconds) {
        askedAt = performance.now();
        if (await isHalted(context, work))
          stopping = runtime
            .stop(handle, { graceSeconds: stopGraceSeconds, signal: until })
            .then(waker.wake, (error: unknown) => {
              stopping = undefined;
              askedAt = Number.NEGATIVE_INFINITY;
              if (!until.aborted)
                log.warn({ err: error, attempt: work.attempt.id }, 'cannot stop an attempt');
            });
      }
      if (!further) await waker.sleep(lookEveryMilliseconds, until);
      else if (!ended) await over.sleep(collectEveryMilliseconds, until);
    }
  } finally {
    forget();
    watching.abort();
    await watch;
  }
}

async function isHalted({ database }: Context, { execution, component }: Work): Promise<boolean> {
  const [row] = await database.queries
    .select({ halt: tables.processExecutions.halt })
    .from(tables.processExecutions)
    .where(eq(tables.processExecutions.id, execution.id));
  return row === undefined || haltFor(component, row.halt) !== null;
}
