import { sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Context } from './context.ts';

/** Whatever is stored is written down within minutes, however busy the platform is. */
const orphanMilliseconds = 24 * 60 * 60 * 1000;
/** So many keys are looked up at once: each look goes through all files. */
const batchSize = 5000;

/**
 * Drops objects that no file, service or upload of a service names and that were stored long ago: those of a platform that was killed between storing
 * them and writing them down. Their bytes are removed as those of any dropped file.
 * @returns how many there were
 */
export async function sweepOrphans(
  { database: { queries }, objects }: Pick<Context, 'database' | 'objects'>,
  {
    olderThan = orphanMilliseconds,
    signal,
  }: { readonly olderThan?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const before = Date.now() - olderThan;
  let dropped = 0;
  let batch: string[] = [];
  const drop = async (): Promise<void> => {
    signal?.throwIfAborted();
    const orphans = await selectRows<{ object_key: string }>(
      queries,
      sql`select object_key from jsonb_array_elements_text(${JSON.stringify(batch)}::jsonb) as found(object_key)
        where not exists (select 1 from data_files where data_files.object_key = found.object_key)
          and not exists (select 1 from data_files where preview_key = found.object_key)
          and not exists (select 1 from services where 'services/' || package_sha256 = found.object_key)
          and not exists (select 1 from service_uploads where object_key = found.object_key)`,
    );
    if (orphans.length > 0) await queries.insert(tables.droppedObjects).values(orphans).onConflictDoNothing();
    dropped += orphans.length;
    batch = [];
  };
  for await (const { key, storedAt } of objects.list()) {
    if (storedAt.getTime() >= before) continue;
    batch.push(key);
    if (batch.length >= batchSize) await drop();
  }
  if (batch.length > 0) await drop();
  return dropped;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Sweeps when it is first called and then once a day; what fails is tried again an hour later. Never gives work. */
export function sweepDaily(): (context: Context, signal: AbortSignal) => Promise<undefined> {
  let next = 0;
  return async (context, signal) => {
    if (Date.now() < next) return;
    try {
      await context.objects.sweep();
      const dropped = await sweepOrphans(context, { signal });
      next = Date.now() + dayMilliseconds;
      if (dropped > 0) context.log.info({ dropped }, 'objects that no file names are removed');
    } catch (error) {
      if (signal.aborted) return;
      next = Date.now() + dayMilliseconds / 24;
      context.log.error({ err: error }, 'the objects could not be swept; it is tried again in an hour');
    }
  };
}
