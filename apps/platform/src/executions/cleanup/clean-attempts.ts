import { setTimeout as pause } from 'node:timers/promises';

import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { AttemptHandle } from '../../runtimes/index.ts';
import { handleOf } from '../records/index.ts';
import type { Context } from '../context.ts';
import type { AttemptRow } from '../rows.ts';

type Needs = Pick<Context, 'database' | 'runtime' | 'nodeId' | 'settings' | 'log'>;

/** Ends what may still run of attempts that no longer count, and removes their folders and what the runtime kept of them. */
export async function cleanAttempts(
  context: Needs,
  attempts: readonly AttemptRow[],
  signal?: AbortSignal,
): Promise<void> {
  const { database, log } = context;
  const cleaned: string[] = [];
  for (const attempt of attempts) {
    if (signal?.aborted) break;
    if (!isInReach(context, attempt)) continue;
    const handle = handleOf(context, attempt);
    try {
      await endAndForget(context, handle, attempt.cursor, signal);
      cleaned.push(attempt.id);
    } catch (error) {
      if (signal?.aborted) break;
      // The component does not depend on it; `cleanUp` tries again.
      log.warn({ err: error, attempt: attempt.id }, 'cannot clean up after an attempt yet');
    }
  }
  if (cleaned.length > 0)
    await database.queries
      .update(tables.componentAttempts)
      .set({ cleaned: true })
      .where(inArray(tables.componentAttempts.id, cleaned));
}

/** What another platform has begun is there and nowhere else, unless a cluster runs it that this one can speak to as well. */
function isInReach({ runtime, nodeId, settings }: Needs, attempt: AttemptRow): boolean {
  if (attempt.node_id === nodeId) return true;
  const handle = attempt.handle as AttemptHandle | null;
  return settings.reach === 'cluster' && handle?.runtime === runtime.name;
}

/** Attempts that are to be cleaned up after when there is time. */
export interface CleanupQueue {
  readonly add: (attempt: AttemptRow) => void;
  /** Begins to clean up if it is time. @param idle whether nothing else is to be done */
  readonly tidy: (idle: boolean) => void;
  /** After so many milliseconds it is time, although there is other work. */
  readonly due: () => number;
  /** Cleans up after all of them. */
  readonly close: () => Promise<void>;
}

const latestMilliseconds = 10_000;
const mostAttempts = 500;
const largeBytes = 100 * 1024 * 1024;

/**
 * Removing what an attempt leaves can take as long as the attempt did, and slows down the disk, which makes the folders of the
 * next ones. While there is more to run, small leftovers stay for a while.
 */
export function createCleanupQueue(context: Needs): CleanupQueue {
  let waiting: AttemptRow[] = [];
  let since = Number.POSITIVE_INFINITY;
  let cleaning: Promise<void> | undefined;
  const clean = async (): Promise<void> => {
    while (waiting.length > 0) {
      const attempts = waiting;
      waiting = [];
      since = Number.POSITIVE_INFINITY;
      await cleanAttempts(context, attempts).catch((error: unknown) =>
        context.log.warn({ err: error }, 'cannot write down what was cleaned up'),
      );
    }
    cleaning = undefined;
  };
  const begin = (): void => void (cleaning ??= clean());
  const due = (): number =>
    cleaning ? Number.POSITIVE_INFINITY : Math.max(0, since + latestMilliseconds - performance.now());
  return {
    add: (attempt) => {
      waiting.push(attempt);
      since = Math.min(since, performance.now());
      const large = (attempt.peak_storage_bytes ?? 0) > largeBytes;
      if (large || waiting.length >= mostAttempts) begin();
    },
    tidy: (idle) => {
      if (waiting.length > 0 && (idle || due() === 0)) begin();
    },
    due,
    close: async () => {
      begin();
      await cleaning;
    },
  };
}

const batchSize = 500;

/**
 * Cleans up after the attempts of this platform that have ended or were given up, after those of a cluster that their own
 * platform has left for the length of a lease, and after those that the runtime has and the database has not: of
 * executions that were deleted.
 */
export async function cleanUp(context: Needs, signal: AbortSignal): Promise<void> {
  const { database, nodeId, runtime, settings } = context;
  const { componentAttempts: attempts } = tables;
  const handles = await runtime.adopt({ signal });
  const ours =
    settings.reach === 'cluster'
      ? sql`(${attempts.node_id} = ${nodeId} or (${attempts.handle} ->> 'runtime' = ${runtime.name} and ${isLeft(settings.leaseSeconds)}))`
      : sql`${attempts.node_id} = ${nodeId}`;
  for (let after: string | undefined; ;) {
    signal.throwIfAborted();
    const left = await database.queries
      .select()
      .from(attempts)
      .where(
        and(
          ours,
          eq(attempts.cleaned, false),
          isOver,
          after === undefined ? undefined : gt(attempts.id, after),
        ),
      )
      .orderBy(asc(attempts.id))
      .limit(batchSize);
    await cleanAttempts(context, left, signal);
    after = left.at(-1)?.id;
    if (left.length < batchSize) break;
  }
  await forgetUnknown(context, handles, signal);
}

/** Whether an attempt no longer counts: it was given up, or its component has ended. */
const isOver = sql`(${tables.componentAttempts.state} = 'gone' or exists (
  select from process_service_executions c where c.id = ${tables.componentAttempts.component_id}
    and c.state in ('succeeded', 'failed', 'stopped')))`;

/** Its platform would have cleaned up by now. */
const isLeft = (seconds: number): SQL =>
  sql`greatest(${tables.componentAttempts.ended_at}, (select c.ended_at from process_service_executions c
      where c.id = ${tables.componentAttempts.component_id}), ${tables.componentAttempts.created_at})
    < clock_timestamp() - make_interval(secs => ${seconds}::float8)`;

/** Ends and forgets what the runtime has of executions that were deleted, and what a kill left before it had a handle. */
async function forgetUnknown(
  context: Needs,
  handles: readonly AttemptHandle[],
  signal: AbortSignal,
): Promise<void> {
  const { database, settings, log } = context;
  if (handles.length === 0) return;
  const { componentAttempts: attempts } = tables;
  const rows = await database.queries
    .select({
      id: attempts.id,
      over: sql<boolean>`${attempts.handle} is null and not ${attempts.cleaned} and ${isOver} and ${isLeft(settings.leaseSeconds)}`,
    })
    .from(attempts)
    .where(
      inArray(
        attempts.id,
        handles.map(({ attemptId }) => attemptId),
      ),
    );
  const known = new Map(rows.map(({ id, over }) => [id, over]));
  for (const handle of handles) {
    const over = known.get(handle.attemptId);
    if (over === false) continue;
    signal.throwIfAborted();
    try {
      await endAndForget(context, handle, null, signal);
    } catch (error) {
      signal.throwIfAborted();
      // One that does not end holds up no other.
      log.warn({ err: error, attempt: handle.attemptId }, 'cannot clean up after an unknown attempt yet');
      continue;
    }
    if (over)
      await database.queries.update(attempts).set({ cleaned: true }).where(eq(attempts.id, handle.attemptId));
  }
}

const patienceMilliseconds = 30_000;

/** @throws when it does not end */
async function endAndForget(
  { runtime }: Pick<Context, 'runtime'>,
  handle: AttemptHandle,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    const [observation] = await runtime.observe([{ handle, cursor }]);
    if (observation!.state === 'ended' || observation!.state === 'gone') break;
    if (performance.now() > deadline) throw new Error(`the attempt ${handle.attemptId} does not end`);
    await runtime.cancel(handle, { graceSeconds: 0 });
    await pause(wait, undefined, { signal });
  }
  await runtime.forget(handle);
}
