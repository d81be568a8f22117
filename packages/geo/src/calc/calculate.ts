import { basename } from 'node:path';

import { AnalysisError } from '../findings/index.ts';
import type { PixelGrid } from '../pixel-grid/index.ts';
import { openRaster } from '../raster/index.ts';
import type { OpenRaster, Raster, TypedArray } from '../raster/index.ts';
import { CalcInput } from './calc-input.ts';
import { CogWriter } from './cog-writer.ts';
import type { CogArray, CogBand } from './cog-layout.ts';
import { readGeoreferenceTags } from './read-georeference-tags.ts';
import { pixelGridOf } from './between-grids.ts';
import { metadataOf } from './raster-metadata.ts';
import { RasterRows } from './raster-rows.ts';
import type { Reduction } from './reduce.ts';
import { TILE } from './tile-encoder.ts';

/** One band of a local GeoTIFF. */
export interface CalcSource {
  readonly path: string;
  /** Counted from 1; the first by default. */
  readonly band?: number;
  /** So many pixels more are given on each side of the rows: 1 for what depends on the neighbours of a pixel. */
  readonly around?: number;
}

/** Rows of the output in its whole width. */
export interface CalcRows {
  /** Of the whole output. */
  readonly grid: PixelGrid;
  /** The first of them, counted from 0. */
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** What stands for no data in each input. */
  readonly nodata: readonly number[];
}

/** A band of the output: what it is worked out from, and how. */
export interface CalcBand extends CogBand {
  readonly sources: readonly CalcSource[];
  /**
   * Works out some rows. Inputs come one array for each source, row by row, on the grid of the output; they are not to
   * be changed. What lies beyond a source is no data. Of floats the output's NaN and infinities become no data.
   */
  readonly calculate: (inputs: readonly TypedArray[], output: CogArray, rows: CalcRows) => void;
}

export interface CalculateOptions {
  readonly output: string;
  readonly bands: readonly CalcBand[];
  readonly dataType: keyof typeof ARRAYS;
  readonly nodata: number;
  /** How overviews are made: the average, or the most frequent one of classes. */
  readonly reduction: Reduction;
  /** Red, green and blue of classes from 0 on, 0 to 255. */
  readonly colours?: readonly (readonly [number, number, number])[];
  /** Of the output, beside what the source that its grid comes from says of itself. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

const ARRAYS = {
  uint8: (length: number): CogArray => new Uint8Array(length),
  uint16: (length: number): CogArray => new Uint16Array(length),
  float32: (length: number): CogArray => new Float32Array(length),
};

/**
 * Works out a Cloud Optimised GeoTIFF from bands of local GeoTIFFs of one CRS, a few hundred rows at a time. Its grid
 * is that of the source with the smallest pixels, the first of several; of the others the pixel counts in which the
 * middle of a pixel lies.
 * @throws {AnalysisError} when a source cannot be read or the sources do not go together; what `calculate` throws.
 */
export async function calculate(options: CalculateOptions): Promise<PixelGrid> {
  const opened = new Map<string, OpenRaster>();
  try {
    for (const { path } of options.bands.flatMap(({ sources }) => sources))
      if (!opened.has(path))
        opened.set(path, await openRaster(path, { fileName: basename(path), signal: options.signal }));
    const rasters = new Map([...opened].map(([path, { raster }]) => [path, raster] as const));
    return await calculateFrom(rasters, options);
  } finally {
    for (const { close } of opened.values()) await close();
  }
}

async function calculateFrom(
  rasters: ReadonlyMap<string, Raster>,
  options: CalculateOptions,
): Promise<PixelGrid> {
  const { output, bands, dataType, nodata, reduction, signal, onProgress } = options;
  const finest = finestOf([...rasters.values()]);
  const grid = pixelGridOf(finest);
  const { width, height } = grid;
  const array = ARRAYS[dataType];
  const writer = await CogWriter.create(output, {
    width,
    height,
    bands,
    array,
    nodata,
    reduction,
    georeference: await readGeoreferenceTags(finest),
    ...(options.colours === undefined ? {} : { colours: options.colours }),
    metadata: { ...(await metadataOf(finest)), ...options.metadata },
  });
  try {
    const rows = array(width * Math.min(TILE, height));
    for (const [index, band] of bands.entries()) {
      const inputs = await Promise.all(
        band.sources.map(async (source) => {
          const raster = rasters.get(source.path) as Raster;
          return new CalcInput(await RasterRows.of(raster, source.band ?? 1, signal), grid, source.around);
        }),
      );
      const missing = inputs.map((input) => input.nodata);
      for (let row = 0; row < height; row += TILE) {
        signal?.throwIfAborted();
        const count = Math.min(TILE, height - row);
        const read = await Promise.all(inputs.map((input) => input.read(row, count)));
        const result = rows.subarray(0, count * width);
        band.calculate(read, result, { grid, row, width, height: count, nodata: missing });
        if (result instanceof Float32Array) putNodata(result, nodata);
        await writer.write(result);
        onProgress?.((index + (row + count) / height) / bands.length);
      }
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  return grid;
}

function finestOf(rasters: readonly Raster[]): Raster {
  const [first] = rasters;
  if (first === undefined) throw new RangeError('nothing to calculate from');
  for (const { fileName, georeference } of rasters)
    if (
      georeference.epsg !== first.georeference.epsg ||
      (georeference.transform === null) !== (first.georeference.transform === null)
    )
      throw new AnalysisError(
        'invalid',
        `${first.fileName} and ${fileName} are in different coordinate systems. Warp one of them first`,
      );
  const area = (raster: Raster): number =>
    pixelGridOf(raster).resolution.reduce((product, side) => product * side);
  return rasters.reduce((best, raster) => (area(raster) < area(best) * (1 - 1e-9) ? raster : best));
}

function putNodata(values: Float32Array, nodata: number): void {
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index])) values[index] = nodata;
}
