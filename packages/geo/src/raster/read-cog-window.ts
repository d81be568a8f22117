import { GeoTIFF } from 'geotiff';
import type { GeoTIFFImage, Pool } from 'geotiff';

import { transformBounds } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import { RemoteRasterError, RemoteSource } from '../ranges/index.ts';
import type { RemoteSourceOptions } from '../ranges/index.ts';
import { poolFor } from './decoder.ts';
import { applyTransform, georeferenceOf, learnedGeoreference } from './georeference.ts';
import { nodataOf, subfileType } from './open-raster.ts';
import type { TypedArray } from './typed-array.ts';

export interface ReadCogWindowOptions extends RemoteSourceOptions {
  readonly url: string;
  /** What to read: whole pixels that touch these bounds. */
  readonly bounds: Bounds;
  /** `lonlat` by default: degrees. `raster`: the raster's own CRS. */
  readonly boundsIn?: 'lonlat' | 'raster';
  /** Pixels to read beyond the bounds on every side, for resampling; 0 by default. */
  readonly padding?: number;
  /** Coarsest pixel that will do, in units of the raster's CRS: an overview is read where one is fine enough. */
  readonly resolution?: number;
  /** Counted from 1; 1 by default. */
  readonly band?: number;
  /** 100,000,000 by default. */
  readonly maxPixels?: number;
  /** Called with a fraction from 0 to 1 as blocks of pixels come in. */
  readonly onProgress?: (fraction: number) => void;
}

/** Part of a remote raster, row by row from its upper left corner. */
export interface CogWindow {
  readonly data: TypedArray;
  readonly width: number;
  readonly height: number;
  /** The outer edges of the outermost pixels in the raster's CRS; PixelIsPoint is taken into account. */
  readonly bounds: Bounds;
  /** Size of a pixel in units of the CRS, both positive. */
  readonly resolution: readonly [number, number];
  readonly nodata: number | null;
  /** `EPSG:4326` and the like. */
  readonly crs: string;
  readonly pixelIsPoint: boolean;
}

/**
 * Reads the part of a remote GeoTIFF that lies within bounds, by HTTP range requests.
 * @returns null where the raster does not touch the bounds.
 * @throws {RemoteRasterError}; the signal's reason when aborted.
 */
export async function readCogWindow(options: ReadCogWindowOptions): Promise<CogWindow | null> {
  const { url, signal } = options;
  signal?.throwIfAborted();
  const source = await RemoteSource.open(url, options);
  try {
    const tiff = await GeoTIFF.fromSource(source, undefined, signal);
    return await readWindow(tiff, options);
  } catch (error) {
    signal?.throwIfAborted();
    if (source.failure !== undefined) throw source.failure;
    if (error instanceof RemoteRasterError) throw error;
    throw new RemoteRasterError(
      'unusable',
      url,
      `the file cannot be read as a GeoTIFF (${(error as Error).message})`,
      { cause: error },
    );
  } finally {
    await source.close();
  }
}

async function readWindow(tiff: GeoTIFF, options: ReadCogWindowOptions): Promise<CogWindow | null> {
  const { url, signal, band = 1, padding = 0, maxPixels = 100_000_000 } = options;
  const image = await tiff.getImage(0);
  const { transform, crs, epsg, pixelIsPoint } = await learnedGeoreference(georeferenceOf(image), image);
  if (
    transform === null ||
    transform[2] !== 0 ||
    transform[4] !== 0 ||
    transform[1] <= 0 ||
    transform[5] >= 0
  )
    throw new RemoteRasterError('unusable', url, 'the raster does not lie north up');
  if (crs === null)
    throw new RemoteRasterError(
      'unusable',
      url,
      `the coordinate reference system ${epsg === null ? 'of the raster' : `EPSG:${epsg}`} is not known here`,
    );
  const level = await chooseLevel(tiff, image, options.resolution, transform[1]);
  const [width, height] = [level.getWidth(), level.getHeight()];
  const scaleX = (transform[1] * image.getWidth()) / width;
  const scaleY = (-transform[5] * image.getHeight()) / height;
  const [originX, originY] = applyTransform(transform, 0, 0);
  const wanted =
    options.boundsIn === 'raster' ? options.bounds : transformBounds(options.bounds, crs.fromLonLat);
  const left = clamp(outward((wanted[0] - originX) / scaleX, Math.floor) - padding, width);
  const right = clamp(outward((wanted[2] - originX) / scaleX, Math.ceil) + padding, width);
  const top = clamp(outward((originY - wanted[3]) / scaleY, Math.floor) - padding, height);
  const bottom = clamp(outward((originY - wanted[1]) / scaleY, Math.ceil) + padding, height);
  if (!(right > left && bottom > top)) return null;
  if ((right - left) * (bottom - top) > maxPixels)
    throw new RemoteRasterError('too_large', url, `the window has ${right - left} x ${bottom - top} pixels`);
  const window = [left, top, right, bottom] as const;
  const [data] = await level.readRasters({
    window: [...window],
    samples: [band - 1],
    interleave: false,
    pool: decoding(level, window, options.onProgress),
    ...(signal === undefined ? {} : { signal }),
  });
  if (data === undefined) throw new RemoteRasterError('unusable', url, `the raster has no band ${band}`);
  return {
    data,
    width: right - left,
    height: bottom - top,
    bounds: [
      originX + left * scaleX,
      originY - bottom * scaleY,
      originX + right * scaleX,
      originY - top * scaleY,
    ],
    resolution: [scaleX, scaleY],
    nodata: nodataOf(image),
    crs: crs.name,
    pixelIsPoint,
  };
}

/** Decodes in Node's threads, and says how far it is. */
function decoding(
  level: GeoTIFFImage,
  [left, top, right, bottom]: readonly [number, number, number, number],
  onProgress: ((fraction: number) => void) | undefined,
): Pool {
  const along = (from: number, to: number, size: number): number =>
    Math.ceil(to / size) - Math.floor(from / size);
  const blocks = along(left, right, level.getTileWidth()) * along(top, bottom, level.getTileHeight());
  let done = 0;
  return poolFor(level, () => onProgress?.(Math.min(1, ++done / blocks)));
}

async function chooseLevel(
  tiff: GeoTIFF,
  image: GeoTIFFImage,
  resolution: number | undefined,
  pixel: number,
): Promise<GeoTIFFImage> {
  if (resolution === undefined) return image;
  let chosen = image;
  const count = await tiff.getImageCount();
  for (let index = 1; index < count; index++) {
    const level = await tiff.getImage(index);
    const size = (pixel * image.getWidth()) / level.getWidth();
    if (subfileType(level) === 1 && size <= resolution && level.getWidth() < chosen.getWidth())
      chosen = level;
  }
  return chosen;
}

/** A bound on the edge of a pixel, but for rounding, takes no further row of pixels. */
function outward(place: number, round: (value: number) => number): number {
  const whole = Math.round(place);
  return Math.abs(place - whole) < 1e-6 ? whole : round(place);
}

function clamp(place: number, size: number): number {
  return Math.max(0, Math.min(size, place));
}
