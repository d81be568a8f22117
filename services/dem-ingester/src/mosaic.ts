import { buildVrt, pixelGridOver, runGdal, translate, warp } from '@fusion-platform/geo';
import type { GdalCommand, GeoreferencedPixelGrid, RunGdalOptions } from '@fusion-platform/geo';

import type { Piece } from './read-tiles.ts';

export interface MosaicOptions extends RunGdalOptions {
  readonly pieces: readonly Piece[];
  readonly grid: GeoreferencedPixelGrid;
  /** The pixels of the grid are those of the pieces, so that none needs a new value. */
  readonly aligned: boolean;
  /** Names a file that nobody needs afterwards. */
  readonly scratch: (name: string) => string;
  readonly output: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Joins pieces of tiles on a grid, as a Cloud Optimised GeoTIFF. What lies between them is sea: 0 m. */
export async function mosaic(options: MosaicOptions): Promise<void> {
  const { pieces, grid, aligned, scratch, output, metadata, onProgress, ...run } = options;
  const joined = scratch('joined.vrt');
  await runGdal(join(pieces, aligned ? grid : null, joined), run);
  const placed = aligned ? joined : scratch('placed.tif');
  if (!aligned) {
    await runGdal(
      warp({
        inputs: [joined],
        output: placed,
        format: 'GTiff',
        targetCrs: grid.crs,
        bounds: grid.bounds,
        size: [grid.width, grid.height],
        resampling: 'bilinear',
        // NaN is what no tile knows; it must stay, and not turn into sea.
        sourceNodata: 'none',
        destinationNodata: 'none',
        creationOptions: { TILED: true, BIGTIFF: 'IF_SAFER' },
      }),
      { ...run, ...(onProgress && { onProgress: (part: number) => onProgress(part / 2) }) },
    );
  }
  const base = aligned ? 0 : 0.5;
  await runGdal(asCog(placed, output, metadata), {
    ...run,
    ...(onProgress && { onProgress: (part: number) => onProgress(base + part * (1 - base)) }),
  });
}

/** A VRT without a nodata value: where it has no piece it is 0. */
function join(pieces: readonly Piece[], grid: GeoreferencedPixelGrid | null, output: string): GdalCommand {
  const finest = finestOf(pieces);
  const mixed = pieces.some(({ resolution }) => !same(resolution, finest.resolution));
  const bounds = grid?.bounds ?? unionOf(pieces, finest);
  return buildVrt({
    inputs: pieces.map(({ path }) => path),
    output,
    bounds,
    resolution: finest.resolution,
    ...(mixed ? { resampling: 'bilinear' as const } : {}),
  });
}

export function finestOf(pieces: readonly Piece[]): Piece {
  return pieces.reduce((finest, piece) => (piece.resolution[0] < finest.resolution[0] ? piece : finest));
}

function same(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a.every((size, axis) => Math.abs(size / (b[axis] ?? 0) - 1) < 1e-9);
}

function unionOf(
  pieces: readonly Piece[],
  { crs, resolution, bounds }: Piece,
): GeoreferencedPixelGrid['bounds'] {
  const edges = pieces.map((piece) => piece.bounds);
  const union = [
    Math.min(...edges.map(([west]) => west)),
    Math.min(...edges.map(([, south]) => south)),
    Math.max(...edges.map(([, , east]) => east)),
    Math.max(...edges.map(([, , , north]) => north)),
  ] as const;
  return pixelGridOver(crs, union, resolution, [bounds[0], bounds[1]]).bounds;
}

function asCog(input: string, output: string, metadata: Readonly<Record<string, string>>): GdalCommand {
  const command = translate({
    input,
    output,
    format: 'COG',
    nodata: Number.NaN,
    creationOptions: {
      COMPRESS: 'DEFLATE',
      PREDICTOR: 'YES',
      BLOCKSIZE: 512,
      BIGTIFF: 'IF_SAFER',
      OVERVIEW_RESAMPLING: 'AVERAGE',
    },
  });
  const notes = Object.entries(metadata).flatMap(([key, value]) => ['-mo', `${key}=${value}`]);
  return { ...command, args: [...command.args, ...notes] };
}
