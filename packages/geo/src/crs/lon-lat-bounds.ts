import type { MultiPolygon, Polygon, Position } from 'geojson';

import type { Bounds } from '../gdal/index.ts';
import { boundsOf } from './bounds.ts';

/**
 * The smallest rectangle in longitude and latitude around parts of which none crosses the antimeridian. Where the
 * short way round the Earth leads over the antimeridian, west is greater than east, as in GeoJSON and STAC.
 */
export function lonLatBounds(parts: Iterable<Iterable<readonly number[]>>): Bounds {
  const boxes = Array.from(parts, boundsOf).filter(([west]) => Number.isFinite(west));
  const all = boundsOf(
    boxes.flatMap(([west, south, east, north]) => [
      [west, south],
      [east, north],
    ]),
  );
  const [west, south, east, north] = all;
  if (!(east - west > 180)) return all;
  const sorted = boxes.toSorted((a, b) => a[0] - b[0]);
  let [reach, gap, edges] = [sorted[0]?.[2] ?? east, 0, [west, east] as const];
  for (const [start, , end] of sorted) {
    if (start - reach > gap) [gap, edges] = [start - reach, [start, reach]];
    reach = Math.max(reach, end);
  }
  return 360 - gap < 180 ? [edges[0], south, edges[1], north] : all;
}

/** The smallest rectangle around rectangles, each of which may cross the antimeridian. */
export function unionOfBounds(boxes: readonly Bounds[]): Bounds {
  return lonLatBounds(
    boxes.flatMap((box) => {
      const { type, coordinates } = rectangle(box);
      return type === 'Polygon' ? coordinates : coordinates.flat();
    }),
  );
}

/** Degrees from west to east. */
export function widthOf([west, , east]: Bounds): number {
  return west > east ? east + 360 - west : east - west;
}

/** The rectangle itself, in two parts where it crosses the antimeridian. */
export function rectangle([west, south, east, north]: Bounds): Polygon | MultiPolygon {
  const ring = (from: number, to: number): Position[][] => [
    [
      [from, south],
      [to, south],
      [to, north],
      [from, north],
      [from, south],
    ],
  ];
  if (west <= east) return { type: 'Polygon', coordinates: ring(west, east) };
  return { type: 'MultiPolygon', coordinates: [ring(west, 180), ring(-180, east)] };
}
