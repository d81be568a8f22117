import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { and, eq, inArray, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import { handleOf } from './attempt-handle.ts';
import type { Context } from './context.ts';
import type { AttemptRow } from './rows.ts';
import { standsReady } from './standby.ts';

/** Ends what may still run of an attempt that no longer counts, and removes its folder and what the runtime kept of it. */
export async function cleanAttempt(context: Context, attempt: AttemptRow): Promise<void> {
  const { runtime, database, log } = context;
  const handle = handleOf(context, attempt);
  try {
    await runtime.stop(handle, { graceSeconds: 0 });
    await runtime.remove(handle);
    await removeFolder(attempt.folder);
    await database.queries
      .update(tables.componentAttempts)
      .set({ cleaned: true })
      .where(eq(tables.componentAttempts.id, attempt.id));
  } catch (error) {
    // The component's fate does not hang on it; `cleanUp` tries again.
    log.warn({ err: error, attempt: attempt.id }, 'cannot clean up after an attempt yet');
  }
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
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
  for (const attempt of left) await cleanAttempt(context, attempt);

  const ids = (await readdir(settings.attemptsFolder)).filter((name) => uuid.test(name));
  if (ids.length === 0) return;
  const known = await selectRows<{ id: string }>(
    database.queries,
    sql`select id from component_attempts where ${inArray(tables.componentAttempts.id, ids)}`,
  );
  const kept = new Set(known.map(({ id }) => id));
  for (const id of ids) {
    if (kept.has(id) || standsReady(context, id)) continue;
    const folder = join(settings.attemptsFolder, id);
    const handle = { runtime: context.runtime.name, attemptId: id, folder };
    await context.runtime.stop(handle, { graceSeconds: 0 });
    await context.runtime.remove(handle);
    await removeFolder(folder);
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
