import { lineLength, ringArea } from '../crs/index.ts';
import type { Parts } from './geometry.ts';

export interface Measures {
  /** Square metres; null without polygons. */
  area: number | null;
  /** Metres; null without lines. */
  length: number | null;
  points: number;
  lines: number;
  polygons: number;
}

/** Counts and ellipsoidal sizes of what is given in longitude and latitude. */
export function measure({ points, lines, polygons }: Parts): Measures {
  const sum: Measures = {
    area: null,
    length: null,
    points: points.length,
    lines: lines.length,
    polygons: polygons.length,
  };
  for (const line of lines) sum.length = (sum.length ?? 0) + lineLength(line);
  for (const [outer = [], ...holes] of polygons)
    sum.area = (sum.area ?? 0) + holes.reduce((area, hole) => area - ringArea(hole), ringArea(outer));
  return sum;
}
