import { randomUUID } from 'node:crypto';

import { and, asc, eq, inArray, isNotNull } from 'drizzle-orm';

import { CallError, Data, requireFields } from '@fusion-platform/contract';
import type { ListQuery, ModelValue, Scalar } from '@fusion-platform/contract';
import { unionOfBounds } from '@fusion-platform/geo';

import { available } from '../accounts/index.ts';
import { selectPage, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { dropFiles } from './drop.ts';
import { refuseInUse } from './in-use.ts';
import { copyItemRegion } from './item-region.ts';

type Row = typeof tables.data.$inferSelect;
type FileRow = typeof tables.dataFiles.$inferSelect;
type Value = ModelValue<typeof Data>;
export type DataValue = { readonly [K in keyof Value]?: Value[K] | null };

const maximumName = 255;

/** @throws CallError `not_found`, the same for a foreign id as for none */
export async function findItem(queries: Queries, organisationId: string, dataId: string): Promise<Row> {
  const [row] = await queries
    .select()
    .from(tables.data)
    .where(and(eq(tables.data.id, dataId), eq(tables.data.organisation_id, organisationId)));
  if (!row) throw new CallError('not_found', `There is no data item ${dataId} in this organisation`);
  return row;
}

/** Creates an item. The same creation sent again is answered like the first: nothing is lost when an answer is. */
export async function createItem(
  context: Context,
  organisationId: string,
  fields: Partial<Value>,
): Promise<DataValue> {
  requireFields(Data, fields, ['name']);
  const id = fields.id ?? randomUUID();
  const name = checkName(fields.name!);
  const { queries } = context.database;
  await queries
    .insert(tables.data)
    .values({ id, organisation_id: organisationId, name, uploaded_organisation_id: organisationId })
    .onConflictDoNothing();
  const [row] = await queries.select().from(tables.data).where(eq(tables.data.id, id));
  if (!row || row.organisation_id !== organisationId || row.name !== name || row.execution_id) {
    throw new CallError('conflict', `The id ${id} is taken: ask for a new template, or leave the id out`);
  }
  return await presentOne(queries, row);
}

export async function listUploaded(
  queries: Queries,
  organisationId: string,
  query: ListQuery,
): Promise<{ readonly list: DataValue[]; readonly last?: Readonly<Record<string, Scalar>> }> {
  const { data } = tables;
  const { rows, last } = await selectPage(queries, data, {
    query,
    where: eq(data.uploaded_organisation_id, organisationId),
    filterable: { id: data.id, name: data.name },
    searchable: [data.name],
  });
  return { list: await present(queries, rows), ...(last ? { last } : {}) };
}

export async function getItem(queries: Queries, organisationId: string, dataId: string): Promise<DataValue> {
  return await presentOne(queries, await findItem(queries, organisationId, dataId));
}

export async function updateItem(
  queries: Queries,
  organisationId: string,
  dataId: string,
  fields: Partial<Value>,
): Promise<DataValue> {
  await findItem(queries, organisationId, dataId);
  if (fields.name !== undefined) {
    await queries
      .update(tables.data)
      .set({ name: checkName(fields.name) })
      .where(eq(tables.data.id, dataId));
  }
  return await getItem(queries, organisationId, dataId);
}

/** @throws CallError `conflict` while a process or an execution uses it, or when an execution made it */
export async function removeItem(context: Context, organisationId: string, dataId: string): Promise<void> {
  await context.database.transaction(async (tx) => {
    const row = await findItem(tx, organisationId, dataId);
    if (row.execution_id) {
      throw new CallError(
        'conflict',
        `"${row.name}" is an output of the execution ${row.execution_id}: it goes when that is deleted`,
      );
    }
    const users = await tx
      .select({ id: tables.dataUses.process_id, name: tables.processes.name })
      .from(tables.dataUses)
      .leftJoin(tables.processes, eq(tables.processes.id, tables.dataUses.process_id))
      .where(eq(tables.dataUses.data_id, dataId));
    if (users.length > 0) {
      const names = users.map(({ id, name }) => `"${name ?? id}"`).join(', ');
      throw new CallError('conflict', `"${row.name}" is an input of ${names}: delete or change that first`);
    }
    // The process may have been given another input since.
    await refuseInUse(tx, [dataId]);
    await dropFiles(tx, eq(tables.dataFiles.data_id, dataId));
    await tx.delete(tables.data).where(eq(tables.data.id, dataId));
  });
}

/** A copy has files of its own: deleting either leaves the other. It counts as uploaded. */
export async function copyItem(
  context: Context,
  organisationId: string,
  dataId: string,
  name: string,
): Promise<DataValue> {
  const { queries } = context.database;
  const copyName = checkName(name);
  await findItem(queries, organisationId, dataId);
  const files = await queries.select().from(tables.dataFiles).where(eq(tables.dataFiles.data_id, dataId));
  const waiting = files.find((file) => file.analysed_at === null);
  if (waiting || files.length === 0) {
    throw new CallError(
      'conflict',
      `${waiting ? `"${waiting.file_name}" is not analysed yet` : 'It has no files yet'}: copy it once it is ready`,
      {
        retryAfterSeconds: 2,
      },
    );
  }
  if ((await available(queries, organisationId, { kind: 'upload' })).lessThanOrEqualTo(0)) {
    throw new CallError(
      'insufficient_credits',
      'Insufficient credits: the organisation has none left to keep a copy',
    );
  }
  const id = randomUUID();
  const ids = new Map(files.map(({ file_id }) => [file_id, randomUUID() as string]));
  const made: string[] = [];
  const copyObject = async (from: string, to: string): Promise<void> => {
    made.push(to);
    await context.objects.copy(from, to);
  };
  const copied = await Promise.allSettled(
    files.map(async (file) => {
      const copyId = ids.get(file.file_id)!;
      const object_key = file.object_key ? `uploads/${copyId}` : null;
      const preview_key = file.preview_key ? `previews/${copyId}` : null;
      if (file.object_key && object_key) await copyObject(file.object_key, object_key);
      if (file.preview_key && preview_key) await copyObject(file.preview_key, preview_key);
      const { created_at: _created, updated_at: _updated, ...rest } = file;
      return {
        ...rest,
        id: copyId,
        file_id: copyId,
        data_id: id,
        downloads: 0,
        object_key,
        preview_key,
        source_id: rest.source_id && (ids.get(rest.source_id) ?? null),
        alternative_id: rest.alternative_id && (ids.get(rest.alternative_id) ?? null),
        stac_item: rest.stac_item && { ...rest.stac_item, id: copyId },
      };
    }),
  );
  const copies = copied.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = copied.find((each) => each.status === 'rejected');
  if (failed) {
    await removeObjects(context, made);
    // Deleted while it was copied.
    await findItem(queries, organisationId, dataId);
    throw failed.reason;
  }
  try {
    await context.database.transaction(async (tx) => {
      await tx.insert(tables.data).values({
        id,
        organisation_id: organisationId,
        name: copyName,
        uploaded_organisation_id: organisationId,
      });
      await tx.insert(tables.dataFiles).values(copies);
      await copyItemRegion(tx, dataId, id);
    });
  } catch (error) {
    await removeObjects(context, made);
    throw error;
  }
  return await getItem(queries, organisationId, id);
}

async function removeObjects({ objects }: Context, keys: readonly string[]): Promise<void> {
  for (const key of keys) await objects.remove(key).catch(() => undefined);
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > maximumName || trimmed.includes('\0')) {
    throw new CallError(
      'invalid_model',
      `Data is not valid: name: a text of 1 to ${maximumName} characters`,
      {
        fields: [{ path: 'name', message: `a text of 1 to ${maximumName} characters` }],
      },
    );
  }
  return trimmed;
}

async function presentOne(queries: Queries, row: Row): Promise<DataValue> {
  const [value] = await present(queries, [row]);
  return value!;
}

async function present(queries: Queries, rows: readonly Row[]): Promise<DataValue[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const files = await queries
    .select()
    .from(tables.dataFiles)
    .where(and(inArray(tables.dataFiles.data_id, ids), isNotNull(tables.dataFiles.analysed_at)))
    .orderBy(asc(tables.dataFiles.created_at), asc(tables.dataFiles.id));
  const uses = await queries
    .select({ id: tables.dataUses.data_id })
    .from(tables.dataUses)
    .where(inArray(tables.dataUses.data_id, ids));
  const used = new Set(uses.map(({ id }) => id));
  return rows.map((row) => {
    const own = files.filter((file) => file.data_id === row.id);
    return {
      ...row,
      unlinked: used.has(row.id) || row.execution_id ? null : 'unlinked',
      unfulfilled: row.unfulfilled,
      bounds: unionOf(own),
      file_with_preview: own.find((file) => file.preview_file_id)?.file_id ?? null,
      deletable: used.has(row.id) || row.execution_id ? null : 'deletable',
    };
  });
}

/** West, south, east and north of all files; the smallest box, over the antimeridian if that is shorter, or none. */
function unionOf(files: readonly FileRow[]): number[] | null {
  const boxes = files.flatMap(({ bounds }) =>
    bounds && bounds.length === 4 ? [bounds as [number, number, number, number]] : [],
  );
  return boxes.length === 0 ? null : [...unionOfBounds(boxes)];
}
