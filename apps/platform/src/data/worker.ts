import { setTimeout as delay } from 'node:timers/promises';

import { createWaker } from '../events/index.ts';
import type { Context } from './context.ts';

export interface Worker {
  close(): Promise<void>;
}

/** Does the piece of work that was claimed. */
export type Work = () => Promise<void>;

export interface WorkerOptions {
  /** Claims one piece of work; undefined when there is none. */
  readonly claim: (context: Context, signal: AbortSignal) => Promise<Work | undefined>;
  /** How many pieces are worked on side by side. One that takes long gives its place up, so that it holds up no other. */
  readonly slots: number;
  /** After how long a piece gives its place up; 20 seconds by default. */
  readonly longMilliseconds?: number;
  /** Done whenever nothing is left to claim. */
  readonly maintenance?: () => Promise<void>;
}

const resyncMilliseconds = 5000;
const quietMilliseconds = 25;
/** Those that take long included, so many times as many run at most as there are slots. */
const mostLong = 2;

/** Does whatever waits, several pieces at a time: woken when data has changed, and now and then in any case. */
export function startWorker(context: Context, options: WorkerOptions): Worker {
  const { claim, slots, longMilliseconds = 20_000, maintenance } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const waker = createWaker();
  const unsubscribe = context.events.subscribe('data', undefined, waker.wake);
  const running = new Set<Promise<void>>();
  let [short, ended] = [0, false];
  const begin = (work: Work): void => {
    let counts = true;
    const giveUp = (): void => {
      if (counts) short -= 1;
      counts = false;
      waker.wake();
    };
    short += 1;
    const timer = setTimeout(giveUp, longMilliseconds);
    const piece = work()
      .catch((error: unknown) => context.log.error({ err: error }, 'a file was left; it is taken up again'))
      .finally(() => {
        clearTimeout(timer);
        running.delete(piece);
        ended = true;
        giveUp();
      });
    running.add(piece);
  };
  const hasRoom = (): boolean => !signal.aborted && short < slots && running.size < slots * mostLong;
  const fill = async (): Promise<void> => {
    while (hasRoom()) {
      // This worker's own news is among it.
      waker.forget();
      const work = await claim(context, signal);
      if (!work) return await maintenance?.();
      begin(work);
    }
  };
  const loop = (async () => {
    while (!signal.aborted) {
      ended = false;
      try {
        await fill();
      } catch (error) {
        context.log.error({ err: error }, 'the analysis could not go on; it is tried again');
      }
      await waker.sleep(resyncMilliseconds, signal);
      // A chain goes on at the moment that tells of an output: that comes first.
      if (!ended) await delay(quietMilliseconds, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(running);
  })();
  return {
    close: async () => {
      unsubscribe();
      stopped.abort(new Error('the platform stops'));
      await loop;
    },
  };
}
