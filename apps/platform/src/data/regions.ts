import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

import { describeGeometry, stacItem } from '@fusion-platform/geo';
import type { Geometry } from 'geojson';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import type { OutputItem } from './outputs.ts';

export interface RegionItem extends OutputItem {
  readonly fileName: string;
  /** Polygons in longitude and latitude. */
  readonly geometry: Geometry;
}

/** Each put waits for the disk: so many at once keep it busy. */
const putsAtOnce = 16;
const rowsAtOnce = 200;

/** Regions whose bytes are stored, and whose rows are not there yet. */
export type StoredRegions = readonly {
  readonly region: RegionItem;
  readonly file: typeof tables.dataFiles.$inferInsert;
}[];

/**
 * Stores regions that the platform cut itself, each as one GeoJSON file. They need no analysis: nothing about them comes
 * from outside. Not for a transaction: `addRegions` is.
 */
export async function storeRegions(
  context: Pick<Context, 'objects'>,
  regions: readonly RegionItem[],
): Promise<StoredRegions> {
  const stored: { region: RegionItem; file: typeof tables.dataFiles.$inferInsert }[] = [];
  try {
    for (let at = 0; at < regions.length; at += putsAtOnce)
      stored.push(
        ...(await Promise.all(
          regions
            .slice(at, at + putsAtOnce)
            .map(async (region) => ({ region, file: await fileOf(context, region) })),
        )),
      );
    return stored;
  } catch (error) {
    await discardRegions(context, stored);
    throw error;
  }
}

/** Makes items of stored regions. */
export async function addRegions(tx: Queries, stored: StoredRegions): Promise<void> {
  for (let at = 0; at < stored.length; at += rowsAtOnce) {
    const rows = stored.slice(at, at + rowsAtOnce);
    await tx.insert(tables.data).values(
      rows.map(({ region }) => ({
        id: region.id,
        organisation_id: region.organisationId,
        name: region.name,
        execution_id: region.executionId,
        process_id: region.processId,
      })),
    );
    await tx.insert(tables.dataFiles).values(rows.map(({ file }) => file));
  }
}

/** Removes the bytes of regions that became no items. */
export async function discardRegions(
  { objects }: Pick<Context, 'objects'>,
  stored: StoredRegions,
): Promise<void> {
  for (const { file } of stored) if (file.object_key) await objects.remove(file.object_key);
}

async function fileOf(
  { objects }: Pick<Context, 'objects'>,
  { id: dataId, organisationId, fileName, geometry, name }: RegionItem,
): Promise<typeof tables.dataFiles.$inferInsert> {
  const id = randomUUID();
  const now = new Date().toISOString();
  const { bounds, area, length, points, lines, polygons } = describeGeometry(geometry);
  const collection = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] };
  const bytes = Buffer.from(JSON.stringify(collection));
  const object_key = `regions/${id}`;
  const { size, sha256 } = await objects.put(object_key, Readable.from([bytes]), { length: bytes.length });
  return {
    id,
    organisation_id: organisationId,
    data_id: dataId,
    file_id: id,
    file_type: 'GeoJSON',
    file_name: fileName,
    title: name,
    object_key,
    stored_size: size,
    sha256,
    uploaded_at: now,
    analysed_at: now,
    crs: 'EPSG:4326',
    size,
    bounds: [...bounds],
    area,
    length,
    points,
    lines,
    polygons,
    publishable: true,
    number_of_ingesters: 0,
    ingesters: {},
    geojson: JSON.stringify(collection),
    stac_item: stacItem({
      id,
      datetime: new Date(),
      fileName,
      href: `./${encodeURIComponent(fileName)}`,
      checksumMultihash: `1220${sha256}`,
      title: name,
      analysis: {
        size,
        resolution: null,
        bounds,
        stac: {
          mediaType: 'application/geo+json',
          roles: ['data'],
          geometry,
          epsg: 4326,
          shape: null,
          transform: null,
          projectedBounds: null,
          bands: null,
        },
      },
    }) as unknown as Record<string, unknown>,
  };
}
