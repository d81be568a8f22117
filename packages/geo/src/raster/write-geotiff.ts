import { open, rename, rm } from 'node:fs/promises';

import { crsOf, epsgCodeOf, learnCrs } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import { SHORT, DOUBLE, LONG, ASCII, tiffHeader } from './tiff-header.ts';
import type { TiffTag } from './tiff-header.ts';
import type { TypedArray } from './typed-array.ts';

/** A raster in memory, row by row from its upper left corner. */
export interface RasterData {
  /** One array, or one for each band, all of one kind; each of width times height values. */
  readonly data: TypedArray | readonly TypedArray[];
  readonly width: number;
  readonly height: number;
  /** The outer edges of the outermost pixels, in the raster's CRS, whatever `pixelIsPoint` says. */
  readonly bounds: Bounds;
  /** `EPSG:4326` and the like; null for an image that lies nowhere, whose bounds are not written then. */
  readonly crs: string | null;
  readonly nodata?: number | null;
  /** Record that values are meant for the middle of a pixel; no pixel moves by it. */
  readonly pixelIsPoint?: boolean;
  /** What the image shows, as TIFF's own ImageDescription: plain ASCII. GDAL's tools carry it on. */
  readonly description?: string;
}

const STRIP_BYTES = 256 * 1024;
const MAX_BYTES = 2 ** 32 - 2 ** 20;

/**
 * Writes a plain GeoTIFF, uncompressed and in strips: a hand-over to GDAL, not an end product.
 * The file appears under its name only once it is complete.
 * @throws {RangeError} when sizes do not agree or the file would exceed 4 GB.
 */
export async function writeGeoTiff(path: string, raster: RasterData): Promise<void> {
  const bands = Array.isArray(raster.data)
    ? (raster.data as readonly TypedArray[])
    : [raster.data as TypedArray];
  const [first] = bands;
  const { width, height } = raster;
  const code = raster.crs === null ? null : epsgCodeOf(raster.crs);
  if (code !== null) await learnCrs(code);
  if (first === undefined || bands.some((band) => band.length !== width * height))
    throw new RangeError(`a band of ${width} x ${height} pixels does not have ${first?.length ?? 0} values`);
  if (first.byteLength * bands.length > MAX_BYTES) throw new RangeError('a plain TIFF holds less than 4 GB');
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / (width * first.BYTES_PER_ELEMENT))));
  const strips = bands.flatMap((band) =>
    Array.from({ length: Math.ceil(height / rows) }, (_, strip) =>
      band.subarray(strip * rows * width, Math.min(height, (strip + 1) * rows) * width),
    ),
  );
  const header = tiffHeader(
    tags(raster, bands, rows),
    strips.map((strip) => strip.byteLength),
  );
  const temporary = `${path}.${process.pid}.partial`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.write(header);
      for (const strip of strips)
        await file.write(new Uint8Array(strip.buffer, strip.byteOffset, strip.byteLength));
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function tags(raster: RasterData, bands: readonly TypedArray[], rows: number): TiffTag[] {
  const { width, height, nodata = null, description } = raster;
  const each = (value: number): number[] => bands.map(() => value);
  const first = bands[0] as TypedArray;
  return [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: each(first.BYTES_PER_ELEMENT * 8) },
    { tag: 259, type: SHORT, values: [1] },
    { tag: 262, type: SHORT, values: [1] },
    ...(description === undefined
      ? []
      : [{ tag: 270, type: ASCII, values: [...Buffer.from(`${description}\0`, 'latin1')] }]),
    { tag: 277, type: SHORT, values: [bands.length] },
    { tag: 278, type: LONG, values: [rows] },
    { tag: 284, type: SHORT, values: [bands.length === 1 ? 1 : 2] },
    ...(bands.length === 1 ? [] : [{ tag: 338, type: SHORT, values: each(0).slice(1) }]),
    { tag: 339, type: SHORT, values: each(sampleFormat(first)) },
    ...(raster.crs === null ? [] : georeferenceTags({ ...raster, crs: raster.crs })),
    ...(nodata === null
      ? []
      : [
          { tag: 42113, type: ASCII, values: [...Buffer.from(`${Number.isNaN(nodata) ? 'nan' : nodata}\0`)] },
        ]),
  ];
}

/** The tags that say where a raster lies. @throws {RangeError} for a CRS without a code */
export function georeferenceTags({
  crs,
  bounds: [west, south, east, north],
  width,
  height,
  pixelIsPoint = false,
}: Omit<RasterData, 'data' | 'crs'> & { readonly crs: string }): TiffTag[] {
  const [scaleX, scaleY] = [(east - west) / width, (north - south) / height];
  const shift = pixelIsPoint ? 0.5 : 0;
  return [
    { tag: 33550, type: DOUBLE, values: [scaleX, scaleY, 0] },
    { tag: 33922, type: DOUBLE, values: [0, 0, 0, west + shift * scaleX, north - shift * scaleY, 0] },
    { tag: 34735, type: SHORT, values: geoKeys(crs, pixelIsPoint) },
  ];
}

function sampleFormat(array: TypedArray): number {
  if (array instanceof Float32Array || array instanceof Float64Array) return 3;
  return array instanceof Int8Array || array instanceof Int16Array || array instanceof Int32Array ? 2 : 1;
}

function geoKeys(name: string, pixelIsPoint: boolean): number[] {
  const code = epsgCodeOf(name);
  if (code === null || code > 32766)
    throw new RangeError(`the CRS ${name} is not an EPSG code that a GeoTIFF can name`);
  // One that PROJ does not know is projected, as most are.
  const geographic = crsOf(code)?.geographic === true;
  const keys = [
    [1024, geographic ? 2 : 1],
    [1025, pixelIsPoint ? 2 : 1],
    geographic ? [2048, code] : [3072, code],
    ...(geographic ? [[2054, 9102]] : []),
  ];
  return [1, 1, 0, keys.length, ...keys.flatMap(([key = 0, value = 0]) => [key, 0, 1, value])];
}
