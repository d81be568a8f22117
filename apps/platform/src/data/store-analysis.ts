import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { stacItem } from '@fusion-platform/geo';
import type { Analysis, StacProcessing } from '@fusion-platform/geo';
import { and, eq, isNull, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import { cloudIngester, entry, outlineDetail } from './ingester-entry.ts';
import { processingOf } from './processing.ts';
import { FilesChanged, keepItemRegion, regionTypes } from './item-region.ts';
import type { ItemRegion } from './item-region.ts';
import { storable } from './storable.ts';
import { withWarnings } from './warnings.ts';

export type Finding =
  | {
      readonly analysis: Analysis;
      readonly previewPath: string;
      readonly alternativePath: string;
      /** What the files of the item cover together, worked out as often as others are analysed meanwhile. */
      readonly itemRegion: () => Promise<ItemRegion | null>;
    }
  | { readonly refusal: string };

/** Writes down what analysis found, in one transaction that also says that it has ended. */
export async function storeAnalysis(context: Context, file: FileRow, finding: Finding): Promise<void> {
  const { database, objects, log } = context;
  let changes: Partial<FileRow>;
  let alternative: NewFile | null = null;
  if ('refusal' in finding) {
    log.info({ file: file.id, reason: finding.refusal }, 'a file cannot be used');
    changes = {
      error: true,
      error_reason: finding.refusal,
      size: file.stored_size,
      number_of_ingesters: 0,
      ingesters: {},
    };
  } else {
    const { analysis, previewPath, alternativePath } = finding;
    const preview = analysis.preview
      ? { preview_key: `previews/${file.id}/${randomUUID()}`, preview_file_id: randomUUID() }
      : {};
    if (preview.preview_key) await objects.put(preview.preview_key, createReadStream(previewPath));
    const processing = await processingOf(database.queries, file.data_id);
    alternative = await keepAlternative(context, file, { analysis, processing }, alternativePath);
    changes = {
      ...described(file, { analysis, processing }),
      ...withWarnings(file, analysis.warnings ?? []),
      ...ingestion(analysis),
      ...preview,
      ...(alternative ? { alternative_id: alternative.file_id } : {}),
    };
  }
  if (!('analysis' in finding) || !regionTypes.has(file.file_type))
    return await keepChanges(context, file, { changes, alternative });
  for (;;) {
    const found = await finding.itemRegion();
    try {
      return await keepChanges(context, file, { changes, alternative, itemRegion: found });
    } catch (error) {
      if (!(error instanceof FilesChanged)) throw error;
    }
  }
}

type NewFile = typeof tables.dataFiles.$inferInsert;

interface Changes {
  readonly changes: Partial<FileRow>;
  readonly alternative: NewFile | null;
  /** Absent for what has no region. */
  readonly itemRegion?: ItemRegion | null;
}

async function keepChanges(
  { database, events }: Context,
  file: FileRow,
  { changes, alternative, itemRegion }: Changes,
): Promise<void> {
  await database.transaction(async (tx) => {
    const kept = await tx
      .update(tables.dataFiles)
      .set({
        ...storable(changes),
        analysed_at: sql`clock_timestamp()`,
        // The ingesters count their own.
        analysis_tries: 0,
        analysis_faults: 0,
        lease_owner: null,
        lease_until: null,
      })
      .where(and(eq(tables.dataFiles.id, file.id), isNull(tables.dataFiles.analysed_at)))
      .returning({ id: tables.dataFiles.id });
    if (kept.length > 0 && itemRegion !== undefined) await keepItemRegion(tx, file, itemRegion);
    if (kept.length > 0 && alternative) {
      const now = sql`clock_timestamp()`;
      await tx
        .insert(tables.dataFiles)
        .values({ ...storable(alternative), uploaded_at: now, analysed_at: now });
    }
    const unused = kept.length > 0 ? [] : [changes.preview_key, alternative?.object_key];
    for (const object_key of unused) {
      if (object_key) await tx.insert(tables.droppedObjects).values({ object_key }).onConflictDoNothing();
    }
    await events.publish(tx, { kind: 'data', id: file.data_id });
  });
}

/** Stores what analysis made of a file in another form, and gives the row that tells of it. */
async function keepAlternative(
  { objects }: Context,
  file: FileRow,
  { analysis, processing }: Described,
  path: string,
): Promise<NewFile | null> {
  if (!analysis.alternative) return null;
  const { fileType, fileName } = analysis.alternative;
  const id = randomUUID();
  const object_key = `alternatives/${id}`;
  const { size, sha256 } = await objects.put(object_key, createReadStream(path));
  const isVector = fileType === 'GeoJSON';
  const found: Analysis = {
    ...withoutWide(analysis),
    size,
    crs: isVector ? 'EPSG:4326' : analysis.crs,
    publishable: true,
    stac: {
      ...withoutWide(analysis).stac,
      epsg: isVector ? 4326 : analysis.stac.epsg,
      mediaType: isVector
        ? 'application/geo+json'
        : 'image/tiff; application=geotiff; profile=cloud-optimized',
    },
  };
  const row = {
    id,
    file_id: id,
    organisation_id: file.organisation_id,
    data_id: file.data_id,
    file_type: fileType,
    file_name: fileName,
    title: file.title,
    description: file.description,
    object_key,
    stored_size: size,
    sha256,
    source_id: file.file_id,
  };
  return {
    ...row,
    ...described({ ...file, ...row }, { analysis: found, processing }),
    // It is in the bytes, from which it is read where it is needed.
    geojson: null,
    number_of_ingesters: 0,
    ingesters: {},
  };
}

/** The other form of a raster of 64-bit integers holds them as floating-point numbers, which more programs read. */
function withoutWide(analysis: Analysis): Analysis {
  const typeOf = <T extends string | null>(type: T) => (/^u?int64$/.test(type ?? '') ? 'float64' : type);
  const { selectors, stac } = analysis;
  return {
    ...analysis,
    selectors: selectors?.map((one) => ({ ...one, data_type: typeOf(one.data_type) })) ?? null,
    stac: { ...stac, bands: stac.bands?.map((one) => ({ ...one, dataType: typeOf(one.dataType) })) ?? null },
  };
}

/** Which ingesters have ended already, and which are left to run on. */
function ingestion({ ended, later, outline, acquired, bounds }: Analysis): Partial<FileRow> {
  const clouds = acquired !== null && bounds !== null ? [cloudIngester] : [];
  const waiting = [...later, ...clouds];
  return {
    number_of_ingesters: ended.length + waiting.length,
    ingesters: Object.fromEntries(
      ended.map((name) => [name, entry(name === 'outline' ? outlineDetail(outline) : {})]),
    ),
    ingesters_waiting: waiting.length > 0 ? waiting : null,
    acquired_at: acquired,
  };
}

/** What analysis says of a file that nothing has to be read of, so that it need not wait for it. */
export const describeUnread = (file: FileNames, found: Described): Partial<FileRow> =>
  storable({ ...described(file, found), ...ingestion(found.analysis) });

interface Described {
  readonly analysis: Analysis;
  readonly processing: StacProcessing;
}

type FileNames = Pick<FileRow, 'file_id' | 'created_at' | 'file_name' | 'sha256' | 'title' | 'description'>;

function described(file: FileNames, { analysis, processing }: Described): Partial<FileRow> {
  const { size, crs, resolution, bounds, area, length, points, lines, polygons, publishable } = analysis;
  return {
    size,
    crs,
    resolution: resolution === null ? null : Math.max(1, Math.round(resolution)),
    bounds: bounds && [...bounds],
    area,
    length,
    points,
    lines,
    polygons,
    publishable,
    selectors:
      analysis.selectors?.map((selector) => ({
        ...selector,
        initial_values: selector.initial_values && [...selector.initial_values],
        histogram: selector.histogram && [...selector.histogram],
        colours: selector.colours && [...selector.colours],
      })) ?? null,
    geojson: analysis.geojson ?? (analysis.outline && JSON.stringify(analysis.outline.geometry)),
    region: analysis.region,
    // The item says where the file is by its name: it stands beside it once both are downloaded.
    stac_item: stacItem({
      id: file.file_id,
      datetime: new Date(analysis.acquired ?? file.created_at),
      analysis,
      processing,
      fileName: file.file_name,
      href: `./${encodeURIComponent(file.file_name)}`,
      ...(file.sha256 ? { checksumMultihash: `1220${file.sha256}` } : {}),
      ...(file.title ? { title: file.title } : {}),
      ...(file.description ? { description: file.description } : {}),
    }) as unknown as Record<string, unknown>,
  };
}
