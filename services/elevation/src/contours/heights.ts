import { fromFile } from 'geotiff';

import type { Crop } from '../crop.ts';

/** Some rows of heights in the whole width of a crop, NaN where there is none. */
export interface HeightRows {
  readonly values: ArrayLike<number>;
  /** The first of them, counted from 0 at the top of the crop. */
  readonly row: number;
  readonly height: number;
}

const ROWS_AT_ONCE = 512;

/** Reads the first band of a crop of a raster from top to bottom. */
export async function* readHeights(
  path: string,
  crop: Crop,
  signal: AbortSignal,
): AsyncGenerator<HeightRows> {
  const [left, top] = crop.from;
  const [width, height] = crop.size;
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const nodata = image.getGDALNoData();
    for (let row = 0; row < height; row += ROWS_AT_ONCE) {
      signal.throwIfAborted();
      const rows = Math.min(ROWS_AT_ONCE, height - row);
      const window = [left, top + row, left + width, top + row + rows];
      const [band] = await image.readRasters({ window, samples: [0], interleave: false, signal });
      const read = (band ?? []) as ArrayLike<number>;
      const values = new Float64Array(read.length);
      for (let pixel = 0; pixel < values.length; pixel++) {
        const value = read[pixel] as number;
        values[pixel] = value === nodata || !Number.isFinite(value) ? Number.NaN : value;
      }
      yield { values, row, height: rows };
    }
  } finally {
    await tiff.close();
  }
}
