import { randomUUID } from 'node:crypto';
import { text as readText } from 'node:stream/consumers';

import { analyseUnread } from '@fusion-platform/geo';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';

import { prepared, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { dropFiles } from './drop.ts';
import { refuseInUse } from './in-use.ts';
import { processingBy, processingOf } from './processing.ts';
import type { Maker } from './processing.ts';
import { describeUnread } from './store-analysis.ts';

export interface OutputItem {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly executionId: string;
  readonly processId: string;
}

export interface OutputFile {
  readonly name: string;
  readonly fileType: string;
  readonly objectKey: string;
  readonly size: number;
  readonly sha256: string;
  readonly title: string | null;
  readonly description: string | null;
}

const rowsAtOnce = 500;

/** The items of outputs that are still to come. */
export async function prepareOutputs(tx: Queries, outputs: readonly OutputItem[]): Promise<void> {
  for (let at = 0; at < outputs.length; at += rowsAtOnce) {
    await tx.insert(tables.data).values(
      outputs.slice(at, at + rowsAtOnce).map((output) => ({
        id: output.id,
        organisation_id: output.organisationId,
        name: output.name,
        unfulfilled: true,
        execution_id: output.executionId,
        process_id: output.processId,
      })),
    );
  }
}

/**
 * Gives a prepared output its files, in the transaction that says that the component succeeded. Files of which analysis
 * reads nothing are analysed with that.
 * @param maker what made them, null for it to be looked up
 */
export async function fulfil(
  context: Context,
  tx: Queries,
  dataId: string,
  files: readonly OutputFile[],
  maker: Maker | null,
): Promise<void> {
  const [item] = await tx
    .update(tables.data)
    .set({ unfulfilled: false })
    .where(eq(tables.data.id, dataId))
    .returning({ organisation_id: tables.data.organisation_id });
  if (!item) throw new Error(`There is no data item ${dataId} to fulfil`);
  let left = false;
  for (const { name, fileType, objectKey, size, sha256, title, description } of files) {
    const id = randomUUID();
    const now = sql`clock_timestamp()`;
    const row = {
      id,
      organisation_id: item.organisation_id,
      data_id: dataId,
      file_id: id,
      file_type: fileType,
      file_name: name,
      title,
      description,
      object_key: objectKey,
      stored_size: size,
      sha256,
      uploaded_at: now,
    };
    const analysis = analyseUnread(fileType, size);
    left ||= analysis === null;
    await tx.insert(tables.dataFiles).values(
      analysis === null
        ? row
        : {
            ...row,
            ...describeUnread(
              { ...row, created_at: new Date().toISOString() },
              { analysis, processing: maker ? processingBy(maker) : await processingOf(tx, dataId) },
            ),
            analysed_at: now,
          },
    );
  }
  if (left) await context.events.publish(tx, { kind: 'data', id: dataId });
}

/**
 * The files of an item as a component finds them. Where analysis made another form of a file, a component that takes
 * files of that form's type is given it: a GeoJSON of a Shapefile, a Cloud Optimised GeoTIFF of a JPEG 2000 image.
 */
export async function filesForJob(queries: Queries, dataId: string, wantedType?: string) {
  const rows = await filesOfItem(queries).execute({ dataId });
  const made = new Map(rows.map((row) => [row.source_id, row]));
  return rows
    .filter(({ source_id }) => source_id === null)
    .map((row) => {
      const other = made.get(row.file_id);
      return other?.file_type === wantedType && other?.object_key ? other : row;
    })
    .flatMap((row) =>
      row.object_key
        ? [
            {
              fileId: row.file_id,
              name: row.file_name,
              fileType: row.file_type,
              objectKey: row.object_key,
              size: row.stored_size,
              crs: row.crs,
            },
          ]
        : [],
    );
}

const filesOfItem = (queries: Queries) =>
  prepared(queries, 'files_of_item', (on) => {
    const columns = tables.dataFiles;
    return on
      .select({
        file_id: columns.file_id,
        source_id: columns.source_id,
        file_name: columns.file_name,
        file_type: columns.file_type,
        object_key: columns.object_key,
        stored_size: columns.stored_size,
        crs: columns.crs,
      })
      .from(tables.dataFiles)
      .where(eq(tables.dataFiles.data_id, sql.placeholder('dataId')))
      .orderBy(asc(tables.dataFiles.created_at), asc(tables.dataFiles.id))
      .prepare('files_of_item');
  });

interface GeoJson {
  readonly type: string;
  readonly features?: readonly { readonly geometry: GeoJson | null }[];
  readonly geometry?: GeoJson | null;
  readonly geometries?: readonly GeoJson[];
  readonly coordinates?: unknown;
}

/**
 * The polygons of a vector item in longitude and latitude, as one geometry that covers no ground twice; null when there
 * are none.
 */
export async function regionOf(context: Context, queries: Queries, dataId: string): Promise<unknown> {
  const [joined] = await joinedRegion(queries).execute({ dataId });
  if (joined?.region) return joinPolygons([joined.region]);
  const files = await regionFiles(queries).execute({ dataId });
  const texts: string[] = [];
  for (const { region, geojson, object_key } of files) {
    const text =
      region ?? geojson ?? (object_key ? await readText(await context.objects.get(object_key)) : null);
    if (text) texts.push(text);
  }
  return joinPolygons(texts);
}

const joinedRegion = (queries: Queries) =>
  prepared(queries, 'joined_region', (on) =>
    on
      .select({ region: tables.dataRegions.region })
      .from(tables.dataRegions)
      .where(eq(tables.dataRegions.data_id, sql.placeholder('dataId')))
      .prepare('joined_region'),
  );

const regionFiles = (queries: Queries) =>
  prepared(queries, 'region_files', (on) =>
    on
      .select({
        region: tables.dataFiles.region,
        geojson: tables.dataFiles.geojson,
        object_key: tables.dataFiles.object_key,
      })
      .from(tables.dataFiles)
      .where(
        and(
          eq(tables.dataFiles.data_id, sql.placeholder('dataId')),
          eq(tables.dataFiles.file_type, 'GeoJSON'),
        ),
      )
      .orderBy(asc(tables.dataFiles.created_at), asc(tables.dataFiles.id))
      .prepare('region_files'),
  );

/** The polygons of texts of GeoJSON as one geometry; null when there are none. */
export function joinPolygons(texts: readonly string[]): unknown {
  const polygons = texts.flatMap((text) => polygonsOf(JSON.parse(text) as GeoJson));
  if (polygons.length === 0) return null;
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons };
}

function polygonsOf(value: GeoJson | null | undefined): unknown[] {
  switch (value?.type) {
    case 'FeatureCollection':
      return (value.features ?? []).flatMap(({ geometry }) => polygonsOf(geometry));
    case 'Feature':
      return polygonsOf(value.geometry);
    case 'GeometryCollection':
      return (value.geometries ?? []).flatMap(polygonsOf);
    case 'Polygon':
      return [value.coordinates];
    case 'MultiPolygon':
      return value.coordinates as unknown[];
    default:
      return [];
  }
}

/** Whether every file of the items has been analysed, well or not. */
export async function ready(queries: Queries, dataIds: readonly string[]): Promise<boolean> {
  if (dataIds.length === 0) return true;
  const [waiting] = await queries
    .select({ id: tables.dataFiles.id })
    .from(tables.dataFiles)
    .where(and(inArray(tables.dataFiles.data_id, [...dataIds]), isNull(tables.dataFiles.analysed_at)))
    .limit(1);
  return !waiting;
}

/**
 * Refuses to remove what an execution made while another needs it.
 * @param exceptProcess of which the executions do not count: they go with it
 * @throws CallError `conflict` naming the one that does
 */
export async function refuseRemoval(
  tx: Queries,
  executionId: string,
  options: { readonly exceptProcess?: string } = {},
): Promise<void> {
  await refuseInUse(tx, await idsOf(tx, executionId), options);
}

async function idsOf(tx: Queries, executionId: string): Promise<string[]> {
  const items = await tx
    .select({ id: tables.data.id })
    .from(tables.data)
    .where(eq(tables.data.execution_id, executionId));
  return items.map(({ id }) => id);
}

/**
 * Removes what an execution made, in the caller's transaction; the bytes go after it.
 * @throws CallError `conflict` while another execution needs it
 */
export async function removeOf(tx: Queries, executionId: string): Promise<string[]> {
  const ids = await idsOf(tx, executionId);
  if (ids.length === 0) return [];
  await refuseInUse(tx, ids);
  const keys = await dropFiles(tx, inArray(tables.dataFiles.data_id, ids));
  // A process that has it as an input is left without: it says so when it is executed again.
  await tx.delete(tables.dataUses).where(inArray(tables.dataUses.data_id, ids));
  await tx.delete(tables.data).where(inArray(tables.data.id, ids));
  return keys;
}
