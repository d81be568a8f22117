import {
  Histogram,
  INITIAL_VALUES,
  mergeMoments,
  momentsOf,
  noMoments,
  standardDeviation,
} from '../findings/index.ts';
import type { Moments } from '../findings/index.ts';
import { readBlocks } from './blocks.ts';
import { maskOf, withRaster } from './open-raster.ts';
import type { Raster } from './open-raster.ts';
import { asStored } from './typed-array.ts';
import type { TypedArray } from './typed-array.ts';

/** Statistics of one band. Nodata, NaN, infinities and what a mask or an alpha hides are not counted; null where no value is left. */
export interface BandStatistics {
  /** Values counted. */
  readonly count: number;
  /** Percent of all pixels that were counted. */
  readonly validPercent: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Population standard deviation, as GDAL gives it. */
  readonly sd: number | null;
  /** Counts in bins of equal width from minimum to maximum. */
  readonly histogram: readonly number[] | null;
  /** The first few, row by row as the image is stored. */
  readonly first: readonly number[];
}

/**
 * Statistics of every band of a local GeoTIFF, read in blocks. Bands of 8 and 16 bits take one pass, others two.
 * @throws {AnalysisError}
 */
export async function rasterStatistics(
  path: string,
  { bins = 10, signal }: { bins?: number; signal?: AbortSignal } = {},
): Promise<BandStatistics[]> {
  return withRaster(path, { fileName: path, signal }, (raster) =>
    statisticsOfRaster(raster, bins, { signal }),
  );
}

/** @param share how much of the raster is read, spread over all of it; with 1 the statistics are exact */
export async function statisticsOfRaster(
  raster: Raster,
  bins: number,
  { signal, share = 1 }: { readonly signal?: AbortSignal | undefined; readonly share?: number } = {},
): Promise<BandStatistics[]> {
  const tallies = raster.dataTypes.map((type) =>
    isSmall(type) ? new ValueTally(raster.nodata, bins) : new MomentTally(raster.nodata, bins),
  );
  const first = raster.dataTypes.map((): number[] => []);
  const options = { signal, share, mask: maskOf(raster, raster.image), alpha: raster.alpha };
  let pixels = 0;
  for (let pass = 0; tallies.some((tally) => tally.passes > pass); pass++)
    for await (const { bands, hidden, width, height } of readBlocks(raster.image, options)) {
      const seen = bands.map((values, index) => visible(values, hidden[index]));
      for (const [index, tally] of tallies.entries()) tally.add(seen[index] as TypedArray, pass);
      if (pass > 0) continue;
      pixels += width * height;
      for (const [index, values] of first.entries())
        addFirst(values, seen[index] as TypedArray, raster.nodata);
    }
  return tallies.map((tally, index) => ({ ...tally.result(pixels), first: first[index] ?? [] }));
}

/** The values that neither a mask nor an alpha hides. */
function visible(values: TypedArray, hidden: Uint8Array | null | undefined): TypedArray {
  return hidden ? values.filter((_, index) => hidden[index] === 0) : values;
}

function addFirst(into: number[], values: TypedArray, nodata: number | null): void {
  const missing = nodata === null ? Number.NaN : asStored(nodata, values);
  for (let index = 0; index < values.length && into.length < INITIAL_VALUES; index++) {
    const value = values[index] as number;
    if (value !== missing && Number.isFinite(value)) into.push(value);
  }
}

function isSmall(type: string): boolean {
  return /^u?int([1-9]|1[0-6])$/.test(type);
}

/** Counts each of the 65,536 possible values: one pass gives everything. */
class ValueTally {
  readonly passes = 1;
  readonly #counts = new Float64Array(131072);
  readonly #nodata: number | null;
  readonly #bins: number;

  constructor(nodata: number | null, bins: number) {
    this.#nodata = nodata;
    this.#bins = bins;
  }

  add(values: TypedArray, pass: number): void {
    if (pass > 0) return;
    const counts = this.#counts;
    for (let index = 0; index < values.length; index++) {
      const place = (values[index] as number) + 65536;
      counts[place] = (counts[place] as number) + 1;
    }
  }

  result(pixels: number): Omit<BandStatistics, 'first'> {
    if (this.#nodata !== null) this.#counts[this.#nodata + 65536] = 0;
    const found = [...this.#counts.entries()]
      .filter(([, times]) => times > 0)
      .map(([place, times]) => [place - 65536, times] as const);
    const moments = noMoments();
    for (const [value, count] of found)
      mergeMoments(moments, { count, minimum: value, maximum: value, mean: value, squares: 0 });
    const histogram = new Histogram(this.#bins, moments.minimum, moments.maximum);
    for (const [value, times] of found) histogram.add(value, times);
    return present(moments, histogram, pixels);
  }
}

/** One pass for the moments and, since the histogram needs their ends, one for the histogram. */
class MomentTally {
  readonly passes = 2;
  readonly #moments = noMoments();
  #histogram: Histogram | undefined;
  readonly #nodata: number | null;
  readonly #bins: number;

  constructor(nodata: number | null, bins: number) {
    this.#nodata = nodata;
    this.#bins = bins;
  }

  add(values: TypedArray, pass: number): void {
    const nodata = this.#nodata === null ? Number.NaN : asStored(this.#nodata, values);
    if (pass === 0) {
      mergeMoments(
        this.#moments,
        momentsOf(values, (value) => value !== nodata),
      );
      return;
    }
    this.#histogram ??= new Histogram(this.#bins, this.#moments.minimum, this.#moments.maximum);
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (value !== nodata && Number.isFinite(value)) this.#histogram.add(value);
    }
  }

  result(pixels: number): Omit<BandStatistics, 'first'> {
    return present(this.#moments, this.#histogram, pixels);
  }
}

function present(
  moments: Moments,
  histogram: Histogram | undefined,
  pixels: number,
): Omit<BandStatistics, 'first'> {
  const { count, minimum, maximum, mean } = moments;
  const validPercent = (count / pixels) * 100;
  if (count === 0)
    return { count, validPercent, minimum: null, maximum: null, mean: null, sd: null, histogram: null };
  return {
    count,
    validPercent,
    minimum,
    maximum,
    mean,
    sd: standardDeviation(moments),
    histogram: histogram?.counts ?? null,
  };
}
