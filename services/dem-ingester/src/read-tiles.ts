import { readCogWindow, writeGeoTiff } from '@fusion-platform/geo';
import type { BlockCache, Bounds, CogWindow, OnRetry } from '@fusion-platform/geo';

/** Part of a tile, as a file. */
export interface Piece extends Pick<CogWindow, 'bounds' | 'resolution' | 'crs'> {
  readonly path: string;
}

export interface ReadTileOptions {
  readonly url: string;
  readonly path: string;
  /** Degrees. */
  readonly bounds: Bounds;
  /** Coarsest pixel that will do, in units of the tile; null reads the finest. */
  readonly resolution: number | null;
  readonly cache: BlockCache | undefined;
  readonly onBytes: (bytes: number, address: string) => void;
  readonly onRetry: OnRetry;
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** Pixels beyond the bounds, so that resampling at the edge sees its neighbours. */
const PADDING = 2;

/** Copies the needed part of a tile to a file; null when the tile lies elsewhere. */
export async function readTile(options: ReadTileOptions): Promise<Piece | null> {
  const { path, resolution, ...request } = options;
  const window = await readCogWindow({
    ...request,
    padding: PADDING,
    ...(resolution === null ? {} : { resolution }),
  });
  if (window === null) return null;
  const { width, height, bounds, crs } = window;
  // Bounds are edges of pixels whatever the tile's own convention, and "area" says so to readers that know no other.
  await writeGeoTiff(path, { data: withoutNodata(window), width, height, bounds, crs });
  return { path, bounds, crs, resolution: window.resolution };
}

/** What a tile does not know becomes NaN: a number would be blended with its neighbours. */
function withoutNodata({ data, nodata }: CogWindow): Float32Array {
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  if (nodata === null || Number.isNaN(nodata)) return values;
  const missing = Math.fround(nodata);
  for (let index = 0; index < values.length; index++)
    if (values[index] === missing) values[index] = Number.NaN;
  return values;
}
