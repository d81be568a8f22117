import type { CellRing } from './trace-cells.ts';

/**
 * Leaves out the corners of a closed ring without which it stays within `tolerance` of what it was (Douglas and
 * Peucker, 1973). Fewer than four positions are left of one that is smaller than that.
 */
export function simplifyRing(ring: CellRing, tolerance: number): CellRing {
  if (ring.length < 5 || tolerance <= 0) return ring;
  const keep = new Uint8Array(ring.length);
  const [first] = ring;
  const far = farthest(ring, 0, ring.length - 1, (point) => Math.hypot(...difference(point, first!)));
  keep[0] = keep[ring.length - 1] = keep[far.index] = 1;
  const stack: [number, number][] = [
    [0, far.index],
    [far.index, ring.length - 1],
  ];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    const [from, to] = part;
    const [start, end] = [ring[from]!, ring[to]!];
    const { index, distance } = farthest(ring, from, to, (point) => distanceToEdge(point, start, end));
    if (distance <= tolerance) continue;
    keep[index] = 1;
    stack.push([from, index], [index, to]);
  }
  return ring.filter((_, index) => keep[index] === 1);
}

type Point = CellRing[number];

function farthest(
  ring: CellRing,
  from: number,
  to: number,
  measure: (point: Point) => number,
): { readonly index: number; readonly distance: number } {
  let [index, distance] = [from, 0];
  for (let at = from + 1; at < to; at++) {
    const measured = measure(ring[at]!);
    if (measured > distance) [index, distance] = [at, measured];
  }
  return { index, distance };
}

function difference([ax, ay]: Point, [bx, by]: Point): [number, number] {
  return [ax - bx, ay - by];
}

function distanceToEdge(point: Point, start: Point, end: Point): number {
  const [dx, dy] = difference(end, start);
  const [x, y] = difference(point, start);
  const square = dx * dx + dy * dy;
  const part = square === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / square));
  return Math.hypot(x - part * dx, y - part * dy);
}
