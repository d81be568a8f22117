import { AnalysisError } from '../findings/index.ts';
import { pixelGridFrom } from '../pixel-grid/index.ts';
import type { PixelGrid } from '../pixel-grid/index.ts';
import type { Raster } from '../raster/index.ts';

/** @throws {AnalysisError} when rows do not run from west to east or columns not from north to south. */
export function pixelGridOf({ fileName, width, height, georeference }: Raster): PixelGrid {
  // Files that do not say where they lie can still be calculated with when they are alike.
  const [west, x, skewX, north, skewY, y] = georeference.transform ?? [0, 1, 0, 0, 0, -1];
  if (!(x > 0 && y < 0 && skewX === 0 && skewY === 0))
    throw new AnalysisError('unsupported', `${fileName} is not north up. Warp it first`);
  return pixelGridFrom([west, north], [x, -y], [width, height]);
}

/** A grid with so many more pixels on each side. */
export function widened(grid: PixelGrid, pixels: number): PixelGrid {
  const { width, height, bounds, resolution } = grid;
  const [x, y] = resolution;
  return pixelGridFrom([bounds[0] - pixels * x, bounds[3] + pixels * y], resolution, [
    width + 2 * pixels,
    height + 2 * pixels,
  ]);
}

/**
 * For each column of `to` the column of `from` in which its middle lies, -1 where there is none; null when both are
 * the same.
 */
export function columnsBetween(to: PixelGrid, from: PixelGrid): Int32Array | null {
  const offset = (to.bounds[0] - from.bounds[0]) / from.resolution[0];
  return between(to.width, to.resolution[0], offset, from.width, from.resolution[0]);
}

/** The same for rows. */
export function rowsBetween(to: PixelGrid, from: PixelGrid): Int32Array | null {
  const offset = (from.bounds[3] - to.bounds[3]) / from.resolution[1];
  return between(to.height, to.resolution[1], offset, from.height, from.resolution[1]);
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
