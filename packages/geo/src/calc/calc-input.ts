import type { PixelGrid } from '../pixel-grid/index.ts';
import { asStored } from '../raster/index.ts';
import type { TypedArray } from '../raster/index.ts';
import { columnsBetween, pixelGridOf, rowsBetween, widened } from './between-grids.ts';
import type { RasterRows } from './raster-rows.ts';

/**
 * One band of a raster, seen on the grid of the output and so many pixels around it: each pixel is the one of the source
 * in which its middle lies.
 */
export class CalcInput {
  /** What stands for no data, and for what lies outside the source: 0 (in floats NaN) where the file does not say. */
  readonly nodata: number;
  readonly #rows: RasterRows;
  readonly #width: number;
  readonly #around: number;
  readonly #columns: Int32Array | null;
  readonly #places: Int32Array | null;

  constructor(rows: RasterRows, grid: PixelGrid, around = 0) {
    const own = pixelGridOf(rows.raster);
    const seen = widened(grid, around);
    const sample = rows.array(0);
    const float = sample instanceof Float32Array || sample instanceof Float64Array;
    this.#rows = rows;
    this.#width = seen.width;
    this.#around = around;
    this.#columns = columnsBetween(seen, own);
    this.#places = rowsBetween(seen, own);
    this.nodata = asStored(rows.raster.nodata ?? (float ? Number.NaN : 0), sample);
  }

  /** Rows of the output's grid in its whole width, and the pixels around them; not to be changed. */
  async read(row: number, count: number): Promise<TypedArray> {
    const height = count + 2 * this.#around;
    if (this.#columns === null && this.#places === null) return this.#rows.read(row, row + height);
    const places = Array.from({ length: height }, (_, index) => this.#places?.[row + index] ?? row + index);
    const inside = places.filter((place) => place >= 0);
    const [first, last] = [inside[0], inside.at(-1)];
    const result = this.#rows.array(this.#width * height);
    if (first === undefined || last === undefined) return result.fill(this.nodata);
    const source = await this.#rows.read(first, last + 1);
    for (const [index, place] of places.entries())
      this.#resampleRow(source, place < 0 ? -1 : (place - first) * this.#rows.raster.width, result, index);
    return result;
  }

  #resampleRow(source: TypedArray, from: number, result: TypedArray, row: number): void {
    const [to, width, columns] = [row * this.#width, this.#width, this.#columns];
    if (from < 0) result.fill(this.nodata, to, to + width);
    else if (columns === null) result.set(source.subarray(from, from + width), to);
    else
      for (let column = 0; column < width; column++) {
        const at = columns[column] as number;
        result[to + column] = at < 0 ? this.nodata : (source[from + at] as number);
      }
  }
}
