import type { BaseDecoder } from 'geotiff';

import { AnalysisError } from '../findings/index.ts';
import { asAnalysisError, decoderOf } from '../raster/index.ts';
import type { Raster, TypedArray } from '../raster/index.ts';

/** Strips of a few rows are read together until there are so many. */
const LEAST_ROWS = 64;

/**
 * Reads one band of a raster from top to bottom, some rows at a time in their whole width. Each block is decoded once,
 * as long as no row above the last ones asked for is asked for again.
 */
export class RasterRows {
  readonly raster: Raster;
  readonly #sample: number;
  readonly #decoder: BaseDecoder;
  readonly #signal: AbortSignal | undefined;
  /** Rows that are decoded together. */
  readonly #step: number;
  /** By their place from the top. */
  readonly #groups = new Map<number, Promise<TypedArray>>();
  /** Memory of groups that were read, for those to come. */
  readonly #spare: TypedArray[] = [];

  private constructor(raster: Raster, sample: number, decoder: BaseDecoder, signal: AbortSignal | undefined) {
    this.raster = raster;
    this.#sample = sample;
    this.#decoder = decoder;
    this.#signal = signal;
    const blockHeight = raster.image.getTileHeight();
    this.#step = blockHeight * Math.ceil(LEAST_ROWS / blockHeight);
  }

  /**
   * @param band counted from 1
   * @throws {AnalysisError}
   */
  static async of(raster: Raster, band: number, signal?: AbortSignal): Promise<RasterRows> {
    const { image, dataTypes, fileName } = raster;
    if (dataTypes[band - 1] === undefined)
      throw new AnalysisError('invalid', `${fileName} has no band ${band}, only ${dataTypes.length}`);
    if (new Set(dataTypes).size !== 1 || dataTypes[0] === 'other')
      throw new AnalysisError('unsupported', `${fileName} has bands of several or unusual data types`);
    return new RasterRows(raster, band - 1, await decoderOf(image), signal);
  }

  /** An array of the band's kind, of zeros. */
  array(length: number): TypedArray {
    return this.raster.image.getArrayForSample(this.#sample, length);
  }

  /**
   * The rows from `first` up to but without `end`. It may be a view: it is not to be changed, and lasts until the next
   * call only.
   */
  async read(first: number, end: number): Promise<TypedArray> {
    const step = this.#step;
    const [from, to] = [Math.floor(first / step), Math.floor((end - 1) / step)];
    for (const [group, reading] of this.#groups) {
      if (group >= from) continue;
      this.#groups.delete(group);
      this.#spare.push(await reading);
    }
    const wanted = Array.from({ length: to - from + 1 }, (_, index) => this.#group(from + index));
    const groups = await Promise.all(wanted);
    const { width } = this.raster;
    const parts = groups.map((group, index) => {
      const top = (from + index) * step;
      const [low, high] = [Math.max(first, top) - top, Math.min(end, top + step) - top];
      return group.subarray(low * width, high * width);
    });
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    const whole = this.array((end - first) * width);
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #group(group: number): Promise<TypedArray> {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const reading = this.#decodeGroup(group).catch((error: unknown) => {
      this.#signal?.throwIfAborted();
      throw asAnalysisError(error, this.raster.fileName);
    });
    this.#groups.set(group, reading);
    return reading;
  }

  async #decodeGroup(group: number): Promise<TypedArray> {
    const { image, width, height } = this.raster;
    const first = group * this.#step;
    const rows = Math.min(this.#step, height - first);
    const into = this.#spare.pop()?.subarray(0, width * rows) ?? this.array(width * rows);
    const [blockWidth, blockHeight] = [image.getTileWidth(), image.getTileHeight()];
    const work: Promise<void>[] = [];
    for (let y = first / blockHeight; y * blockHeight < first + rows; y++)
      for (let x = 0; x * blockWidth < width; x++) work.push(this.#decodeBlock(x, y, first, into));
    await Promise.all(work);
    return into;
  }

  /** Decodes a block and copies what it has of the band to where it belongs among the rows from `first` on. */
  async #decodeBlock(x: number, y: number, first: number, into: TypedArray): Promise<void> {
    const { image, width, height } = this.raster;
    const { data } = await image.getTileOrStrip(x, y, this.#sample, this.#decoder, this.#signal);
    const block = image.getArrayForSample(this.#sample, data);
    const [blockWidth, blockHeight] = [image.getTileWidth(), image.getTileHeight()];
    const [apart, offset] =
      image.planarConfiguration === 2 ? [1, 0] : [image.getSamplesPerPixel(), this.#sample];
    const rows = Math.min(blockHeight, height - y * blockHeight);
    const columns = Math.min(blockWidth, width - x * blockWidth);
    if (block.length < blockWidth * rows * apart)
      throw new Error(`block ${x}, ${y} has ${block.length} values only`);
    for (let row = 0; row < rows; row++) {
      const to = (y * blockHeight + row - first) * width + x * blockWidth;
      const from = row * blockWidth * apart;
      if (apart === 1) into.set(block.subarray(from, from + columns), to);
      else
        for (let column = 0; column < columns; column++)
          into[to + column] = block[from + column * apart + offset] as number;
    }
  }
}
