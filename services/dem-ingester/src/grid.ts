import type { Bounds } from '@fusion-platform/geo';

/** Where the pixels of a raster lie. */
export interface Grid {
  readonly crs: string;
  /** Outer edges, in the CRS. */
  readonly bounds: Bounds;
  /** Width and height of a pixel, in units of the CRS. */
  readonly resolution: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

/** The smallest grid over `bounds` whose pixels lie on those of a grid through `origin`. */
export function gridOver(
  crs: string,
  bounds: Bounds,
  resolution: readonly [number, number],
  origin: readonly [number, number] = [0, 0],
): Grid {
  const [x, y] = resolution;
  const [originX, originY] = origin;
  const left = whole((bounds[0] - originX) / x, Math.floor);
  const bottom = whole((bounds[1] - originY) / y, Math.floor);
  const right = Math.max(left + 1, whole((bounds[2] - originX) / x, Math.ceil));
  const top = Math.max(bottom + 1, whole((bounds[3] - originY) / y, Math.ceil));
  return {
    crs,
    bounds: [originX + left * x, originY + bottom * y, originX + right * x, originY + top * y],
    resolution,
    width: right - left,
    height: top - bottom,
  };
}

/** An edge that lies on the grid but for rounding takes no further pixels. */
function whole(place: number, round: (value: number) => number): number {
  const nearest = Math.round(place);
  return Math.abs(place - nearest) < 1e-6 ? nearest : round(place);
}

const METRES_PER_DEGREE = 111_320;

/** A pixel of so many metres in degrees, about square at the middle of the bounds. */
export function degreesOf(metres: number, [, south, , north]: Bounds): [number, number] {
  const y = metres / METRES_PER_DEGREE;
  return [y / Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180)), y];
}

/** The round number of metres that a pixel is sold as: 30 for 1/3600 of a degree, 30.9 m. */
export function nominalMetres(degrees: number): number {
  const metres = degrees * METRES_PER_DEGREE;
  return metres >= 10 ? Math.floor(metres / 10) * 10 : metres;
}
