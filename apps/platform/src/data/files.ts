import { randomUUID } from 'node:crypto';

import { and, eq, isNull, ne, sql } from 'drizzle-orm';

import { CallError, fileTypes } from '@fusion-platform/contract';
import type { DataFile, ListQuery, ModelValue, Role, Scalar } from '@fusion-platform/contract';

import { available, rolesOf } from '../accounts/index.ts';
import { selectPage, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { readAddress, signAddress } from './addresses.ts';
import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import { regionsOfItems } from './item-region.ts';
import { findItem } from './items.ts';
import { withWarnings } from './warnings.ts';

type Value = ModelValue<typeof DataFile>;
export type DataFileValue = { readonly [K in keyof Value]?: Value[K] | null };

/** Longer outlines are kept for services but not sent with every list of files. */
const longestOutline = 200_000;

/** Announces a file: gives its id and the token of the address that takes its bytes. */
export async function addFile(
  context: Context,
  organisationId: string,
  dataId: string,
  wanted: { readonly name: string; readonly file_type: string },
  by?: string,
): Promise<{ readonly file: string; readonly token: string }> {
  const { queries } = context.database;
  const item = await findItem(queries, organisationId, dataId);
  if (item.execution_id)
    throw new CallError('conflict', 'Files cannot be added to the output of an execution');
  checkFile(wanted);
  const [other] = await queries
    .select({ type: tables.dataFiles.file_type })
    .from(tables.dataFiles)
    .where(
      and(
        eq(tables.dataFiles.data_id, dataId),
        ne(tables.dataFiles.file_type, wanted.file_type),
        isNull(tables.dataFiles.source_id),
      ),
    )
    .limit(1);
  if (other)
    throw new CallError(
      'conflict',
      `"${item.name}" holds files of the type ${other.type}: add a ${wanted.file_type} to another data item`,
    );
  if ((await available(queries, organisationId, { kind: 'upload' })).lessThanOrEqualTo(0)) {
    throw new CallError(
      'insufficient_credits',
      'Insufficient credits: the organisation has none left to keep a file',
    );
  }
  const id = randomUUID();
  await queries.insert(tables.dataFiles).values({
    id,
    organisation_id: organisationId,
    data_id: dataId,
    file_id: id,
    file_type: wanted.file_type,
    file_name: wanted.name,
  });
  return { file: id, token: await signAddress(context.key, { use: 'upload', id, preview: false, by }) };
}

/** File systems take 255 bytes, and components get files under names with a number before or an ending behind. */
const maximumNameBytes = 240;

function checkFile({ name, file_type }: { readonly name: string; readonly file_type: string }): void {
  const fields = [];
  if (
    name === '' ||
    name.length > 255 ||
    Buffer.byteLength(name) > maximumNameBytes ||
    /[/\\\p{Cc}]/u.test(name) ||
    /^\.+$/.test(name)
  ) {
    fields.push({
      path: 'name',
      message: `a file name of 1 to 255 characters and at most ${maximumNameBytes} bytes in UTF-8, without a folder`,
    });
  }
  if (!(fileTypes as readonly string[]).includes(file_type)) {
    fields.push({ path: 'file_type', message: `one of ${fileTypes.join(', ')}` });
  }
  if (fields.length === 0) return;
  const text = fields.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new CallError('invalid_model', `The file is not valid: ${text}`, { fields });
}

export async function findFile(queries: Queries, id: string): Promise<FileRow> {
  const [file] = await queries.select().from(tables.dataFiles).where(eq(tables.dataFiles.id, id));
  if (!file) throw new CallError('not_found', 'The file of this address has been deleted');
  return file;
}

export async function listFiles(
  queries: Queries,
  organisationId: string,
  dataId: string,
  query: ListQuery,
): Promise<{ readonly list: DataFileValue[]; readonly last?: Readonly<Record<string, Scalar>> }> {
  await findItem(queries, organisationId, dataId);
  const { rows, last } = await selectPage(queries, tables.dataFiles, {
    query,
    where: eq(tables.dataFiles.data_id, dataId),
  });
  const warning = (await regionsOfItems(queries, [dataId])).get(dataId)?.warning;
  return { list: rows.map((row) => presentFile(row, warning)), ...(last ? { last } : {}) };
}

/** @param warning what is to be known of the item as a whole */
function presentFile(row: FileRow, warning: string | undefined): DataFileValue {
  const { description } = withWarnings(row, warning === undefined ? [] : [warning]);
  // Until analysis has ended what it found so far is nobody's business: clients take `size` for the sign.
  return {
    ...row,
    description: row.error_reason ? `Error: ${row.error_reason}` : description,
    geojson: row.geojson && row.geojson.length <= longestOutline ? row.geojson : null,
    alternative: row.alternative_id,
    source: row.source_id,
    stac_item_file: row.stac_item ? `.${row.file_name}.stac` : null,
  };
}

/** The token of an address from which the file, or the PNG of it, can be had for an hour. */
export async function downloadToken(
  context: Context,
  organisationId: string,
  dataId: string,
  fileId: string,
  preview: boolean,
  by?: string,
): Promise<string> {
  const { queries } = context.database;
  const item = await findItem(queries, organisationId, dataId);
  const [file] = await queries
    .select()
    .from(tables.dataFiles)
    .where(and(eq(tables.dataFiles.data_id, dataId), eq(tables.dataFiles.file_id, fileId)));
  if (!file) throw new CallError('not_found', `There is no file ${fileId} in "${item.name}"`);
  if (!file.object_key) throw new CallError('conflict', `"${file.file_name}" has not been uploaded yet`);
  if (preview && !file.preview_key) throw new CallError('conflict', `"${file.file_name}" has no preview`);
  return await signAddress(context.key, { use: 'download', id: file.id, preview, by });
}

/** Long enough to begin: what has begun goes on. */
const redirectSeconds = 300;

export interface Download {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal, of the whole file; a preview has none. */
  readonly sha256: string | null;
  /** An address of the store, where downloads are led on to it. */
  readonly elsewhere: (contentType: string) => Promise<string | undefined>;
  /** A piece is good until the next one is asked for. */
  readonly read: (range?: {
    readonly start: number;
    readonly end: number;
  }) => Promise<AsyncIterable<Uint8Array>>;
}

export async function openDownload(context: Context, token: string): Promise<Download> {
  const { database, objects, settings } = context;
  const { id, preview, by } = await readAddress(context.key, token, 'download');
  const file = await findFile(database.queries, id);
  await refuseWhoMayNot(database.queries, file.organisation_id, { by, roles: viewers });
  const key = preview ? file.preview_key : file.object_key;
  if (!key) throw new CallError('not_found', 'The file of this address has been deleted');
  const name = preview ? `${file.file_name}.png` : file.file_name;
  const count = async (): Promise<void> => {
    if (preview) return;
    await database.queries.execute(sql`update data_files set downloads = downloads + 1 where id = ${id}`);
  };
  return {
    name,
    size: preview ? await objects.size(key) : (file.stored_size ?? 0),
    sha256: preview ? null : file.sha256,
    elsewhere: async (contentType) => {
      if (settings.redirectDownloads !== true) return undefined;
      const url = await objects.signedUrl(key, { seconds: redirectSeconds, fileName: name, contentType });
      if (url !== undefined) await count();
      return url;
    },
    read: async (range) => {
      if (!range || range.start === 0) await count();
      return await objects.pieces(key, range);
    },
  };
}

export const uploaders: readonly Role[] = ['create_and_execute_processing_chains'];
const viewers: readonly Role[] = ['view_processing_chains', 'create_and_execute_processing_chains'];

/** An address is good for no longer than whoever asked for it may still ask. @throws CallError `forbidden` */
export async function refuseWhoMayNot(
  queries: Queries,
  organisationId: string,
  { by, roles }: { readonly by: string | undefined; readonly roles: readonly Role[] },
): Promise<void> {
  if (by === undefined) return;
  const held = await rolesOf(queries, organisationId, by);
  if (!held)
    throw new CallError(
      'forbidden',
      'Who asked for this address does not belong to the organisation any more',
    );
  if (!roles.some((role) => held.includes(role)))
    throw new CallError('forbidden', `Who asked for this address has not the role "${roles[0]}" any more`);
}
