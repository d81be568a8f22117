import type { Position } from 'geojson';

/**
 * A ring that comes to a point again taken apart there, into rings that do not: where a hole touched the ring that it was
 * in, a cut through the hole makes one ring of both.
 */
export function loopsOf(ring: readonly Position[]): Position[][] {
  const loops: Position[][] = [];
  const path: Position[] = [];
  const placeOf = new Map<string, number>();
  for (const point of ring) {
    const key = point.join();
    const before = placeOf.get(key);
    if (before === undefined) {
      placeOf.set(key, path.length);
      path.push(point);
      continue;
    }
    const loop = path.splice(before + 1);
    for (const left of loop) placeOf.delete(left.join());
    if (loop.length > 1) loops.push([point, ...loop, point]);
  }
  return loops;
}
