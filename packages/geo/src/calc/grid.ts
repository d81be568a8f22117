import { AnalysisError } from '../findings/index.ts';
import type { Raster } from '../raster/index.ts';

/** Where the pixels of a raster lie that is north up. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly west: number;
  readonly north: number;
  /** Width and height of a pixel, both positive, in the raster's CRS. */
  readonly pixel: readonly [number, number];
}

/** @throws {AnalysisError} when rows do not run from west to east or columns not from north to south. */
export function gridOf({ fileName, width, height, georeference }: Raster): Grid {
  // Files that do not say where they lie can still be calculated with when they are alike.
  const [west, x, skewX, north, skewY, y] = georeference.transform ?? [0, 1, 0, 0, 0, -1];
  if (!(x > 0 && y < 0 && skewX === 0 && skewY === 0))
    throw new AnalysisError('unsupported', `${fileName} is not north up. Warp it first`);
  return { width, height, west, north, pixel: [x, -y] };
}

/** A grid with so many more pixels on each side. */
export function widened(grid: Grid, pixels: number): Grid {
  const { width, height, west, north, pixel } = grid;
  return {
    width: width + 2 * pixels,
    height: height + 2 * pixels,
    west: west - pixels * pixel[0],
    north: north + pixels * pixel[1],
    pixel,
  };
}

/**
 * For each column of `to` the column of `from` in which its middle lies, -1 where there is none; null when both are
 * the same.
 */
export function columnsBetween(to: Grid, from: Grid): Int32Array | null {
  return between(to.width, to.pixel[0], (to.west - from.west) / from.pixel[0], from.width, from.pixel[0]);
}

/** The same for rows. */
export function rowsBetween(to: Grid, from: Grid): Int32Array | null {
  return between(to.height, to.pixel[1], (from.north - to.north) / from.pixel[1], from.height, from.pixel[1]);
}

function between(
  count: number,
  step: number,
  offset: number,
  sourceCount: number,
  sourceStep: number,
): Int32Array | null {
  // A place on an edge but for rounding belongs to the pixel that begins there.
  const places = Int32Array.from({ length: count }, (_, index) => {
    const place = Math.floor(offset + ((index + 0.5) * step) / sourceStep + 1e-6);
    return place >= 0 && place < sourceCount ? place : -1;
  });
  const same = count === sourceCount && places.every((place, index) => place === index);
  return same ? null : places;
}
