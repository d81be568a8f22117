import { createHash, randomUUID } from 'node:crypto';

import { asc, eq, inArray } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';

/**
 * What the contents of items are: a digest over the names, types and checksums of their files. Items without files, or
 * with one that has not come, have none.
 */
export async function contentsOf(
  queries: Queries,
  dataIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (dataIds.length === 0) return new Map();
  const files = await queries
    .select({
      dataId: tables.dataFiles.data_id,
      name: tables.dataFiles.file_name,
      type: tables.dataFiles.file_type,
      sha256: tables.dataFiles.sha256,
      source: tables.dataFiles.source_id,
    })
    .from(tables.dataFiles)
    .where(inArray(tables.dataFiles.data_id, [...dataIds]))
    .orderBy(asc(tables.dataFiles.file_name), asc(tables.dataFiles.sha256));
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

/** Gives a prepared output the files of another item, with bytes of its own: either outlives the other. */
export async function takeOver(context: Context, tx: Queries, from: string, to: string): Promise<void> {
  const files = await tx.select().from(tables.dataFiles).where(eq(tables.dataFiles.data_id, from));
  const ids = new Map(files.map(({ file_id }) => [file_id, randomUUID() as string]));
  for (const file of files) {
    const id = ids.get(file.file_id)!;
    const object_key = file.object_key && `uploads/${id}`;
    const preview_key = file.preview_key && `previews/${id}`;
    if (file.object_key && object_key) await context.objects.copy(file.object_key, object_key);
    if (file.preview_key && preview_key) await context.objects.copy(file.preview_key, preview_key);
    const { created_at: _created, updated_at: _updated, ...rest } = file;
    await tx.insert(tables.dataFiles).values({
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
  }
  await tx.update(tables.data).set({ unfulfilled: false }).where(eq(tables.data.id, to));
  await context.events.tell(tx, { kind: 'data', id: to });
}
