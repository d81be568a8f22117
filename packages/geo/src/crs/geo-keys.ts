import { gdalInProcess, stringList } from '../gdal/index.ts';
import { builtIn } from './built-in.ts';
import type { CrsReading } from './crs.ts';
import { readCrs } from './read-crs.ts';

/** The tags of a GeoTIFF that say in what coordinate system it lies, as they stand in the file. */
export interface GeoKeys {
  /** Tag 34735: in groups of four numbers of 16 bits. */
  readonly directory: readonly number[];
  /** Tag 34736. */
  readonly doubles: readonly number[];
  /** Tag 34737. */
  readonly ascii: string;
}

const MODEL_TYPE = 1024;
const GEOGRAPHIC_TYPE = 2048;
const TO_WGS84 = 2062;
const PROJECTED_TYPE = 3072;
const LINEAR_UNITS = 3076;
const METRE = 9001;
/** What kind of system there is, and what of a pixel is placed: no system follows from that. */
const SAY_NOTHING = new Set([MODEL_TYPE, 1025]);

/**
 * The code that the keys name, where they name one and nothing beside it that has a say: other units, parameters of its
 * own, text in place of keys. Null where `crsOfGeoKeys` has to ask GDAL.
 */
export function plainCodeOf({ directory }: Pick<GeoKeys, 'directory'>): number | null {
  const value = (key: number): number | undefined => {
    for (let at = 4; at + 3 < directory.length; at += 4)
      if (directory[at] === key && directory[at + 1] === 0) return directory[at + 3];
    return undefined;
  };
  if (value(TO_WGS84) !== undefined || has(directory, TO_WGS84)) return null;
  const model = value(MODEL_TYPE);
  const code = model === 1 ? value(PROJECTED_TYPE) : model === 2 ? value(GEOGRAPHIC_TYPE) : undefined;
  if (code === undefined || code < 1024 || code >= 32767) return null;
  if (model === 2) return keysOf(directory).some((key) => key >= PROJECTED_TYPE && key < 4096) ? null : code;
  const units = value(LINEAR_UNITS);
  return units === undefined || (units === METRE && builtIn(code) !== null) ? code : null;
}

const keysOf = (directory: readonly number[]): number[] =>
  directory.filter((_, at) => at >= 4 && at % 4 === 0);
const has = (directory: readonly number[], key: number): boolean => keysOf(directory).includes(key);

/** The system that the keys of a GeoTIFF describe; null where they describe none. As GDAL reads them, whatever they hold. */
export async function crsOfGeoKeys(keys: GeoKeys): Promise<CrsReading | null> {
  const code = plainCodeOf(keys);
  if (code !== null) return readCrs(`EPSG:${code}`);
  if (keysOf(keys.directory).every((key) => SAY_NOTHING.has(key))) return null;
  const wkt = await describedBy(tiffOf(keys));
  return wkt === '' ? null : readCrs(wkt);
}

const OPEN_RASTER = 2;
const PATH = '/keys.tif';

async function describedBy(tiff: Uint8Array): Promise<string> {
  const { module } = await gdalInProcess();
  module.FS.writeFile(PATH, tiff);
  try {
    const dataset = module.ccall(
      'GDALOpenEx',
      'number',
      ['string', 'number', 'number', 'number', 'number'],
      [PATH, OPEN_RASTER, stringList(module, ['GTiff']), 0, 0],
    );
    if (dataset === 0) return '';
    const wkt = module.ccall('GDALGetProjectionRef', 'string', ['number'], [dataset]);
    module.ccall('GDALClose', null, ['number'], [dataset]);
    return wkt;
  } finally {
    module.FS.unlink(PATH);
  }
}

/** An image of one pixel with these keys, and nothing else of the file that they come from. */
function tiffOf({ directory, doubles, ascii }: GeoKeys): Uint8Array {
  const text = Buffer.from(`${ascii}\0`, 'latin1');
  const entries: { tag: number; type: 3 | 2 | 12; bytes: Buffer; count: number }[] = [];
  const shorts = (tag: number, ...values: number[]): void => {
    const bytes = Buffer.alloc(values.length * 2);
    for (const [at, value] of values.entries()) bytes.writeUInt16LE(value & 0xffff, at * 2);
    entries.push({ tag, type: 3, bytes, count: values.length });
  };
  for (const [tag, value] of ONE_PIXEL) shorts(tag, value);
  shorts(34735, ...directory);
  const numbers = Buffer.from(Float64Array.from(doubles).buffer);
  if (doubles.length > 0) entries.push({ tag: 34736, type: 12, bytes: numbers, count: doubles.length });
  entries.push({ tag: 34737, type: 2, bytes: text, count: text.length });
  let end = 8 + 2 + entries.length * 12 + 4;
  const head = Buffer.alloc(end);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  const beyond: Buffer[] = [];
  for (const [index, { tag, type, bytes, count }] of entries.entries()) {
    const at = 10 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    if (bytes.length <= 4) {
      bytes.copy(head, at + 8);
      continue;
    }
    head.writeUInt32LE(end, at + 8);
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    beyond.push(padded);
    end += padded.length;
  }
  return Buffer.concat([head, ...beyond]);
}

/** Width, height, bits, no compression, black is zero, place, samples, rows, bytes: the pixel is a byte of the header. */
const ONE_PIXEL: readonly (readonly [number, number])[] = [
  [256, 1],
  [257, 1],
  [258, 8],
  [259, 1],
  [262, 1],
  [273, 8],
  [277, 1],
  [278, 1],
  [279, 1],
];
