import { basename } from 'node:path';

import type { GeoTIFFImage } from 'geotiff';

import { metadataOf } from '../calc/index.ts';
import { epsgCodeOf, learnCrs } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';
import type { WarpOptions } from '../gdal/index.ts';
import { pixelGridFrom } from '../pixel-grid/index.ts';
import type { PixelGrid } from '../pixel-grid/index.ts';
import { learnedGeoreference, openRaster } from '../raster/index.ts';
import type { OpenRaster, Raster } from '../raster/index.ts';
import { placed, readCutline } from './cutline.ts';
import type { Rings } from './cutline.ts';

/** A warp of a common kind, with all that it needs. */
export interface Plan {
  /** In the order in which they are laid down. */
  readonly sources: readonly [Source, ...Source[]];
  readonly grid: PixelGrid;
  readonly crs: Crs;
  readonly dataType: DataType;
  readonly nodata: number | null;
  readonly resampling: 'near' | 'bilinear';
  /** Polygons in degrees. */
  readonly cutline: readonly Rings[] | null;
}

export interface Source {
  readonly raster: Raster;
  readonly crs: Crs;
  readonly nodata: number | null;
}

export type DataType = 'uint8' | 'uint16' | 'float32';
const NAMES: Readonly<Record<string, DataType>> = { Byte: 'uint8', UInt16: 'uint16', Float32: 'float32' };
/** Those that change nothing of what is in the file. */
const CREATION = new Set(['TILED', 'COMPRESS', 'BIGTIFF']);

/** Null for a warp that is left to GDAL. What was opened stays open, for the caller to close. */
export async function planOf(options: WarpOptions, opened: OpenRaster[]): Promise<Plan | null> {
  const { format, resampling = 'near', creationOptions = {}, sourceCrs, boundsCrs } = options;
  if (format !== 'GTiff' || (resampling !== 'near' && resampling !== 'bilinear')) return null;
  if (sourceCrs !== undefined || boundsCrs !== undefined) return null;
  if (Object.keys(creationOptions).some((name) => !CREATION.has(name))) return null;
  if (!['undefined', 'DEFLATE', 'NONE'].includes(String(creationOptions['COMPRESS']))) return null;
  const cutline = options.cutline === undefined ? null : await readCutline(options.cutline);
  if (options.cutline !== undefined && cutline === null) return null;
  const sources = await sourcesOf(options, opened);
  const [first, ...others] = sources ?? [];
  if (sources === null || first === undefined) return null;
  const code = options.targetCrs === undefined ? first.crs.code : epsgCodeOf(options.targetCrs);
  const crs = code === null ? null : await learnCrs(code);
  const dataType = dataTypeOf(options, sources);
  const grid = crs === null ? null : gridFor(options, crs, cutline);
  if (crs === null || dataType === null || grid === null) return null;
  const wanted = options.destinationNodata ?? first.nodata;
  const nodata = wanted === 'none' ? null : wanted;
  if (nodata !== null && !holds(dataType, nodata)) return null;
  return { sources: [first, ...others], grid, crs, dataType, nodata, resampling, cutline };
}

async function sourcesOf(options: WarpOptions, opened: OpenRaster[]): Promise<Source[] | null> {
  const sources: Source[] = [];
  for (const path of options.inputs) {
    // What is no GeoTIFF, or a damaged one, is for GDAL to judge.
    const open = await openRaster(path, { fileName: basename(path) }).catch(() => null);
    if (open === null) return null;
    opened.push(open);
    const { raster } = open;
    const { image, dataTypes, width } = raster;
    const { crs, transform } = await learnedGeoreference(raster.georeference, image);
    const photometric = image.fileDirectory.getValue('PhotometricInterpretation');
    if (crs?.code == null || transform === null || dataTypes.length !== 1) return null;
    if (!(transform[1] > 0 && transform[5] < 0 && transform[2] === 0 && transform[4] === 0)) return null;
    if (photometric !== undefined && photometric > 1) return null;
    if (raster.directories.some(({ image: other }) => isMask(other))) return null;
    const told = await metadataOf(raster, 1);
    if ('SCALE' in told || 'OFFSET' in told) return null;
    // Around the date line longitudes of one place differ by 360 degrees.
    const east = transform[0] + width * transform[1];
    if (crs.geographic && (transform[0] < -179 || east > 179)) return null;
    const { sourceNodata = raster.nodata } = options;
    sources.push({ raster, crs, nodata: sourceNodata === 'none' ? null : sourceNodata });
  }
  return sources;
}

function dataTypeOf({ dataType }: WarpOptions, sources: readonly Source[]): DataType | null {
  const found = new Set(sources.map(({ raster }) => raster.dataTypes[0] ?? 'other'));
  const [only = 'other'] = found;
  const known = Object.values(NAMES).find((name) => name === only);
  if (found.size !== 1 || known === undefined) return null;
  return dataType === undefined ? known : (NAMES[dataType] ?? null);
}

function holds(dataType: DataType, value: number): boolean {
  if (dataType === 'float32') return Number.isNaN(value) || Math.fround(value) === value;
  return Number.isInteger(value) && value >= 0 && value <= (dataType === 'uint8' ? 255 : 65_535);
}

function isMask({ fileDirectory }: GeoTIFFImage): boolean {
  return ((fileDirectory.getValue('NewSubfileType') ?? 0) & 4) !== 0;
}

/** Null where GDAL has rules of its own. */
function gridFor(options: WarpOptions, crs: Crs, cutline: readonly Rings[] | null): PixelGrid | null {
  const { bounds = null, size, resolution, alignPixels = false, cropToCutline = false } = options;
  if (bounds !== null && cropToCutline) return null;
  const wanted = cropToCutline && cutline !== null && alignPixels ? around(cutline, crs) : bounds;
  if (wanted === null) return null;
  const [west, south, east, north] = wanted;
  if (size !== undefined && resolution === undefined && !alignPixels)
    return gridFrom(west, north, [(east - west) / size[0], (north - south) / size[1]], size);
  if (size !== undefined || resolution === undefined) return null;
  const [x, y] = resolution;
  if (!alignPixels) {
    const count = [Math.floor((east - west) / x + 0.5), Math.floor((north - south) / y + 0.5)] as const;
    return gridFrom(west, north, resolution, count);
  }
  const [left, top] = [Math.floor(west / x), Math.ceil(north / y)];
  const count = [Math.ceil(east / x) - left, top - Math.floor(south / y)] as const;
  return gridFrom(left * x, top * y, resolution, count);
}

function gridFrom(
  west: number,
  north: number,
  resolution: readonly [number, number],
  size: readonly [number, number],
): PixelGrid | null {
  return size[0] > 0 && size[1] > 0 ? pixelGridFrom([west, north], resolution, size) : null;
}

function around(cutline: readonly Rings[], crs: Crs): readonly [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rings of cutline)
    for (const [x = 0, y = 0] of placed(rings, crs.fromLonLat, 0.001).flat()) {
      west = Math.min(west, x);
      south = Math.min(south, y);
      east = Math.max(east, x);
      north = Math.max(north, y);
    }
  return [west, south, east, north];
}
