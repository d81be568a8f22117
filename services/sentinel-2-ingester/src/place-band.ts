import { pixelGridOver, transformBounds, warpRaster } from '@fusion-platform/geo';
import type { Bounds, Crs, GeoreferencedPixelGrid, RunGdalOptions } from '@fusion-platform/geo';

import type { Piece } from './read-band.ts';

/**
 * The pixels of a band over the region: those of the finest piece in size, on whole multiples of it, so that the same
 * place is the same pixel for every region of a zone. The producer's own grids lie so.
 * @param bounds of the region in the CRS
 */
export function pixelGridFor(pieces: readonly Piece[], bounds: Bounds, crs: Crs): GeoreferencedPixelGrid {
  const size = Math.min(...pieces.map(({ resolution }) => resolution[0]));
  return pixelGridOver(crs.name, bounds, [size, size]);
}

export interface PlaceOptions extends Pick<RunGdalOptions, 'signal' | 'onProgress'> {
  /** The best first. */
  readonly pieces: readonly Piece[];
  readonly grid: GeoreferencedPixelGrid;
  readonly output: string;
  /** Numbers of classes: none may arise between two. */
  readonly classes: boolean;
}

/** Joins the pieces of a band on a grid. Where their pixels lie on it none changes; elsewhere they are interpolated. */
export async function placeBand({ pieces, grid, output, classes, ...run }: PlaceOptions): Promise<void> {
  const exact = pieces.every((piece) => liesOn(piece, grid));
  await warpRaster(
    {
      // GDAL lays the last one on top.
      inputs: pieces.map(({ path }) => path).toReversed(),
      output,
      format: 'GTiff',
      targetCrs: grid.crs,
      bounds: grid.bounds,
      size: [grid.width, grid.height],
      resampling: classes || exact ? 'near' : 'bilinear',
      sourceNodata: 0,
      destinationNodata: 0,
      creationOptions: { TILED: true, BIGTIFF: 'IF_SAFER' },
    },
    run,
  );
}

function liesOn({ crs, resolution, bounds }: Piece, grid: GeoreferencedPixelGrid): boolean {
  const [x, y] = grid.resolution;
  const whole = (place: number): boolean => Math.abs(place - Math.round(place)) < 1e-6;
  return (
    crs === grid.crs &&
    Math.abs(resolution[0] / x - 1) < 1e-9 &&
    Math.abs(resolution[1] / y - 1) < 1e-9 &&
    whole((bounds[0] - grid.bounds[0]) / x) &&
    whole((bounds[3] - grid.bounds[3]) / y)
  );
}

/** A rectangle of a projection is a bent one of longitude and latitude: what has to be read for it. */
export function reachOf([west, south, east, north]: Bounds, crs: Crs, metres: number): Bounds {
  return transformBounds([west - metres, south - metres, east + metres, north + metres], crs.toLonLat);
}
