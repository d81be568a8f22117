import { existsSync } from 'node:fs';

import { gdalRuntime, writeGeoTiff } from '@fusion-platform/geo';
import type { Bounds } from '@fusion-platform/geo';
import { fromFile } from 'geotiff';

export const nativeAbsent = (await gdalRuntime()).kind !== 'native';

/** Copernicus GLO-30 over São Tomé, where the shared test data is. */
export const realTile = new URL(
  '../../../../../shared/data/dem/Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif',
  import.meta.url,
).pathname;
export const realAbsent = !existsSync(realTile);

export const NODATA = -9999;

/** A plane that rises by 1 m a column and 10 m a row, in 100 columns and 100 rows. */
export function planeAt(column: number, row: number): number {
  return 100 + column + 10 * row;
}

export async function writePlane(path: string, bounds: Bounds, crs: string): Promise<void> {
  const data = Float32Array.from({ length: 10_000 }, (_, index) =>
    planeAt(index % 100, Math.floor(index / 100)),
  );
  await writeGeoTiff(path, { data, width: 100, height: 100, bounds, crs });
}

export interface Image {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The north-west corner. */
  readonly origin: readonly number[];
  readonly nodata: number | null;
  /** Of the file, and of its band. */
  readonly metadata: Record<string, unknown>;
  readonly band: Record<string, unknown>;
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
      nodata: image.getGDALNoData(),
      metadata: (await image.getGDALMetadata()) ?? {},
      band: (await image.getGDALMetadata(0)) ?? {},
    };
  } finally {
    await tiff.close();
  }
}

/** Smooth hills, up to a kilometre high and 24 degrees steep, from metres east and north. */
export function hills(x: number, y: number): number {
  return (
    1000 +
    540 * Math.sin(x / 2700) * Math.cos(y / 3900) +
    270 * Math.sin((x + 2 * y) / 2100) +
    120 * Math.cos((3 * x - y) / 3300)
  );
}

/** A raster of 32 bit floats of the heights that `at` gives for the middle of each pixel. */
export async function writeHeights(
  path: string,
  { size, bounds, crs }: { size: readonly [number, number]; bounds: Bounds; crs: string },
  at: (x: number, y: number) => number,
): Promise<void> {
  const [width, height] = size;
  const [west, south, east, north] = bounds;
  const data = Float32Array.from({ length: width * height }, (_, pixel) => {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    return at(
      west + ((column + 0.5) * (east - west)) / width,
      north - ((row + 0.5) * (north - south)) / height,
    );
  });
  await writeGeoTiff(path, { data, width, height, bounds, crs, nodata: NODATA });
}
