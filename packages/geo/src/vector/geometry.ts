import type { Geometry, Position } from 'geojson';

/** The simple parts that a geometry is made of, whatever it was wrapped in. */
export interface Parts {
  readonly points: Position[];
  readonly lines: Position[][];
  readonly polygons: Position[][][];
}

export function partsOf(geometry: Geometry, parts: Parts = { points: [], lines: [], polygons: [] }): Parts {
  switch (geometry.type) {
    case 'Point':
      parts.points.push(geometry.coordinates);
      break;
    case 'MultiPoint':
      for (const point of geometry.coordinates) parts.points.push(point);
      break;
    case 'LineString':
      parts.lines.push(geometry.coordinates);
      break;
    case 'MultiLineString':
      for (const line of geometry.coordinates) parts.lines.push(line);
      break;
    case 'Polygon':
      parts.polygons.push(geometry.coordinates);
      break;
    case 'MultiPolygon':
      for (const polygon of geometry.coordinates) parts.polygons.push(polygon);
      break;
    case 'GeometryCollection':
      for (const member of geometry.geometries) partsOf(member, parts);
      break;
  }
  return parts;
}

/** Every point, line and ring of them. */
export function pathsOf({ points, lines, polygons }: Parts): Position[][] {
  return [...points.map((point) => [point]), ...lines, ...polygons.flat()];
}
