import type { Geometry } from 'geojson';

import { lineLength, ringArea } from '../crs/index.ts';
import { partsOf } from './geometry.ts';

export interface Measures {
  /** Square metres; null without polygons. */
  area: number | null;
  /** Metres; null without lines. */
  length: number | null;
  points: number;
  lines: number;
  polygons: number;
}

/** Counts and ellipsoidal sizes of geometries whose positions are longitude and latitude. */
export function measure(geometries: Iterable<Geometry>): Measures {
  const sum: Measures = { area: null, length: null, points: 0, lines: 0, polygons: 0 };
  for (const geometry of geometries) {
    const { points, lines, polygons } = partsOf(geometry);
    sum.points += points.length;
    sum.lines += lines.length;
    sum.polygons += polygons.length;
    for (const line of lines) sum.length = (sum.length ?? 0) + lineLength(line);
    for (const [outer = [], ...holes] of polygons)
      sum.area = (sum.area ?? 0) + holes.reduce((area, hole) => area - ringArea(hole), ringArea(outer));
  }
  return sum;
}
