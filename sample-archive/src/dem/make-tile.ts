import { rename, rm } from 'node:fs/promises';

import { writeCog, writeGeoTiff } from '@fusion-platform/geo';
import type { RunGdalOptions } from '@fusion-platform/geo';
import type { Piscina } from 'piscina';

import type { Band } from './band-worker.ts';
import { DESCRIPTION, gridOf } from './tiles.ts';
import type { Tile } from './tiles.ts';

const BAND_ROWS = 240;

export interface MakeTileOptions extends Pick<RunGdalOptions, 'signal' | 'native'> {
  readonly pool: Piscina<Band, Float32Array>;
  /** Called with a fraction from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** Makes a tile as a COG; it appears under its name only once it is complete. */
export async function makeTile(path: string, tile: Tile, options: MakeTileOptions): Promise<void> {
  const { pool, signal, native = 'auto', onProgress } = options;
  const grid = gridOf(tile);
  const { width, height } = grid;
  const data = new Float32Array(width * height);
  let done = 0;
  const fill = async (firstRow: number): Promise<void> => {
    const rows = Math.min(BAND_ROWS, height - firstRow);
    data.set(await pool.run({ grid, firstRow, rows }, signal ? { signal } : {}), firstRow * width);
    done += rows;
    onProgress((0.7 * done) / height);
  };
  await Promise.all(
    Array.from({ length: Math.ceil(height / BAND_ROWS) }, async (_, band) => await fill(band * BAND_ROWS)),
  );

  const [plain, partial] = [`${path}.${process.pid}.plain`, `${path}.${process.pid}.partial`];
  const [left, top] = [grid.west - grid.stepX / 2, grid.north + grid.stepY / 2];
  try {
    await writeGeoTiff(plain, {
      data,
      width,
      height,
      bounds: [left, top - 1, left + 1, top],
      crs: 'EPSG:4326',
      pixelIsPoint: true,
      description: DESCRIPTION,
    });
    await writeCog({
      input: plain,
      output: partial,
      native,
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => onProgress(0.7 + 0.3 * fraction),
    });
    await rename(partial, path);
  } finally {
    await Promise.all([plain, partial].map(async (name) => await rm(name, { force: true })));
  }
}
