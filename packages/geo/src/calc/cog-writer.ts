import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { CogArray, CogLayout } from './cog-layout.ts';
import { cogTags } from './cog-tags.ts';
import { reduce } from './reduce.ts';
import { compress, predict, predictorOf, strategyFor, TILE } from './tile-encoder.ts';
import { tiffDirectories } from './tiff-directory.ts';

/** Of a tile in the spool. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The file's image, or an overview of it. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** Of each tile, a band after the other. */
  readonly places: Place[];
  /** Rows that wait until there are enough of them for tiles. */
  waiting: CogArray;
  rows: number;
  /** Rows that became tiles. */
  done: number;
}

/** So many bytes at most wait to be compressed before more rows are taken. */
const MOST_PENDING = 16 * 1024 * 1024;

/**
 * Writes a Cloud Optimised GeoTIFF while its pixels come in, from top to bottom, one band after the other. GDAL makes
 * one of a finished raster only: the pixels would be written, read and compressed once more.
 */
export class CogWriter {
  readonly #path: string;
  readonly #layout: CogLayout;
  readonly #levels: Level[];
  /** The tiles as they come; in the end they are put in order. */
  readonly #spool: FileHandle;
  readonly #strategies = new Map<string, number>();
  readonly #pending = new Set<Promise<void>>();
  /** Tiles' memory that can be used again. */
  readonly #free: Uint8Array[] = [];
  #pendingBytes = 0;
  #spooled = 0;
  #failure: unknown;
  #band = 0;

  private constructor(path: string, layout: CogLayout, spool: FileHandle, levels: Level[]) {
    this.#path = path;
    this.#layout = layout;
    this.#spool = spool;
    this.#levels = levels;
  }

  /** @param options.overviews without them it is a tiled GeoTIFF: a hand-over, not an end product */
  static async create(
    path: string,
    layout: CogLayout,
    { overviews = true }: { readonly overviews?: boolean } = {},
  ): Promise<CogWriter> {
    const levels = levelsOf(layout);
    const kept = overviews ? levels : levels.slice(0, 1);
    return new CogWriter(path, layout, await open(spoolOf(path), 'w+'), kept);
  }

  /** The next rows of the band at hand: TILE of them, only the last ones of a band may be fewer. */
  async write(rows: CogArray): Promise<void> {
    this.#push(0, rows);
    const top = this.#levels[0] as Level;
    if (top.done === top.height) this.#nextBand();
    while (this.#pendingBytes > MOST_PENDING) await Promise.race(this.#pending);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The file appears under its name only now. */
  async finish(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure !== undefined) throw this.#failure;
    const partial = `${this.#path}.${process.pid}.partial`;
    try {
      const file = await open(partial, 'w');
      try {
        await this.#assemble(file);
      } finally {
        await file.close();
      }
      await rename(partial, this.#path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Removes what was only needed on the way, whether or not there is a file now. */
  async close(): Promise<void> {
    await Promise.all(this.#pending);
    await this.#spool.close();
    await rm(spoolOf(this.#path), { force: true });
  }

  #push(index: number, rows: CogArray): void {
    const level = this.#levels[index] as Level;
    const height = rows.length / level.width;
    this.#tiles(level, index, rows);
    level.done += height;
    const next = this.#levels[index + 1];
    if (next === undefined) return;
    reduce(rows, level.width, next.waiting.subarray(next.rows * next.width), this.#layout);
    next.rows += Math.ceil(height / 2);
    if (next.rows < TILE && next.done + next.rows < next.height) return;
    const ready = next.waiting.subarray(0, next.rows * next.width);
    next.rows = 0;
    this.#push(index + 1, ready);
  }

  #nextBand(): void {
    this.#band += 1;
    for (const level of this.#levels) level.done = 0;
  }

  /** Cuts rows into tiles, and has them compressed and spooled. What is beyond the image is no data. */
  #tiles(level: Level, index: number, rows: CogArray): void {
    const { array, nodata } = this.#layout;
    const height = rows.length / level.width;
    const first = (this.#band * level.down + level.done / TILE) * level.across;
    const tile = array(TILE * TILE);
    for (let x = 0; x < level.across; x++) {
      const [left, columns] = [x * TILE, Math.min(TILE, level.width - x * TILE)];
      if (columns < TILE || height < TILE) tile.fill(nodata ?? 0);
      for (let row = 0; row < height; row++) {
        const from = row * level.width + left;
        tile.set(rows.subarray(from, from + columns), row * TILE);
      }
      const predicted = this.#free.pop() ?? new Uint8Array(tile.byteLength);
      predict(tile, predicted);
      const key = `${this.#band}/${index}`;
      const strategy = this.#strategies.get(key) ?? strategyFor(predicted);
      // A first tile of no data says nothing of those to come: only one with content decides for its level.
      if (!isEven(predicted)) this.#strategies.set(key, strategy);
      this.#spoolTile(level, first + x, predicted, strategy);
    }
  }

  #spoolTile(level: Level, place: number, predicted: Uint8Array, strategy: number): void {
    const bytes = predicted.length;
    this.#pendingBytes += bytes;
    const work = this.#compress(level, place, predicted, strategy)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#pendingBytes -= bytes;
        this.#pending.delete(work);
        this.#free.push(predicted);
      });
    this.#pending.add(work);
  }

  async #compress(level: Level, place: number, predicted: Uint8Array, strategy: number): Promise<void> {
    const compressed = await compress(predicted, strategy);
    const offset = this.#spooled;
    this.#spooled += compressed.length;
    await this.#spool.write(compressed, 0, compressed.length, offset);
    level.places[place] = { offset, length: compressed.length };
  }

  async #assemble(file: FileHandle): Promise<void> {
    const array = this.#layout.array(0);
    const images = this.#levels.map(({ width, height, places }, index) => ({
      tags: cogTags(this.#layout, {
        width,
        height,
        array,
        predictor: predictorOf(array),
        overview: index > 0,
      }),
      tileLengths: places.map(({ length }) => length),
    }));
    await file.writev([tiffDirectories(images, this.#layout.big)]);
    const longest = this.#levels.flatMap(({ places }) => places).reduce(longer, { offset: 0, length: 0 });
    const buffer = Buffer.allocUnsafe(longest.length);
    for (const { places } of this.#levels.toReversed())
      for (const { offset, length } of places) {
        await this.#spool.read(buffer, 0, length, offset);
        await file.writev([buffer.subarray(0, length)]);
      }
  }
}

function longer(a: Place, b: Place): Place {
  return a.length > b.length ? a : b;
}

function spoolOf(path: string): string {
  return `${path}.${process.pid}.tiles`;
}

/** The image, and overviews of it until one is no larger than a tile. */
function levelsOf({ width, height, bands, array }: CogLayout): Level[] {
  const levels: Level[] = [];
  for (let [w, h] = [width, height]; ; [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]) {
    const [across, down] = [Math.ceil(w / TILE), Math.ceil(h / TILE)];
    const places = Array.from({ length: across * down * bands.length }, () => ({ offset: 0, length: 0 }));
    // The rows of the image itself come in whole tiles.
    const waiting = array(levels.length === 0 ? 0 : w * TILE);
    levels.push({ width: w, height: h, across, down, places, waiting, rows: 0, done: 0 });
    if (Math.max(w, h) <= TILE) return levels;
  }
}

function isEven(bytes: Uint8Array): boolean {
  const [first] = bytes;
  return bytes.subarray(0, 4096).every((byte) => byte === first || byte === 0);
}
