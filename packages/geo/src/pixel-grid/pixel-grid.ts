import type { Bounds } from '../gdal/index.ts';

/** Where the pixels of a raster lie that is north up. */
export interface PixelGrid {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Outer edges, in units of the CRS. */
  readonly bounds: Bounds;
  /** Width and height of a pixel, both positive, in units of the CRS. */
  readonly resolution: readonly [number, number];
}

/** A pixel grid that says in which CRS it lies. */
export interface GeoreferencedPixelGrid extends PixelGrid {
  readonly crs: string;
}

/** The grid of so many pixels whose north-western corner lies there. */
export function pixelGridFrom(
  [west, north]: readonly [number, number],
  resolution: readonly [number, number],
  [width, height]: readonly [number, number],
): PixelGrid {
  const [x, y] = resolution;
  return { width, height, bounds: [west, north - height * y, west + width * x, north], resolution };
}

/** The smallest grid over `bounds` whose pixels lie on those of a grid through `origin`. */
export function pixelGridOver(
  crs: string,
  bounds: Bounds,
  resolution: readonly [number, number],
  origin: readonly [number, number] = [0, 0],
): GeoreferencedPixelGrid {
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
