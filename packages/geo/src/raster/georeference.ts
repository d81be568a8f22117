import type { GeoTIFFImage } from 'geotiff';

import { crsOf, crsOfGeoKeys, plainCodeOf } from '../crs/index.ts';
import type { Crs, GeoKeys } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';

/** x = t[0] + column t[1] + row t[2], y = t[3] + column t[4] + row t[5], at the outer corner of a pixel: GDAL's order. */
export type GeoTransform = readonly [number, number, number, number, number, number];

export interface Georeference {
  /** Null when the file does not say where it lies. */
  readonly transform: GeoTransform | null;
  /** Of the code that the file names, e.g. 32630; null when it names none. */
  readonly epsg: number | null;
  /** Null when it needs PROJ and was not learned, and where there is none on Earth. */
  readonly crs: Crs | null;
  readonly geographic: boolean;
  /** The file places the middle of a pixel where others place its corner; `transform` has it put right. */
  readonly pixelIsPoint: boolean;
  /** It has a system that names no place on Earth, and which: said of one that was learned. */
  readonly elsewhere: string | null;
}

/** Reads where an image lies. Honours PixelIsPoint, which geotiff itself does not. */
export function georeferenceOf(image: GeoTIFFImage): Georeference {
  const keys = geoKeysOf(image);
  const pixelIsPoint = Number(image.getGeoKeys()?.['GTRasterTypeGeoKey']) === 2;
  const epsg = plainCodeOf(keys);
  const crs = epsg === null ? null : crsOf(epsg);
  const stored = storedTransform(image);
  const transform = stored !== null && pixelIsPoint ? shifted(stored, -0.5, -0.5) : stored;
  return { transform, epsg, crs, geographic: crs?.geographic ?? false, pixelIsPoint, elsewhere: null };
}

/** The same with a system that takes PROJ to know. */
export async function learnedGeoreference(found: Georeference, image: GeoTIFFImage): Promise<Georeference> {
  if (found.transform === null || found.crs !== null) return found;
  const reading = await crsOfGeoKeys(geoKeysOf(image));
  if (reading?.kind === 'elsewhere') {
    const name = reading.name === '' ? '' : ` (${reading.name})`;
    return { ...found, elsewhere: `${reading.what}${name}` };
  }
  if (reading?.kind !== 'earth') return found;
  const { crs } = reading;
  return { ...found, crs, epsg: crs.code, geographic: crs.geographic };
}

function geoKeysOf({ fileDirectory }: GeoTIFFImage): GeoKeys {
  const ascii = fileDirectory.getValue('GeoAsciiParams');
  const list = (value: unknown): number[] =>
    typeof value === 'number' ? [value] : Array.from((value ?? []) as ArrayLike<number>);
  return {
    directory: list(fileDirectory.getValue('GeoKeyDirectory')),
    doubles: list(fileDirectory.getValue('GeoDoubleParams')),
    ascii: typeof ascii === 'string' ? ascii.replaceAll('\0', '') : '',
  };
}

function storedTransform(image: GeoTIFFImage): GeoTransform | null {
  const directory = image.fileDirectory;
  const matrix = directory.getValue('ModelTransformation');
  if (matrix !== undefined && matrix.length >= 8) {
    const [a = 0, b = 0, , c = 0, d = 0, e = 0, , f = 0] = matrix;
    return finite([c, a, b, f, d, e]);
  }
  const scale = directory.getValue('ModelPixelScale');
  const tie = directory.getValue('ModelTiepoint');
  if (scale === undefined || tie === undefined || tie.length < 6) return null;
  const sx = scale[0] ?? 0;
  // Rows go south whatever the sign, as GDAL has it: some writers give a negative one.
  const sy = Math.abs(scale[1] ?? 0);
  // With a scale the first of several counts, as GDAL has it.
  const [i = 0, j = 0, , x = 0, y = 0] = tie;
  return finite([x - i * sx, sx, 0, y + j * sy, 0, -sy]);
}

function finite(transform: GeoTransform): GeoTransform | null {
  const [, a, b, , d, e] = transform;
  return transform.every(Number.isFinite) && a * e - b * d !== 0 ? transform : null;
}

/** The transform as seen from a pixel further right and down. */
function shifted([c, a, b, f, d, e]: GeoTransform, columns: number, rows: number): GeoTransform {
  return [c + columns * a + rows * b, a, b, f + columns * d + rows * e, d, e];
}

export function applyTransform(
  [c, a, b, f, d, e]: GeoTransform,
  column: number,
  row: number,
): [number, number] {
  return [c + column * a + row * b, f + column * d + row * e];
}

/** From coordinates to columns and rows. */
export function invertTransform([c, a, b, f, d, e]: GeoTransform): GeoTransform {
  const determinant = a * e - b * d;
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [-(ia * c + ib * f), ia, ib, -(id * c + ie * f), id, ie];
}

/** The rectangle around an image in its own coordinates. */
export function imageBounds(transform: GeoTransform, width: number, height: number): Bounds {
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ].map(([column = 0, row = 0]) => applyTransform(transform, column, row));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
