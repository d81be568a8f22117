import type { TypedArray } from '../raster/index.ts';

/** How four pixels become one. */
export type Reduction = 'average' | 'mode';

/**
 * Writes an overview of rows to the beginning of `into`: half as wide and high, rounded up. No data counts only where
 * there is nothing else.
 */
export function reduce(
  rows: TypedArray,
  width: number,
  into: TypedArray,
  { reduction, nodata }: { reduction: Reduction; nodata: number | null },
): void {
  const height = rows.length / width;
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const round = !(into instanceof Float32Array);
  for (let row = 0; row < halfHeight; row++) {
    const top = 2 * row * width;
    // At an odd edge the last pixels stand twice, which changes neither the average nor the mode.
    const below = 2 * row + 1 < height ? top + width : top;
    for (let column = 0; column < halfWidth; column++) {
      const left = 2 * column;
      const right = left + 1 < width ? left + 1 : left;
      const a = rows[top + left] as number;
      const b = rows[top + right] as number;
      const c = rows[below + left] as number;
      const d = rows[below + right] as number;
      into[row * halfWidth + column] =
        reduction === 'average' ? average(a, b, c, d, nodata, round) : mode(a, b, c, d, nodata);
    }
  }
}

function average(a: number, b: number, c: number, d: number, nodata: number | null, round: boolean): number {
  let [sum, count] = [0, 0];
  if (a !== nodata) {
    sum = a;
    count = 1;
  }
  if (b !== nodata) {
    sum += b;
    count += 1;
  }
  if (c !== nodata) {
    sum += c;
    count += 1;
  }
  if (d !== nodata) {
    sum += d;
    count += 1;
  }
  if (count === 0) return a;
  return round ? Math.round(sum / count) : sum / count;
}

/** The most frequent one; of several the first in reading order. */
function mode(a: number, b: number, c: number, d: number, nodata: number | null): number {
  if (a !== nodata && (a === b || a === c || a === d)) return a;
  if (b !== nodata && (b === c || b === d)) return b;
  if (c !== nodata && c === d) return c;
  if (a !== nodata) return a;
  if (b !== nodata) return b;
  return c === nodata ? d : c;
}
