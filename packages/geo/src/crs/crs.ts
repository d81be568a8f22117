import proj4 from 'proj4';

import { definitionOf } from './definitions.ts';

export type Transform = (x: number, y: number) => [number, number];

/** A coordinate reference system whose coordinates can be turned into WGS 84 longitude and latitude and back. */
export interface Crs {
  /** `EPSG:4326` and the like; what its description calls it when it has no code. */
  readonly name: string;
  readonly code: number | null;
  /** Coordinates are degrees. */
  readonly geographic: boolean;
  readonly toLonLat: Transform;
  readonly fromLonLat: Transform;
}

/** Reads `EPSG:27700`, `urn:ogc:def:crs:EPSG::27700`, `.../def/crs/EPSG/0/27700` and the forms of CRS84; null for anything else. */
export function epsgCodeOf(name: string): number | null {
  const text = name.trim();
  if (/(^|[:/])CRS:?84$/i.test(text)) return 4326;
  const match =
    /^(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})$/i.exec(text) ??
    /\/EPSG\/[\d.]+\/(\d{4,6})$/i.exec(text);
  return match === null ? null : Number(match[1]);
}

const known = new Map<number, Crs>();

/** The system of an EPSG code, or null when it is not one that is built in. Coordinates are in the order x, y. */
export function crsOf(code: number): Crs | null {
  const found = known.get(code);
  if (found !== undefined) return found;
  const definition = definitionOf(code);
  if (definition === null) return null;
  const crs = makeCrs(code, definition);
  known.set(code, crs);
  return crs;
}

/** From now on `crsOf` has this system too. */
export function remember(crs: Crs & { readonly code: number }): Crs {
  known.set(crs.code, crs);
  return crs;
}

function makeCrs(code: number, definition: string): Crs {
  if (code !== 4326) return { ...customCrs(`EPSG:${code}`, definition), code };
  const same: Transform = (x, y) => [x, y];
  return { name: 'EPSG:4326', code, geographic: true, toLonLat: same, fromLonLat: same };
}

/** A system without a code, from a description that proj4 reads: PROJ's or well-known text. */
export function customCrs(name: string, definition: string): Crs {
  // Coordinates in files come in the order x, y, whatever order their system has in its registry.
  const converter = proj4(definition.replaceAll(/,\s*AXIS\["[^"]*",\s*\w+\]/gi, ''), 'EPSG:4326');
  const pair = (point: number[]): [number, number] => [point[0] ?? Number.NaN, point[1] ?? Number.NaN];
  return {
    name,
    code: null,
    geographic: /^(\+proj=longlat|GEOGCS|GEOGCRS|GEODCRS)/i.test(definition.trim()),
    toLonLat: (x, y) => pair(converter.forward([x, y])),
    fromLonLat: (x, y) => pair(converter.inverse([x, y])),
  };
}
