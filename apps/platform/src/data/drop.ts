import { inArray, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';

/** Drops file rows; their bytes are noted, in the same transaction, to be removed after it. */
export async function dropFiles(tx: Queries, which: SQL): Promise<string[]> {
  const dropped = await tx.delete(tables.dataFiles).where(which).returning({
    object: tables.dataFiles.object_key,
    preview: tables.dataFiles.preview_key,
    upload: tables.dataFiles.upload_key,
  });
  const keys = dropped.flatMap(({ object, preview }) => [object, preview]).filter((key) => key !== null);
  if (keys.length > 0) {
    await tx
      .insert(tables.droppedObjects)
      .values(keys.map((object_key) => ({ object_key })))
      .onConflictDoNothing();
  }
  await dropUnfinished(
    tx,
    dropped.map(({ upload }) => upload),
  );
  return keys;
}

/** Drops what came of files in several goes. */
export async function dropUnfinished(tx: Queries, keys: readonly (string | null)[]): Promise<void> {
  const dropped = keys.filter((key) => key !== null).map((object_key) => ({ object_key, unfinished: true }));
  if (dropped.length > 0) await tx.insert(tables.droppedObjects).values(dropped).onConflictDoNothing();
}

/** Removes bytes that were dropped, a batch at a time; whatever a kill left is done by the next call. */
export async function removeDropped({ database, objects }: Context): Promise<void> {
  const { droppedObjects, dataFiles } = tables;
  for (;;) {
    const batch = await database.queries.select().from(droppedObjects).limit(100);
    if (batch.length === 0) return;
    const keys = batch.map(({ object_key }) => object_key);
    const needed = await database.queries
      .select({ object: dataFiles.object_key, preview: dataFiles.preview_key })
      .from(dataFiles)
      .where(or(inArray(dataFiles.object_key, keys), inArray(dataFiles.preview_key, keys)));
    const keep = new Set(needed.flatMap(({ object, preview }) => [object, preview]));
    for (const { object_key: key, unfinished } of batch) {
      if (keep.has(key)) continue;
      if (unfinished) await objects.abandon(key);
      await objects.remove(key);
    }
    await database.queries.delete(droppedObjects).where(inArray(droppedObjects.object_key, keys));
  }
}

/** Drops files that were announced but never came, once their address has expired. */
export async function dropAbandoned({ database }: Context): Promise<void> {
  const { dataFiles } = tables;
  await database.transaction(async (tx) => {
    await dropFiles(
      tx,
      sql`${lt(dataFiles.created_at, sql`clock_timestamp() - interval '2 days'`)} and not ${isNotNull(dataFiles.uploaded_at)}`,
    );
  });
}
