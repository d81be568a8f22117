import { promisify } from 'node:util';
import { constants, deflate, deflateSync } from 'node:zlib';

import type { TypedArray } from '../raster/index.ts';

const deflateAsync = promisify(deflate);

export const TILE = 512;
const LEVEL = 6;
const { Z_DEFAULT_STRATEGY, Z_RLE } = constants;

/** TIFF's number of the predictor that goes with a kind of values: none for classes, differences, or bytes apart. */
export function predictorOf(array: TypedArray): 1 | 2 | 3 {
  if (array instanceof Float32Array) return 3;
  return array.BYTES_PER_ELEMENT === 1 ? 1 : 2;
}

/**
 * Prepares a tile for compression: TIFF's predictor over rows of TILE values.
 * @param tile Float32Array, or an array of 1 or 2 bytes a value
 * @param into as many bytes
 */
export function predict(tile: TypedArray, into: Uint8Array): void {
  switch (predictorOf(tile)) {
    case 1:
      return into.set(tile);
    case 2:
      return differences(tile, new Uint16Array(into.buffer, into.byteOffset, tile.length));
    case 3:
      return bytesApart(tile as Float32Array, into);
  }
}

function differences(tile: TypedArray, result: Uint16Array): void {
  const words = new Uint16Array(tile.buffer, tile.byteOffset, tile.length);
  for (let row = 0; row < words.length; row += TILE) {
    let before = 0;
    for (let index = row; index < row + TILE; index++) {
      const word = words[index] as number;
      result[index] = word - before;
      before = word;
    }
  }
}

/** The highest bytes of a row, then the next ones and so on, each as the difference from the byte before. */
function bytesApart(tile: Float32Array, result: Uint8Array): void {
  const words = new Uint32Array(tile.buffer, tile.byteOffset, tile.length);
  for (let row = 0; row < words.length; row += TILE) {
    const [a, b, c, d] = [row * 4, row * 4 + TILE, row * 4 + 2 * TILE, row * 4 + 3 * TILE];
    // Before the first byte of a part comes the last of the part before.
    const last = words[row + TILE - 1] as number;
    let [highest, high, low, lowest] = [0, last >>> 24, last >>> 16, last >>> 8];
    for (let index = 0; index < TILE; index++) {
      const word = words[row + index] as number;
      result[a + index] = (word >>> 24) - highest;
      result[b + index] = (word >>> 16) - high;
      result[c + index] = (word >>> 8) - low;
      result[d + index] = word - lowest;
      highest = word >>> 24;
      high = word >>> 16;
      low = word >>> 8;
      lowest = word;
    }
  }
}

/**
 * How to compress tiles like this one. Runs alone are found in a third of the time (7 instead of 23 ms a tile of an
 * index) and fill as much as all of DEFLATE where neighbouring rows have little in common, as is usual; where rows
 * are alike, as with pixels made smaller, all of it is worth its time.
 */
export function strategyFor(predicted: Uint8Array): number {
  const sample = predicted.subarray(0, predicted.length / 16);
  const [runs, all] = [Z_RLE, Z_DEFAULT_STRATEGY].map(
    (strategy) => deflateSync(sample, { level: LEVEL, strategy }).length,
  );
  return (all as number) < 0.9 * (runs as number) ? Z_DEFAULT_STRATEGY : Z_RLE;
}

/** In a thread of Node's own, so several tiles are worked on at once. */
export async function compress(predicted: Uint8Array, strategy: number): Promise<Uint8Array> {
  return deflateAsync(predicted, { level: LEVEL, strategy, chunkSize: predicted.length + 1024 });
}
