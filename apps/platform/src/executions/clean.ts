import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { and, eq, inArray, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import { removeTree } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import type { Context } from './context.ts';
import type { AttemptRow } from './rows.ts';

/** Ends what may still run of attempts that no longer count, and removes their folders and what the runtime kept of them. */
export async function cleanAttempts(context: Context, attempts: readonly AttemptRow[]): Promise<void> {
  const { runtime, database, log } = context;
  const cleaned: string[] = [];
  for (const attempt of attempts) {
    // What another platform has begun is there and nowhere else.
    if (attempt.host !== context.host) continue;
    const handle = handleOf(context, attempt);
    try {
      await runtime.stop(handle, { graceSeconds: 0 });
      await runtime.remove(handle);
      await removeTree(attempt.folder);
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
export interface Leavings {
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
export function createLeavings(context: Context): Leavings {
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
 * Cleans up after the attempts of this platform that have ended or were given up, and removes folders that no attempt in
 * the database has: those of executions that were deleted.
 */
export async function cleanUp(context: Context): Promise<void> {
  const { database, host, settings } = context;
  const left = await database.queries
    .select()
    .from(tables.componentAttempts)
    .where(
      and(
        eq(tables.componentAttempts.host, host),
        eq(tables.componentAttempts.cleaned, false),
        sql`(${tables.componentAttempts.state} = 'gone' or exists (
          select from process_service_executions c where c.id = ${tables.componentAttempts.component_id}
            and c.state in ('succeeded', 'failed', 'stopped')))`,
      ),
    );
  await cleanAttempts(context, left);

  const names = await readdir(settings.attemptsFolder);
  const ids = names.filter((name) => uuid.test(name));
  const packing = names.flatMap((name) => {
    const id = packingFolder.exec(name)?.[1];
    return id === undefined ? [] : [{ id, name }];
  });
  if (ids.length + packing.length === 0) return;
  const known = await selectRows<{ id: string }>(
    database.queries,
    sql`select id from component_attempts where ${inArray(tables.componentAttempts.id, [...ids, ...packing.map(({ id }) => id)])}`,
  );
  const kept = new Set(known.map(({ id }) => id));
  for (const { id, name } of packing)
    if (!kept.has(id)) await removeTree(join(settings.attemptsFolder, name));
  for (const id of ids) {
    if (kept.has(id)) continue;
    const folder = join(settings.attemptsFolder, id);
    const handle = { runtime: context.runtime.name, attemptId: id, folder };
    await context.runtime.stop(handle, { graceSeconds: 0 });
    await context.runtime.remove(handle);
    await removeTree(folder);
  }
}

/** In which what an attempt keeps was packed when the platform was killed. */
const packingFolder = /^\.storage-([0-9a-f-]{36})-/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
