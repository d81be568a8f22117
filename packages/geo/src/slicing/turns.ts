import type { Position } from 'geojson';

import type { Rings } from './rings.ts';

/**
 * The meridian to count longitudes from: the end of the widest stretch around the world that holds none of the polygons.
 * -180 unless the region lies across the antimeridian.
 */
export function westernmost(polygons: readonly Rings[]): number {
  const spans = polygons.map(([outer = []]) => spanOf(outer)).toSorted(([a], [b]) => a - b);
  const [first] = spans;
  if (!first) return -180;
  let east = -Infinity;
  let gap = first[0] + 360 - Math.max(...spans.map(([, to]) => to));
  let start = -180;
  for (const [from, to] of spans) {
    if (from - east > gap && east !== -Infinity) [gap, start] = [from - east, from];
    east = Math.max(east, to);
  }
  return start;
}

function spanOf(ring: readonly Position[]): [number, number] {
  let [west, east] = [Infinity, -Infinity];
  for (const [x = 0] of ring) [west, east] = [Math.min(west, x), Math.max(east, x)];
  return [west, east];
}

/** Longitudes of a polygon from `start` on, which lets those across the antimeridian go on beyond 180. */
export function fromStart(rings: Rings, start: number): Rings {
  const by = rings[0]!.some(([x = 0]) => x < start) ? 360 : 0;
  return rings.map((ring) => ring.map(([x = 0, y = 0]) => [x + by, y]));
}

/**
 * Longitudes from -180 to 180 again: a polygon lies on one side of the antimeridian, since those of the region do. Its middle
 * tells on which: an end may lie a rounding error beyond.
 */
export function withinWorld(rings: Rings): Rings {
  const [west, east] = spanOf(rings[0]!);
  if (!((west + east) / 2 > 180)) return rings;
  return rings.map((ring) => ring.map(([x = 0, y = 0]) => [x - 360, y]));
}
