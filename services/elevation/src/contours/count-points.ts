import type { HeightRows } from './heights.ts';

/**
 * How many points all contours of a raster have together: one wherever a contour passes between neighbouring pixels.
 * Cheap beside tracing them, so what is too much is known before anything is written.
 */
export async function countPoints(
  rows: AsyncIterable<HeightRows>,
  width: number,
  interval: number,
): Promise<number> {
  let above: Float64Array | undefined;
  let points = 0;
  for await (const { values, height } of rows)
    for (let line = 0; line < height; line++) {
      const here = stepsOf(values, line * width, width, interval);
      for (let column = 0; column < width; column++) {
        const step = here[column] as number;
        if (column > 0) points += between(step, here[column - 1] as number);
        if (above !== undefined) points += between(step, above[column] as number);
      }
      above = here;
    }
  return points;
}

/** At or above which multiple of the interval each height of a row lies. */
export function stepsOf(
  values: ArrayLike<number>,
  first: number,
  width: number,
  interval: number,
): Float64Array {
  const steps = new Float64Array(width);
  for (let column = 0; column < width; column++)
    steps[column] = Math.floor((values[first + column] as number) / interval);
  return steps;
}

/** How many contours pass between two pixels; none where one has no height. */
export function between(a: number, b: number): number {
  return Math.abs(a - b) || 0;
}
