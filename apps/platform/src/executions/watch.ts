import { setTimeout as pause } from 'node:timers/promises';

import { eq } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { AttemptEnded, AttemptGone } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { collect } from './collect.ts';
import { haltFor } from './component.ts';
import type { Work } from './component.ts';
import type { Context } from './context.ts';
import { createWaker } from './waker.ts';

/** A component that logs without pause is read this often at most: a transaction a line would help nobody. */
const collectEveryMilliseconds = 100;
const lookEveryMilliseconds = 5000;
const stopGraceSeconds = 3;

/**
 * Collects what a running attempt says until it runs no more; ends it when its execution is to end.
 * @throws LeaseLostError
 */
export async function watchAttempt(
  context: Context,
  work: Work,
  signal: AbortSignal,
): Promise<AttemptEnded | AttemptGone> {
  const { runtime, events, log } = context;
  const handle = handleOf(context, work.attempt);
  const waker = createWaker();
  const watching = new AbortController();
  const until = AbortSignal.any([signal, watching.signal]);
  const forget = events.hear('work', work.execution.id, waker.wake);
  let ended = false;
  let stopping: Promise<void> | undefined;
  const watch = runtime
    .watch(
      handle,
      (news) => {
        ended ||= news === 'ended';
        waker.wake();
      },
      { signal: until },
    )
    // Looking from time to time goes on in its stead.
    .catch((error: unknown) => log.warn({ err: error, attempt: work.attempt.id }, 'cannot watch an attempt'));
  try {
    for (;;) {
      signal.throwIfAborted();
      const more = await collect(context, work);
      const state = await runtime.inspect(handle);
      if (state.state !== 'running') return state;
      if (!stopping && (await isHalted(context, work))) {
        stopping = runtime
          .stop(handle, { graceSeconds: stopGraceSeconds, signal: until })
          .then(waker.wake, (error: unknown) => {
            stopping = undefined;
            if (!until.aborted) log.warn({ err: error, attempt: work.attempt.id }, 'cannot stop an attempt');
          });
      }
      if (!more) await waker.sleep(lookEveryMilliseconds, until);
      else if (!ended) await pause(collectEveryMilliseconds, undefined, { signal: until });
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
