import { setTimeout as pause } from 'node:timers/promises';

import { and, eq, inArray, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../database/index.ts';
import type { AttemptHandle } from '../../runtimes/index.ts';
import { handleOf } from '../records/index.ts';
import type { Context } from '../context.ts';
import type { AttemptRow } from '../rows.ts';

/** Ends what may still run of attempts that no longer count, and removes their folders and what the runtime kept of them. */
export async function cleanAttempts(
  context: Pick<Context, 'database' | 'runtime' | 'nodeId' | 'log'>,
  attempts: readonly AttemptRow[],
): Promise<void> {
  const { database, log } = context;
  const cleaned: string[] = [];
  for (const attempt of attempts) {
    // What another platform has begun is there and nowhere else.
    if (attempt.node_id !== context.nodeId) continue;
    const handle = handleOf(context, attempt);
    try {
      await endAndForget(context, handle, attempt.cursor);
      cleaned.push(attempt.id);
    } catch (error) {
      // The component's fate does not hang on it; `cleanUp` tries again.
      log.warn({ err: error, attempt: attempt.id }, 'cannot clean up after an attempt yet');
    }
  }
  if (cleaned.length > 0)
    await database.queries
      .update(tables.componentAttempts)
      .set({ cleaned: true })
      .where(inArray(tables.componentAttempts.id, cleaned));
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
 * To remove what an attempt leaves takes as long as many an attempt, and makes the disk slow at making the folders of the
 * next ones. While there is more to run, what is small is left lying a while.
 */
export function createCleanupQueue(
  context: Pick<Context, 'database' | 'runtime' | 'nodeId' | 'log'>,
): CleanupQueue {
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

/**
 * Cleans up after the attempts of this platform that have ended or were given up, and after those that the runtime has and
 * the database has not: of executions that were deleted.
 */
export async function cleanUp(
  context: Pick<Context, 'database' | 'runtime' | 'nodeId' | 'log'>,
): Promise<void> {
  const { database, nodeId, runtime } = context;
  const left = await database.queries
    .select()
    .from(tables.componentAttempts)
    .where(
      and(
        eq(tables.componentAttempts.node_id, nodeId),
        eq(tables.componentAttempts.cleaned, false),
        sql`(${tables.componentAttempts.state} = 'gone' or exists (
          select from process_service_executions c where c.id = ${tables.componentAttempts.component_id}
            and c.state in ('succeeded', 'failed', 'stopped')))`,
      ),
    );
  await cleanAttempts(context, left);

  const handles = await runtime.adopt();
  if (handles.length === 0) return;
  const ids = handles.map(({ attemptId }) => attemptId);
  const known = await selectRows<{ id: string }>(
    database.queries,
    sql`select id from component_attempts where ${inArray(tables.componentAttempts.id, ids)}`,
  );
  const kept = new Set(known.map(({ id }) => id));
  for (const handle of handles) if (!kept.has(handle.attemptId)) await endAndForget(context, handle, null);
}

const patienceMilliseconds = 30_000;

/** @throws when it does not end */
async function endAndForget(
  { runtime }: Pick<Context, 'runtime'>,
  handle: AttemptHandle,
  cursor: string | null,
): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    const [observation] = await runtime.observe([{ handle, cursor }]);
    if (observation!.state === 'ended' || observation!.state === 'gone') break;
    if (performance.now() > deadline) throw new Error(`the attempt ${handle.attemptId} does not end`);
    await runtime.cancel(handle, { graceSeconds: 0 });
    await pause(wait);
  }
  await runtime.forget(handle);
}
