import { setTimeout as delay } from 'node:timers/promises';

import { createWaker } from '../events/index.ts';
import type { Context } from './context.ts';

export interface Worker {
  close(): Promise<void>;
}

export interface WorkerOptions {
  /** Does one piece of work and gives whether there was one. */
  readonly next: (context: Context, signal: AbortSignal) => Promise<boolean>;
  /** Done whenever nothing is left to do. */
  readonly upkeep?: () => Promise<void>;
}

const resyncMilliseconds = 5000;
const quietMilliseconds = 25;

/** Does whatever waits, one piece at a time: woken when data has changed, and now and then in any case. */
export function startWorker(context: Context, { next, upkeep }: WorkerOptions): Worker {
  const stopped = new AbortController();
  const waker = createWaker();
  const deafen = context.events.hear('data', undefined, waker.wake);
  const running = (async () => {
    while (!stopped.signal.aborted) {
      try {
        let more = true;
        while (more && !stopped.signal.aborted) {
          // This worker's own news is among it.
          waker.forget();
          more = await next(context, stopped.signal);
        }
        await upkeep?.();
      } catch (error) {
        context.log.error({ err: error }, 'the analysis could not go on; it is tried again');
      }
      await waker.sleep(resyncMilliseconds, stopped.signal);
      // A chain goes on at the moment that tells of an output: that comes first.
      await delay(quietMilliseconds, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    close: async () => {
      deafen();
      stopped.abort(new Error('the platform stops'));
      await running;
    },
  };
}
