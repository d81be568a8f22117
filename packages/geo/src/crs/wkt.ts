import proj4 from 'proj4';

import { crsOf, customCrs } from './crs.ts';
import type { Crs } from './crs.ts';

/** ESRI's and OGC's names of the systems that are built in, written as `plainName` does. */
const NAMES: Readonly<Record<string, number>> = {
  'wgs 84': 4326,
  'wgs 1984': 4326,
  'etrs 1989': 4258,
  etrs89: 4258,
  'north american 1983': 4269,
  nad83: 4269,
  'osgb 1936': 4277,
  osgb36: 4277,
  'gda 1994': 4283,
  gda94: 4283,
  gda2020: 7844,
  'wgs 1984 web mercator auxiliary sphere': 3857,
  'wgs 84 pseudo mercator': 3857,
  'wgs 1984 world mercator': 3395,
  'wgs 84 world mercator': 3395,
  'british national grid': 27700,
  'osgb 1936 british national grid': 27700,
  'osgb36 british national grid': 27700,
  'tm75 irish grid': 29903,
  'tm65 irish grid': 29902,
  'irenet95 irish transverse mercator': 2157,
  'etrs 1989 lcc': 3034,
  'etrs 1989 laea': 3035,
  'etrs89 extended laea europe': 3035,
  'rgf 1993 lambert 93': 2154,
  'rgf93 lambert 93': 2154,
  'rd new': 28992,
  'amersfoort rd new': 28992,
  'belge lambert 1972': 31370,
  'gda 1994 australia albers': 3577,
  'nzgd 2000 new zealand transverse mercator': 2193,
  'nad 1983 conus albers': 5070,
  'wgs 1984 nsidc sea ice polar stereographic north': 3413,
  'wgs 1984 antarctic polar stereographic': 3031,
};

const ZONES: readonly { pattern: RegExp; north: number; south?: number }[] = [
  { pattern: /^wgs (?:19)?84 utm zone (\d+)([ns])$/, north: 32600, south: 32700 },
  { pattern: /^etrs ?(?:19)?89 utm zone (\d+)(n)$/, north: 25800 },
  { pattern: /^nad ?(?:19)?83 utm zone (\d+)(n)$/, north: 26900 },
  { pattern: /^gda ?(?:19)?94 mga zone (\d+)()$/, north: 28300 },
  { pattern: /^gda2020 mga zone (\d+)()$/, north: 7800 },
];

/**
 * The system that well-known text describes, as a .prj file has it: one that is built in where it is named there,
 * else as described. Null where the text is not understood, or where it does not say how its datum lies to WGS 84.
 */
export function crsOfWkt(wkt: string): Crs | null {
  const code = codeOf(wkt);
  const builtIn = code === null ? null : crsOf(code);
  if (builtIn !== null) return builtIn;
  try {
    const { datum } = new proj4.Proj(wkt) as unknown as { datum: Datum };
    return tied(datum) ? customCrs(nameOf(wkt), wkt) : null;
  } catch {
    return null;
  }
}

interface Datum {
  /** 1 and 2 have parameters to WGS 84. */
  readonly datum_type: number;
  readonly a: number;
  readonly b: number;
}

/**
 * A datum on the ellipsoid of WGS 84 or on that of GRS 80 lies within 2 m of WGS 84; others are up to kilometres off.
 * Latitudes on a sphere, that of MODIS for one, are by convention those of WGS 84, and PROJ takes them so too.
 */
function tied({ datum_type: type, a, b }: Datum): boolean {
  return (
    type === 1 || type === 2 || a === b || (Math.abs(a - 6_378_137) < 1 && Math.abs(b - 6_356_752.3) < 1)
  );
}

function codeOf(wkt: string): number | null {
  const authority = /(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]$/i.exec(wkt.trim());
  if (authority !== null) return Number(authority[1]);
  const name = plainName(nameOf(wkt));
  const zone = ZONES.map(({ pattern, ...base }) => ({ match: pattern.exec(name), ...base })).find(
    ({ match }) => match,
  );
  if (zone?.match)
    return Number(zone.match[1]) + (zone.match[2] === 's' ? (zone.south ?? zone.north) : zone.north);
  return NAMES[name] ?? null;
}

function nameOf(wkt: string): string {
  return /"([^"]*)"/.exec(wkt)?.[1] ?? '';
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^gcs_/, '')
    .replaceAll(/[\s_/-]+/g, ' ')
    .trim();
}
