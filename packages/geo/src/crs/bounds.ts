import type { Bounds } from '../gdal/index.ts';
import type { Transform } from './crs.ts';

/** The rectangle's edge as a closed ring, counter-clockwise, with `steps` points a side (even: the middle of a side is one), transformed. */
export function transformedRing(bounds: Bounds, transform: Transform, steps = 20): [number, number][] {
  const [west, south, east, north] = bounds;
  const corners: [number, number][] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const ring: [number, number][] = [];
  for (let side = 0; side < 4; side++) {
    const [ax, ay] = corners[side] as [number, number];
    const [bx, by] = corners[side + 1] as [number, number];
    for (let step = 0; step < steps; step++) {
      const part = step / steps;
      ring.push(transform(ax + (bx - ax) * part, ay + (by - ay) * part));
    }
  }
  ring.push(transform(west, south));
  return ring;
}

/** The smallest rectangle around a transformed rectangle: its edges are followed, not only its corners. */
export function transformBounds(bounds: Bounds, transform: Transform): Bounds {
  return boundsOf(transformedRing(bounds, transform));
}

export function boundsOf(points: Iterable<readonly number[]>): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = Number.NaN, y = Number.NaN] of points) {
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}
