import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { gdalRuntime, writeCog, writeGeoTiff } from '@fusion-platform/geo';
import { fromFile } from 'geotiff';

import type { Tile } from './archive.ts';

export const nativeAbsent = (await gdalRuntime()).kind !== 'native';

const shared = new URL('../../../../../shared/data/dem/', import.meta.url).pathname;
const real = join(shared, 'Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif');
export const realAbsent = !existsSync(real);
export const realTile: Tile = {
  path: real,
  bbox: [5.9998611, 0.0001389, 6.9998611, 1.0001389],
  properties: { 'fusion:synthetic': false },
};

/** Pixels of a made tile to a degree, and on each of its sides. */
const PER_DEGREE = 1000;
const SIDE = 100;

/** The height of the pixel in this column and row, counted from 0° E, 1° N: no two neighbours are alike. */
export function heightAt(column: number, row: number): number {
  return Math.round(1000 + 300 * Math.sin(column / 17) + 200 * Math.cos(row / 23) + (column % 7)) / 2;
}

/** A COG of 0.1 x 0.1 degrees whose north-west pixel is this one, PixelIsPoint as the public ones are. */
export async function makeTile(folder: string, column: number, row: number): Promise<Tile> {
  const [west, north] = [column / PER_DEGREE, 1 - row / PER_DEGREE];
  const bbox = [west, north - SIDE / PER_DEGREE, west + SIDE / PER_DEGREE, north] as const;
  const plain = join(folder, `plain-${column}-${row}.tif`);
  const path = join(folder, `tile-${column}-${row}.tif`);
  const data = Float32Array.from({ length: SIDE * SIDE }, (_, index) =>
    heightAt(column + (index % SIDE), row + Math.floor(index / SIDE)),
  );
  await writeGeoTiff(plain, {
    data,
    width: SIDE,
    height: SIDE,
    bounds: bbox,
    crs: 'EPSG:4326',
    pixelIsPoint: true,
  });
  await writeCog({ input: plain, output: path });
  return { path, bbox };
}

export interface Image {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The north-west corner. */
  readonly origin: readonly number[];
  readonly metadata: Record<string, unknown>;
}

export async function readImage(path: string): Promise<Image> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const [values] = await image.readRasters({ interleave: false });
    return {
      values: values as Float32Array,
      width: image.getWidth(),
      height: image.getHeight(),
      origin: image.getOrigin(),
      metadata: (await image.getGDALMetadata()) ?? {},
    };
  } finally {
    await tiff.close();
  }
}

/** Part of the pixels that differ by more than a centimetre; all where sizes differ. */
export function partThatDiffers(a: Image, b: Image): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  // Written this way round, NaN differs from everything.
  const differing = a.values.filter((value, index) => !(Math.abs(value - (b.values[index] ?? 0)) <= 0.01));
  return differing.length / a.values.length;
}
