import { resolve } from 'node:path';

import { CogWriter, metadataOf, RasterRows } from '../calc/index.ts';
import type { CogArray } from '../calc/index.ts';
import { runGdal, warp } from '../gdal/index.ts';
import type { RunGdalOptions, WarpOptions } from '../gdal/index.ts';
import type { PixelGrid } from '../pixel-grid/index.ts';
import { georeferenceTags } from '../raster/index.ts';
import type { OpenRaster, TypedArray } from '../raster/index.ts';
import { transformLine } from './approximate.ts';
import type { Point, PointTransform } from './approximate.ts';
import { inPixels, Mask } from './cutline.ts';
import { bilinear, near } from './kernels.ts';
import type { Kernel, SourceRows } from './kernels.ts';
import { planOf } from './plan.ts';
import { regionsOf } from './regions.ts';
import type { Region } from './regions.ts';
import type { DataType, Plan, Source } from './plan.ts';

const ARRAYS = {
  uint8: (length: number): CogArray => new Uint8Array(length),
  uint16: (length: number): CogArray => new Uint16Array(length),
  float32: (length: number): CogArray => new Float32Array(length),
} satisfies Record<DataType, unknown>;

/** Rows of a tile: as many as the writer takes at once. */
const ROWS = 512;
/** Rows for which the source is read together. */
const STEP = 128;
/** The system of cutlines. */
const DEGREES = 4326;

/**
 * Mosaics and reprojects rasters as `runGdal(warp(options))` does, to the same pixels. Where GDAL's own programs are not
 * installed warps of common kinds (one band, nearest or bilinear, a known grid) are done here, in blocks and in a fraction
 * of the memory of GDAL in WebAssembly; the others are left to that. Their output is compressed.
 * @throws {GdalError}, {AnalysisError}; the signal's reason when aborted
 */
export async function warpRaster(options: WarpOptions, run: RunGdalOptions = {}): Promise<void> {
  await runGdal(warp(options), run, async (reporting) => {
    const opened: OpenRaster[] = [];
    try {
      const inside = within(run.cwd ?? process.cwd(), options);
      const plan = await planOf(inside, opened);
      if (plan !== null) await write(plan, inside.output, reporting);
      return plan !== null;
    } finally {
      for (const { close } of opened) await close();
    }
  });
}

function within(cwd: string, options: WarpOptions): WarpOptions {
  return {
    ...options,
    inputs: options.inputs.map((path) => resolve(cwd, path)),
    output: resolve(cwd, options.output),
    ...(options.cutline === undefined ? {} : { cutline: resolve(cwd, options.cutline) }),
  };
}

interface Reporting {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (fraction: number) => void;
}

async function write(plan: Plan, output: string, { signal, onProgress }: Reporting): Promise<void> {
  const { grid, crs, dataType, nodata, sources } = plan;
  const array = ARRAYS[dataType];
  const { width, height, bounds } = grid;
  const { raster } = sources[0];
  const band = await metadataOf(raster, 1);
  const writer = await CogWriter.create(
    output,
    {
      width,
      height,
      bands: [
        {
          name: band['DESCRIPTION'] ?? '',
          ...(band['UNITTYPE'] === undefined ? {} : { unit: band['UNITTYPE'] }),
        },
      ],
      array,
      nodata,
      reduction: 'mode',
      georeference: georeferenceTags({
        crs: crs.name,
        bounds,
        width,
        height,
        pixelIsPoint: raster.georeference.pixelIsPoint,
      }),
      metadata: await metadataOf(raster),
    },
    { overviews: false },
  );
  try {
    const layers = await Promise.all(sources.map((source) => Layer.of(source, plan, signal)));
    const rows = array(width * Math.min(ROWS, height));
    for (let row = 0; row < height; row += ROWS) {
      const count = Math.min(ROWS, height - row);
      const part = rows.subarray(0, count * width).fill(nodata ?? 0);
      for (let step = 0; step < count; step += STEP) {
        signal?.throwIfAborted();
        const some = Math.min(STEP, count - step);
        const into = part.subarray(step * width, (step + some) * width);
        for (const layer of layers) await layer.lay(into, row + step);
        onProgress((row + step + some) / height);
      }
      await writer.write(part);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
}

/** A source, seen from the output. */
class Layer {
  readonly #source: Source;
  readonly #rows: RasterRows;
  readonly #grid: PixelGrid;
  readonly #transform: PointTransform;
  readonly #regions: readonly (Region & { readonly kernel: Kernel })[];
  readonly #mask: Mask | null;
  readonly #store: ((value: number) => number) | null;
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;

  private constructor(source: Source, plan: Plan, rows: RasterRows) {
    const { grid, resampling, cutline, nodata } = plan;
    const { raster } = source;
    this.#source = source;
    this.#rows = rows;
    this.#grid = grid;
    this.#transform = toPixels(source, plan);
    const bits = 8 * rows.array(0).BYTES_PER_ELEMENT;
    this.#regions = regionsOf(grid, raster, this.#transform, {
      source: bits + (source.nodata === null ? 0 : 1) + (cutline === null ? 0 : 32),
      output: bits + (nodata === null ? 0 : 1),
    }).map((region) => ({ ...region, kernel: resampling === 'near' ? near : bilinear(...region.scale) }));
    this.#mask =
      cutline === null
        ? null
        : new Mask(
            inPixels(cutline, pixelsOf(source), source.crs.code !== DEGREES),
            raster.width,
            raster.height,
          );
    this.#store = storing(plan);
    this.#xs = new Float64Array(grid.width * STEP);
    this.#ys = new Float64Array(grid.width * STEP);
  }

  static async of(source: Source, plan: Plan, signal: AbortSignal | undefined): Promise<Layer> {
    return new Layer(source, plan, await RasterRows.of(source.raster, 1, signal));
  }

  /** Lays what there is of the source over rows of the output from `row` on. */
  async lay(into: CogArray, row: number): Promise<void> {
    const { width } = this.#grid;
    const [xs, ys, store] = [this.#xs, this.#ys, this.#store];
    const end = row + into.length / width;
    const parts = this.#regions.flatMap((region) => {
      const [first, last] = [Math.max(row, region.top), Math.min(end, region.top + region.height)];
      return first < last ? [{ ...region, first, last }] : [];
    });
    let [least, most] = [Infinity, -Infinity];
    const onPiece = ([x0, y0]: Point, [x1, y1]: Point): void => {
      if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > this.#source.raster.width) return;
      if (y0 < least || y1 < least) least = Math.min(y0, y1);
      if (y0 > most || y1 > most) most = Math.max(y0, y1);
    };
    for (const { left, width: columns, first, last } of parts)
      for (let line = first; line < last; line++) {
        const from = (line - row) * width + left;
        const part = {
          xs: xs.subarray(from, from + columns),
          ys: ys.subarray(from, from + columns),
          onPiece,
        };
        transformLine(this.#transform, [left + 0.5, line + 0.5], part);
      }
    const source = await this.#read(least, most);
    if (source === null) return;
    for (const { left, width: columns, first, last, kernel } of parts)
      for (let line = first; line < last; line++) {
        const from = (line - row) * width + left;
        kernel.line(source, { xs, ys, into, store }, from, from + columns);
      }
  }

  /** The rows of the source around places from one height to another; null when they lie elsewhere. */
  async #read(least: number, most: number): Promise<SourceRows | null> {
    const { width, height } = this.#source.raster;
    const reach = 1 + Math.max(...this.#regions.map(({ kernel }) => kernel.reach));
    const top = Math.max(0, Math.floor(least) - reach);
    const end = Math.min(height, Math.floor(most) + reach + 1);
    if (!(top < end)) return null;
    const data = await this.#rows.read(top, end);
    const inside = this.#mask?.rows(top, end - top) ?? null;
    return { data, width, top, height: end - top, counts: counting(data, this.#source.nodata, inside) };
  }
}

/** 1 for each value that lies in the cutline, where there is one, and is not the one that stands for no data. */
function counting(data: TypedArray, nodata: number | null, inside: Uint8Array | null): Uint8Array | null {
  if (nodata === null) return inside;
  const counts = inside ?? new Uint8Array(data.length).fill(1);
  let all = inside === null;
  const nan = Number.isNaN(nodata);
  for (let index = 0; index < data.length; index++) {
    const value = data[index] as number;
    if (nan ? value === value : value !== nodata) continue;
    counts[index] = 0;
    all = false;
  }
  return all ? null : counts;
}

/** From degrees to pixels of a source, multiplied and added as GDAL does: otherwise the last digits differ. */
function pixelsOf({ raster, crs }: Source): PointTransform {
  const [west = 0, x = 1, , north = 0, , y = -1] = raster.georeference.transform ?? [];
  const [left, across, top, down] = [-west / x, 1 / x, -north / y, 1 / y];
  return (longitude, latitude) => {
    const [easting, northing] = crs.fromLonLat(longitude, latitude);
    return [left + easting * across, top + northing * down];
  };
}

/** From pixels of the output to pixels of a source. */
function toPixels(source: Source, { grid, crs }: Plan): PointTransform {
  const [west, , , north] = grid.bounds;
  const [width, height] = grid.resolution;
  if (crs.code === source.crs.code) {
    const [left = 0, x = 1, , top = 0, , y = -1] = source.raster.georeference.transform ?? [];
    return (column, row) => [(west + column * width - left) / x, (north - row * height - top) / y];
  }
  const place = pixelsOf(source);
  return (column, row) => place(...crs.toLonLat(west + column * width, north - row * height));
}

/** How whole numbers are stored: rounded, within what there is room for, and never as the one that stands for no data. */
function storing({ dataType, nodata }: Plan): ((value: number) => number) | null {
  if (dataType === 'float32') return null;
  const most = dataType === 'uint8' ? 255 : 65_535;
  const instead = nodata === 0 ? 1 : (nodata ?? 0) - 1;
  return (value) => {
    const whole = Math.max(0, Math.min(most, Math.floor(value + 0.5)));
    return whole === nodata ? instead : whole;
  };
}
