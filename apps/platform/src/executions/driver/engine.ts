import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import { createWaker } from '../../events/index.ts';
import { claimLeft, claimWaiting, lookForWork, renewLeases } from './claim.ts';
import { cleanUp, createCleanupQueue } from '../cleanup/index.ts';
import { LeaseLostError, endExecutions } from '../component/index.ts';
import { failPlatform } from './finish-attempt.ts';
import type { Context } from '../context.ts';
import { drive } from './drive.ts';
import { isUnavailable } from '../../runtimes/index.ts';
import type { AttemptRow } from '../rows.ts';
import type { Maintenance } from './maintenance.ts';

export interface Engine {
  readonly start: () => void;
  /** Lets go: what runs goes on running, and is found again by the next start. */
  readonly close: () => Promise<void>;
}

/** After so many faults of the platform in a row a component fails: 1 + 2 + 4 + 8 s of trying. */
const maximumFaults = 5;
const cleanEveryMilliseconds = 600_000;
const slowestLookMilliseconds = 20_000;
const burstMilliseconds = 2;
/** What has to be done on time because executions have ended is looked for this often at most. */
const maintenanceAfterEndMilliseconds = 250;

/**
 * The engine's loop: it looks for work when an event says that there is some, and now and then without one, less and less
 * often while there is none. A claimed component gets a driver; the drivers run side by side.
 */
export function createEngine(context: Context, maintenance: Maintenance): Engine {
  const { database, events, settings, log } = context;
  const waker = createWaker();
  const cleanupQueue = createCleanupQueue(context);
  const closing = new AbortController();
  const drivers = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let maintainAt = Number.NEGATIVE_INFINITY;
  const subscriptions = [
    events.subscribe('work', undefined, waker.wake),
    events.subscribe('data', undefined, waker.wake),
    events.subscribe('time', undefined, () => {
      maintainAt = Number.NEGATIVE_INFINITY;
      waker.wake();
    }),
  ];
  let loop: Promise<void> | undefined;
  let leases: NodeJS.Timeout | undefined;
  let cleanedAt = Number.NEGATIVE_INFINITY;

  const launch = (id: string): void => {
    if (drivers.has(id)) again.add(id);
    else drivers.set(id, keepDriving(id));
  };
  const keepDriving = async (id: string): Promise<void> => {
    const well = await driveSafely(context, id, closing.signal, cleanupQueue.add, () => {
      // Its attempt may still run here: it is ended at the next look.
      cleanedAt = Number.NEGATIVE_INFINITY;
    });
    drivers.delete(id);
    // It was claimed again while its driver was ending.
    if (again.delete(id) && !closing.signal.aborted) launch(id);
    // What ended well has published what there is to claim.
    else if (!well || drivers.size === 0) waker.wake();
  };

  /** @returns after how many milliseconds to look again */
  const look = async (): Promise<number> => {
    const work = await lookForWork(context, [...drivers.keys()]);
    if (work.left) for (const id of await claimLeft(context, [...drivers.keys()])) launch(id);
    if (work.runnable)
      (await database.transaction(async (tx) => await claimWaiting(tx, context))).forEach(launch);
    const now = performance.now();
    // What has ended makes room for others of its group. All else waits for its time: it asks the database far more than
    // a look for work, of which there are several for each execution.
    if (work.over && (await endExecutions(context))) {
      await maintenance.moveOn();
      maintainAt = Math.min(maintainAt, now + maintenanceAfterEndMilliseconds);
      waker.wake();
    }
    if (now >= maintainAt) {
      const due = await maintenance.doDue();
      maintainAt = now + Math.min(due, settings.resyncSeconds * 1000);
    }
    if (performance.now() - cleanedAt >= cleanEveryMilliseconds) {
      await cleanUp(context);
      cleanedAt = performance.now();
    }
    cleanupQueue.tidy(drivers.size === 0);
    return Math.min(maintainAt - performance.now(), cleanupQueue.due());
  };

  const work = async (): Promise<void> => {
    const { signal } = closing;
    let idle = 0;
    while (!signal.aborted) {
      let next = Number.POSITIVE_INFINITY;
      try {
        next = await look();
        idle = drivers.size > 0 ? 0 : idle + 1;
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
        renewLeases(context, [...drivers.keys()]).catch((error: unknown) =>
          log.warn({ err: error }, 'cannot renew the leases of components'),
        );
      }, settings.leaseSeconds * 250);
    },
    close: async () => {
      closing.abort(new Error('the engine is closing'));
      clearInterval(leases);
      for (const unsubscribe of subscriptions) unsubscribe();
      await loop;
      await Promise.all(drivers.values());
      await cleanupQueue.close();
    },
  };
}

/** @returns whether it was driven to where it needs no driver */
async function driveSafely(
  context: Context,
  componentId: string,
  signal: AbortSignal,
  leave: (attempt: AttemptRow) => void,
  onLeaseLost: () => void,
): Promise<boolean> {
  const { log } = context;
  try {
    const left = await drive(context, componentId, signal);
    if (left) leave(left);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (error instanceof LeaseLostError) {
      log.info({ component: componentId }, error.message);
      onLeaseLost();
      return false;
    }
    log.error({ err: error, component: componentId }, 'a step of a component failed');
    await recordFault(context, componentId, error).catch((fault: unknown) =>
      log.error({ err: fault, component: componentId }, 'cannot write down the fault of a component'),
    );
    return false;
  }
}

async function recordFault(
  context: Pick<Context, 'database' | 'events' | 'nodeId' | 'onEnded'>,
  componentId: string,
  error: unknown,
): Promise<void> {
  const { database, nodeId } = context;
  // That is no fault of the component: it waits until it can be run, however long that takes.
  const most = isUnavailable(error) ? maximumFaults - 1 : Number.MAX_SAFE_INTEGER;
  const rows = await selectRows<{ faults: number }>(
    database.queries,
    sql`update process_service_executions set faults = least(faults + 1, ${most}),
        retry_at = clock_timestamp() + make_interval(secs => power(2, least(faults, ${maximumFaults})))
      where id = ${componentId} and lease_owner = ${nodeId} returning faults`,
  );
  if ((rows[0]?.faults ?? 0) < maximumFaults) return;
  const message = error instanceof Error ? error.message : String(error);
  await failPlatform(context, componentId, `The platform could not run it: ${message}`);
}
