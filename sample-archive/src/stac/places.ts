import type { Geometry } from 'geojson';

import { BadParameterError } from './bad-parameter-error.ts';

/** West, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];

/**
 * Reads a box of four or six numbers; one that crosses the antimeridian comes back as two.
 * @throws {BadParameterError}
 */
export function parseBbox(value: unknown): readonly Box[] {
  const parts: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  const numbers = parts.map((part) => (typeof part === 'string' && part.trim() !== '' ? Number(part) : part));
  if (
    !numbers.every((number): number is number => Number.isFinite(number)) ||
    ![4, 6].includes(numbers.length)
  )
    throw new BadParameterError('bbox must be four numbers: west, south, east, north (or six, with heights)');
  const flat = numbers.length === 6 ? numbers.filter((_, index) => index % 3 !== 2) : numbers;
  const [west, south, east, north] = flat as [number, number, number, number];
  if (Math.abs(west) > 180 || Math.abs(east) > 180 || south < -90 || north > 90)
    throw new BadParameterError('bbox must lie within -180 to 180 degrees east and -90 to 90 degrees north');
  if (south > north) throw new BadParameterError('The south of bbox must not be north of its north');
  return west <= east
    ? [[west, south, east, north]]
    : [
        [west, south, 180, north],
        [-180, south, east, north],
      ];
}

/** How many brackets deep a position lies in the coordinates of each kind. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

/**
 * Reads a GeoJSON geometry, given as such or as its text.
 * @throws {BadParameterError}
 */
export function parseGeometry(value: unknown): Geometry {
  const geometry = typeof value === 'string' ? parseJson(value) : value;
  if (!isGeometry(geometry))
    throw new BadParameterError('intersects must be a GeoJSON geometry (not a Feature) in degrees');
  return geometry;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isGeometry(value: unknown): value is Geometry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, coordinates, geometries } = value as Record<string, unknown>;
  if (type === 'GeometryCollection')
    return Array.isArray(geometries) && geometries.length > 0 && geometries.every(isGeometry);
  const depth = typeof type === 'string' ? DEPTHS[type] : undefined;
  if (depth === undefined) return false;
  return nested(coordinates, depth, type === 'Polygon' || type === 'MultiPolygon' ? 4 : 1);
}

function nested(value: unknown, depth: number, least: number): boolean {
  if (!Array.isArray(value)) return false;
  if (depth === 0) return value.length >= 2 && value.every((number) => Number.isFinite(number));
  return value.length >= (depth === 1 ? least : 1) && value.every((entry) => nested(entry, depth - 1, least));
}
