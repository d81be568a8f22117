import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { joinInChild, LONGEST_REGION, shareGround, tooMuchOf } from '@fusion-platform/geo';
import type { Analysis, Bounds, CoveredGround } from '@fusion-platform/geo';
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import { compiledFolder } from './work-folder.ts';

/** The types of files that may hold a region. */
export const regionTypes: ReadonlySet<string> = new Set(['GeoJSON', 'KML', 'KMZ', 'ESRI Shapefile']);

/** What the files of an item cover together, and of which files that is so. */
export interface ItemRegion {
  /** The other files, as ids. */
  readonly beside: readonly string[];
  /** Null where no file covers ground of another. */
  readonly ground: CoveredGround | null;
}

/** The set of files changed while something was worked out of it. */
export class FilesChanged extends Error {}

interface Room {
  /** Where files may be written that go afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * What the files of an item cover together with one that was just analysed; ground that several cover counts once. Not
 * for a transaction: `keepItemRegion` is.
 * @returns null while others wait for analysis: the last of them does it
 */
export async function itemRegion(
  context: Context,
  file: FileRow,
  analysis: Analysis,
  { folder, signal }: Room,
): Promise<ItemRegion | null> {
  const { queries } = context.database;
  const beside = await filesBeside(queries, file);
  if (beside === null) return null;
  const ids = beside.map(({ id }) => id);
  const boxes = [...beside, { polygons: analysis.polygons, bounds: analysis.bounds }].flatMap(
    ({ polygons, bounds }) => ((polygons ?? 0) > 0 && bounds ? [bounds as unknown as Bounds] : []),
  );
  if (!shareGround(boxes)) return { beside: ids, ground: null };
  const texts = await textsOf(queries, ids, analysis.region ?? analysis.geojson);
  if (texts === null)
    return {
      beside: ids,
      ground: { area: null, region: null, warnings: [tooMuchOf('files of this item')] },
    };
  const path = join(folder, 'regions.geojsonl');
  await writeFile(path, texts.join('\n'));
  const { analysisTimeoutSeconds: timeoutSeconds, analysisMemoryMb: memoryMb } = context.settings;
  const found = await joinInChild(path, {
    timeoutSeconds,
    memoryMb,
    scratchFolder: folder,
    compiledFolder: compiledFolder(context),
    signal,
  });
  return { beside: ids, ground: found.warnings.length > 0 ? found : null };
}

/**
 * Writes it down, in the transaction that says that the analysis of the file has ended.
 * @throws FilesChanged where others have been analysed meanwhile: to be worked out again
 */
export async function keepItemRegion(tx: Queries, file: FileRow, found: ItemRegion | null): Promise<void> {
  // Of files that end together one sees the other.
  await tx
    .select({ id: tables.data.id })
    .from(tables.data)
    .where(eq(tables.data.id, file.data_id))
    .for('no key update');
  const beside = await filesBeside(tx, file);
  if (beside === null) return;
  if (!found || beside.map(({ id }) => id).join() !== found.beside.join()) throw new FilesChanged();
  await tx.delete(tables.dataRegions).where(eq(tables.dataRegions.data_id, file.data_id));
  if (!found.ground) return;
  const { area, region, warnings } = found.ground;
  await tx
    .insert(tables.dataRegions)
    .values({ data_id: file.data_id, area, region, warning: warnings.join('; ') });
}

/** The other files of an item, all of them analysed; null while one that has come is not. */
async function filesBeside(queries: Queries, file: FileRow) {
  const { dataFiles } = tables;
  const rows = await queries
    .select({
      id: dataFiles.id,
      uploaded: sql<boolean>`${dataFiles.uploaded_at} is not null`,
      analysed: sql<boolean>`${dataFiles.analysed_at} is not null`,
      polygons: dataFiles.polygons,
      bounds: dataFiles.bounds,
    })
    .from(dataFiles)
    .where(and(eq(dataFiles.data_id, file.data_id), ne(dataFiles.id, file.id), isNull(dataFiles.source_id)))
    .orderBy(asc(dataFiles.created_at), asc(dataFiles.id));
  if (rows.some(({ uploaded, analysed }) => uploaded && !analysed)) return null;
  return rows.filter(({ analysed }) => analysed);
}

/** The regions of files as texts, `own` the last; null where they are too long to be held, or one is. */
async function textsOf(
  queries: Queries,
  ids: readonly string[],
  own: string | null,
): Promise<string[] | null> {
  const { dataFiles } = tables;
  const text = sql<string | null>`coalesce(${dataFiles.region}, ${dataFiles.geojson})`;
  const which = and(inArray(dataFiles.id, [...ids]), sql`${dataFiles.polygons} > 0`);
  const [sum] = await queries
    .select({
      missing: sql<number>`count(*) filter (where ${text} is null)::int`,
      length: sql<number>`coalesce(sum(length(${text})), 0)::float8`,
    })
    .from(dataFiles)
    .where(which);
  if (own === null || !sum || sum.missing > 0 || sum.length + own.length > LONGEST_REGION) return null;
  const rows = await queries
    .select({ text })
    .from(dataFiles)
    .where(which)
    .orderBy(asc(dataFiles.created_at), asc(dataFiles.id));
  return [...rows.flatMap((row) => row.text ?? []), own];
}

/** What the files of items cover together, where they cover the same ground. */
export async function regionsOfItems(
  queries: Queries,
  dataIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly area: number | null; readonly warning: string }>> {
  const { dataRegions } = tables;
  if (dataIds.length === 0) return new Map();
  const rows = await queries
    .select({ id: dataRegions.data_id, area: dataRegions.area, warning: dataRegions.warning })
    .from(dataRegions)
    .where(inArray(dataRegions.data_id, [...dataIds]));
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** Gives an item what another has, whose files it has copies of. */
export async function copyItemRegion(tx: Queries, from: string, to: string): Promise<void> {
  await tx.execute(
    sql`insert into data_regions (data_id, area, region, warning)
      select ${to}, area, region, warning from data_regions where data_id = ${from}`,
  );
}
