import { setTimeout as pause } from 'node:timers/promises';

import { createWaker } from '../../events/index.ts';
import { createBackgroundTask } from './background-task.ts';
import type { BackgroundTask } from './background-task.ts';
import { claimLeft, claimWaiting, lookForWork, renewLeases } from './claim.ts';
import { cleanUp, createCleanupQueue } from '../cleanup/index.ts';
import type { CleanupQueue } from '../cleanup/index.ts';
import { endExecutions } from '../component/index.ts';
import type { Context } from '../context.ts';
import { createDrivers } from './drivers.ts';
import type { Drivers } from './drivers.ts';
import type { Maintenance } from './maintenance.ts';

export interface Engine {
  readonly start: () => void;
  /** Stops the loop. Components that run go on running, and the next start finds them again. */
  readonly close: () => Promise<void>;
}

const cleanEveryMilliseconds = 600_000;
const slowestLookMilliseconds = 20_000;
const burstMilliseconds = 2;
/** How often the loop looks, at most, for what has become due because executions have ended. */
const maintenanceAfterEndMilliseconds = 250;

/**
 * The engine's loop: it looks for work when an event says that there is some, and now and then without one, less and less
 * often while there is none. A claimed component gets a driver; the drivers run side by side. Maintenance and cleaning up
 * may take long (a region to be cut, an attempt that does not end): they run beside the loop, which never waits for them.
 */
export function createEngine(context: Context, maintenance: Maintenance): Engine {
  const { events, log } = context;
  const waker = createWaker();
  const cleanupQueue = createCleanupQueue(context);
  const closing = new AbortController();
  const times: Times = {
    maintainAt: Number.NEGATIVE_INFINITY,
    cleanedAt: Number.NEGATIVE_INFINITY,
    mayMoveOn: false,
  };
  const subscriptions = [
    events.subscribe('work', undefined, waker.wake),
    events.subscribe('data', undefined, waker.wake),
    events.subscribe('time', undefined, () => {
      times.maintainAt = Number.NEGATIVE_INFINITY;
      waker.wake();
    }),
  ];
  let loop: Promise<void> | undefined;
  let leases: NodeJS.Timeout | undefined;
  const drivers = createDrivers(context, {
    signal: closing.signal,
    onLeft: cleanupQueue.add,
    // Its attempt may still run here: it is ended at the next look.
    onLeaseLost: () => {
      times.cleanedAt = Number.NEGATIVE_INFINITY;
    },
    onIdle: waker.wake,
  });

  const maintaining = maintenanceTask(context, maintenance, times, waker.wake, closing.signal);
  const cleaning = createBackgroundTask({
    work: async () => await cleanUp(context, closing.signal),
    onFault: (error) => {
      if (!closing.signal.aborted) log.error({ err: error }, 'cannot clean up after attempts');
    },
  });

  const work = async (): Promise<void> => {
    const { signal } = closing;
    const { settings } = context;
    const parts = { drivers, cleanupQueue, maintenance, maintaining, cleaning, times, wake: waker.wake };
    let idle = 0;
    while (!signal.aborted) {
      let next = Number.POSITIVE_INFINITY;
      try {
        next = await look(context, parts);
        idle = drivers.ids().length > 0 ? 0 : idle + 1;
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, 'the engine could not look for work');
      }
      const calm = Math.min(settings.resyncSeconds * 1000 * 2 ** Math.min(idle, 10), slowestLookMilliseconds);
      await waker.sleep(Math.max(10, Math.min(calm, next)), signal);
      // News comes in bursts: one look does for all.
      await pause(burstMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    start: () => {
      loop ??= work();
      leases ??= setInterval(() => {
        renewLeases(context, drivers.ids()).catch((error: unknown) =>
          log.warn({ err: error }, 'cannot renew the leases of components'),
        );
      }, context.settings.leaseSeconds * 250);
    },
    close: async () => {
      closing.abort(new Error('the engine is closing'));
      clearInterval(leases);
      for (const unsubscribe of subscriptions) unsubscribe();
      await loop;
      await Promise.all([drivers.ended(), maintaining.ended(), cleaning.ended()]);
      await cleanupQueue.close();
    },
  };
}

interface Times {
  /** When maintenance is due. */
  maintainAt: number;
  /** When attempts were last cleaned up after. */
  cleanedAt: number;
  /** Whether the last turn left some for the next. */
  mayMoveOn: boolean;
}

/** Does what is due, and then sets when maintenance is due again. */
function maintenanceTask(
  { settings, log }: Pick<Context, 'settings' | 'log'>,
  maintenance: Maintenance,
  times: Times,
  wake: () => void,
  signal: AbortSignal,
): BackgroundTask {
  const calm = settings.resyncSeconds * 1000;
  return createBackgroundTask({
    work: async () => {
      // Should it fail, it is not tried again at once. What asks for it meanwhile moves this forward again.
      times.maintainAt = performance.now() + calm;
      const due = await maintenance.doDue(signal);
      times.maintainAt = Math.min(times.maintainAt, performance.now() + Math.min(due, calm));
    },
    onFault: (error) => {
      if (!signal.aborted) log.error({ err: error }, 'not all that is due could be done');
    },
    // While it ran, the loop took no account of its next time.
    onEnd: () => {
      if (times.maintainAt < performance.now() + calm) wake();
    },
  });
}

interface Parts {
  readonly drivers: Drivers;
  readonly cleanupQueue: CleanupQueue;
  readonly maintenance: Maintenance;
  readonly maintaining: BackgroundTask;
  readonly cleaning: BackgroundTask;
  readonly times: Times;
  readonly wake: () => void;
}

/** Does what there is to do now. @returns after how many milliseconds to look again */
async function look(context: Context, parts: Parts): Promise<number> {
  const { database, settings } = context;
  const { drivers, cleanupQueue, maintenance, times } = parts;
  const work = await lookForWork(context, drivers.ids());
  if (work.left) (await claimLeft(context, drivers.ids())).forEach(drivers.launch);
  if (work.runnable)
    (await database.transaction(async (tx) => await claimWaiting(tx, context))).forEach(drivers.launch);
  const now = performance.now();
  // What has ended makes room for others of its group. All else waits for its time: it asks the database far more than a
  // look for work, of which there are several for each execution.
  const hasEnded = work.over && (await endExecutions(context));
  if (hasEnded || times.mayMoveOn) {
    times.mayMoveOn = await maintenance.moveOn();
    parts.wake();
  }
  if (hasEnded) times.maintainAt = Math.min(times.maintainAt, now + maintenanceAfterEndMilliseconds);
  if (now >= times.maintainAt) parts.maintaining.begin();
  if (now - times.cleanedAt >= cleanEveryMilliseconds) {
    times.cleanedAt = now;
    parts.cleaning.begin();
  }
  cleanupQueue.tidy(drivers.ids().length === 0);
  const due = Math.max(0, times.maintainAt - performance.now());
  return Math.min(parts.maintaining.isRunning() ? settings.resyncSeconds * 1000 : due, cleanupQueue.due());
}
