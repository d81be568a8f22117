import { gdalInProcess } from '../gdal/index.ts';
import type { InProcessGdal } from '../gdal/index.ts';
import { builtIn } from './built-in.ts';
import { epsgCodeOf } from './crs.ts';
import type { Crs, CrsReading } from './crs.ts';
import { definitionInPrj } from './identify.ts';
import { accuracies } from './proj/operations.ts';
import { systemOf } from './proj/system.ts';
import { describeWkt } from './proj/wkt.ts';

/** Longer text is no definition. */
const LONGEST = 100_000;
/** Definitions that are kept in mind; each takes some 50 kB of PROJ's memory. */
const MOST_KEPT = 500;

const known = new Map<string, CrsReading>();

/**
 * The system of an EPSG code that needs no PROJ (4326, 3857, the UTM zones of WGS 84), or that `readCrs` has read
 * before; null for others.
 */
export function crsOf(code: number): Crs | null {
  const key = `EPSG:${code}`;
  const found = known.get(key);
  if (found !== undefined) return found.kind === 'earth' ? found.crs : null;
  const crs = builtIn(code);
  if (crs !== null) known.set(key, { kind: 'earth', crs });
  return crs;
}

/** `readCrs` of a code; null for what is not on Earth or not known. */
export async function learnCrs(code: number): Promise<Crs | null> {
  if (!(code >= 1024 && code < 1_000_000)) return null;
  const reading = await readCrs(`EPSG:${code}`);
  return reading.kind === 'earth' ? reading.crs : null;
}

/**
 * What a definition of a coordinate reference system means: an EPSG code (`EPSG:27700`), a URN or URL of OGC, a system
 * of ESRI (`ESRI:102001`), well-known text in either version, PROJJSON or a PROJ string. By PROJ and its database, as
 * GDAL in WebAssembly carries them, so it is the same on every machine. Grids are not used.
 */
export async function readCrs(definition: string): Promise<CrsReading> {
  const text = definition.trim();
  const code = epsgCodeOf(text);
  const key = code === null ? text : `EPSG:${code}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (code !== null) {
    const crs = crsOf(code);
    if (crs !== null) return { kind: 'earth', crs };
  }
  const reading: CrsReading =
    key.length === 0 || key.length > LONGEST || key.includes('\0')
      ? { kind: 'unknown' }
      : await interpret(await gdalInProcess(), key);
  if (known.size < MOST_KEPT) known.set(key, reading);
  return reading;
}

/** The system of a .prj file beside a Shapefile. */
export async function crsOfPrj(prj: string): Promise<CrsReading> {
  if (prj.length > LONGEST || prj.includes('\0')) return { kind: 'unknown' };
  return readCrs((await definitionInPrj(prj)) ?? prj);
}

async function interpret(gdal: InProcessGdal, text: string): Promise<CrsReading> {
  const handle = spatialReference(gdal, text);
  if (handle === 0) return { kind: 'unknown' };
  const wkt = exported(gdal, handle);
  const described = describeWkt(wkt);
  const { keyword, name } = described;
  const elsewhere = (what: string): CrsReading => ({ kind: 'elsewhere', name, what });
  if (keyword === 'ENGCRS') return elsewhere('a local system, of a building site for one');
  if (keyword === 'VERTCRS') return elsewhere('a system of heights alone');
  if (keyword === 'TIMECRS' || keyword === 'PARAMETRICCRS') return elsewhere('no system of places');
  if (keyword === 'GEODCRS' && !described.geographic)
    return elsewhere('a system of distances from the middle of the Earth');
  if (described.code === null && !described.bound) {
    const same = await definitionInPrj(exported(gdal, handle, 'WKT1_ESRI'));
    const code = same === null ? null : epsgCodeOf(same);
    if (code !== null) return readCrs(`EPSG:${code}`);
  }
  gdal.said.length = 0;
  const world = spatialReference(gdal, 'EPSG:4326');
  const crs = systemOf({ gdal, handle, world, described, known: await accuracies() });
  if (crs !== null) return { kind: 'earth', crs };
  const body = gdal.said.map((line) => /same celestial body \((.+) vs Earth\)/.exec(line)?.[1]).find(Boolean);
  return elsewhere(body === undefined ? 'not tied to the Earth' : `a system on ${bodyName(body)}`);
}

const bodyName = (body: string): string => (/^non-earth/i.test(body) ? 'another celestial body' : body);

const TRADITIONAL_ORDER = 0;

/** A handle of GDAL; 0 for text that is no system. */
function spatialReference({ module }: InProcessGdal, text: string): number {
  const handle = module.ccall('OSRNewSpatialReference', 'number', ['string'], ['']);
  if (module.ccall('OSRSetFromUserInput', 'number', ['number', 'string'], [handle, text]) !== 0) {
    module.ccall('OSRDestroySpatialReference', null, ['number'], [handle]);
    return 0;
  }
  module.ccall('OSRSetAxisMappingStrategy', null, ['number', 'number'], [handle, TRADITIONAL_ORDER]);
  return handle;
}

/** Well-known text of a system. */
function exported({ module }: InProcessGdal, handle: number, format = 'WKT2_2019'): string {
  const set = (value: string): void => {
    module.ccall('CPLSetConfigOption', null, ['string', 'string'], ['OSR_WKT_FORMAT', value]);
  };
  const out = module._malloc(4);
  module.HEAPU32[out / 4] = 0;
  set(format);
  module.ccall('OSRExportToWkt', 'number', ['number', 'number'], [handle, out]);
  set('WKT2_2019');
  const pointer = module.HEAPU32[out / 4] ?? 0;
  module._free(out);
  return pointer === 0 ? '' : module.UTF8ToString(pointer);
}
