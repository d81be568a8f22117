import { createHash, randomUUID } from 'node:crypto';

import { asc, eq, sql } from 'drizzle-orm';

import { prepared, tables, unseenIds } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { copyItemRegion } from './item-region.ts';

/**
 * What the contents of items are: a digest over the names, types and checksums of their files. Items without files, or
 * with one that has not come, have none.
 */
export async function contentsOf(
  queries: Queries,
  dataIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (dataIds.length === 0) return new Map();
  const files = await filesOfItems(queries).execute({ dataIds });
  const contents = new Map<string, string>();
  for (const dataId of new Set(files.map((file) => file.dataId))) {
    // What analysis made of a file says nothing that the file does not.
    const own = files.filter((file) => file.dataId === dataId && file.source === null);
    if (own.some(({ sha256 }) => sha256 === null)) continue;
    const text = own.map(({ name, type, sha256 }) => JSON.stringify([name, type, sha256])).join('\n');
    contents.set(dataId, createHash('sha256').update(text).digest('hex'));
  }
  return contents;
}

const filesOfItems = (queries: Queries) =>
  prepared(queries, 'files_of_items', (on) =>
    on
      .select({
        dataId: tables.dataFiles.data_id,
        name: tables.dataFiles.file_name,
        type: tables.dataFiles.file_type,
        sha256: tables.dataFiles.sha256,
        source: tables.dataFiles.source_id,
      })
      .from(tables.dataFiles)
      .where(sql`${tables.dataFiles.data_id} = any (${unseenIds(sql.placeholder('dataIds'))})`)
      .orderBy(asc(tables.dataFiles.file_name), asc(tables.dataFiles.sha256))
      .prepare('files_of_items'),
  );

/** Files whose bytes are copied, and whose rows are not there yet. */
export type CopiedFiles = readonly (typeof tables.dataFiles.$inferInsert)[];

/**
 * Copies the bytes of an item's files, for another item to have: either outlives the other. Not for a transaction:
 * `addCopies` is.
 * @param to the item that is to have them
 */
export async function copyFiles(
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  from: string,
  to: string,
): Promise<CopiedFiles> {
  const files = await database.queries
    .select()
    .from(tables.dataFiles)
    .where(eq(tables.dataFiles.data_id, from));
  const ids = new Map(files.map(({ file_id }) => [file_id, randomUUID() as string]));
  const copies: (typeof tables.dataFiles.$inferInsert)[] = [];
  for (const file of files) {
    const id = ids.get(file.file_id)!;
    const object_key = file.object_key && `uploads/${id}`;
    const preview_key = file.preview_key && `previews/${id}`;
    const { created_at: _created, updated_at: _updated, ...rest } = file;
    copies.push({
      ...rest,
      id,
      file_id: id,
      data_id: to,
      downloads: 0,
      object_key,
      preview_key,
      source_id: rest.source_id && (ids.get(rest.source_id) ?? null),
      alternative_id: rest.alternative_id && (ids.get(rest.alternative_id) ?? null),
      stac_item: rest.stac_item && { ...rest.stac_item, id },
    });
    try {
      if (file.object_key && object_key) await objects.copy(file.object_key, object_key);
      if (file.preview_key && preview_key) await objects.copy(file.preview_key, preview_key);
    } catch (error) {
      await discardCopies({ objects }, copies);
      throw error;
    }
  }
  return copies;
}

/** Gives a prepared output the files that were copied for it, and what the item that they are of covers. */
export async function addCopies(
  context: Pick<Context, 'events'>,
  tx: Queries,
  { from, to, copies }: { readonly from: string; readonly to: string; readonly copies: CopiedFiles },
): Promise<void> {
  if (copies.length > 0) await tx.insert(tables.dataFiles).values([...copies]);
  await copyItemRegion(tx, from, to);
  await tx.update(tables.data).set({ unfulfilled: false }).where(eq(tables.data.id, to));
  await context.events.publish(tx, { kind: 'data', id: to });
}

/** Removes the bytes of copies that nobody took. */
export async function discardCopies(
  { objects }: Pick<Context, 'objects'>,
  copies: CopiedFiles,
): Promise<void> {
  for (const { object_key: object, preview_key: preview } of copies)
    for (const key of [object, preview]) if (key) await objects.remove(key);
}
