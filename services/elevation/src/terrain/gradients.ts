import type { Ground } from './ground.ts';

/** Heights row by row, NaN where there is none. */
export interface Heights {
  readonly values: Float64Array;
  readonly width: number;
}

/** Rise over run of a row of pixels; NaN where a pixel has no height. */
export interface Gradients {
  readonly east: Float64Array;
  readonly north: Float64Array;
}

/**
 * How steeply the land rises towards east and north, from the eight neighbours of each pixel (Horn 1981, Hill Shading and
 * the Reflectance Map, Proceedings of the IEEE 69).
 * @param first index of the first pixel of the row among the heights, which reach a pixel further on each side
 */
export function gradients(
  { values, width }: Heights,
  first: number,
  [across, down]: Ground,
  { east, north }: Gradients,
): void {
  const [runEast, runNorth] = [8 * across, 8 * down];
  for (let column = 0; column < east.length; column++) {
    const at = first + column;
    const [above, below] = [at - width, at + width];
    let nw = values[above - 1] as number;
    let n = values[above] as number;
    let ne = values[above + 1] as number;
    let w = values[at - 1] as number;
    let e = values[at + 1] as number;
    let sw = values[below - 1] as number;
    let s = values[below] as number;
    let se = values[below + 1] as number;
    // NaN if any of them is.
    if (Number.isNaN(nw + n + ne + w + e + sw + s + se)) {
      const here = values[at] as number;
      const [top, left] = [n, w];
      n = known(top, s, here, here);
      s = known(s, top, here, here);
      w = known(left, e, here, here);
      e = known(e, left, here, here);
      const [a, c] = [nw, ne];
      nw = known(a, se, here, n + w - here);
      se = known(se, a, here, s + e - here);
      ne = known(c, sw, here, n + e - here);
      sw = known(sw, c, here, s + w - here);
    }
    // Of a pixel without a height NaN, whatever is around it.
    const zero = (values[at] as number) * 0;
    east[column] = (ne + 2 * e + se - nw - 2 * w - sw) / runEast + zero;
    north[column] = (nw + 2 * n + ne - sw - 2 * s - se) / runNorth + zero;
  }
}

/** In place of a neighbour that is missing: the land goes on as it comes from the opposite side, where that is known. */
function known(neighbour: number, opposite: number, here: number, otherwise: number): number {
  if (!Number.isNaN(neighbour)) return neighbour;
  return Number.isNaN(opposite) ? otherwise : 2 * here - opposite;
}
