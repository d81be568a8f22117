import { eq } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Work } from './component.ts';
import type { AttemptRow } from './rows.ts';

/** Notes something of an attempt. @returns its row as it is then */
export async function setAttempt(
  tx: Queries,
  { attempt }: Pick<Work, 'attempt'>,
  fields: PgUpdateSetSource<typeof tables.componentAttempts>,
): Promise<AttemptRow> {
  const [set] = await tx
    .update(tables.componentAttempts)
    .set(fields)
    .where(eq(tables.componentAttempts.id, attempt.id))
    .returning();
  return set!;
}

/** The row of an attempt that has just been written, for one who has all of it that counts. */
export function startedAttempt(
  known: Pick<AttemptRow, 'id' | 'component_id' | 'number' | 'host' | 'folder' | 'handle' | 'memory'>,
): AttemptRow {
  const now = new Date().toISOString();
  return {
    ...known,
    created_at: now,
    updated_at: now,
    state: 'running',
    log_offset: 0,
    metrics_offset: 0,
    started_at: now,
    ended_at: null,
    exit_type: null,
    reason: null,
    exit_code: null,
    signal: null,
    ended_by: null,
    out_of_memory: null,
    peak_memory_bytes: null,
    peak_storage_bytes: null,
    cpu_seconds: null,
    cleaned: false,
  };
}
