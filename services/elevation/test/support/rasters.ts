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
