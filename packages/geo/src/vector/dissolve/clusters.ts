import Flatbush from 'flatbush';
import type { Position } from 'geojson';

/** The rings of a polygon, its outline first, each closed. */
export type Rings = Position[][];

type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * Polygons that may cover the same ground, by the rectangles around them: each cluster holds two at least, from west to
 * east. Rectangles that only touch share no ground.
 */
export function clustersOf(polygons: readonly Rings[]): Rings[][] {
  if (polygons.length < 2) return [];
  const boxes = polygons.map(boxOf);
  const index = new Flatbush(polygons.length);
  for (const box of boxes) index.add(...box);
  index.finish();
  const clusters: number[][] = [];
  const seen = new Uint8Array(polygons.length);
  for (let start = 0; start < polygons.length; start += 1) {
    if (seen[start] === 1) continue;
    const members = reach(start, boxes, index, seen);
    if (members.length > 1) clusters.push(members);
  }
  return clusters.map((members) =>
    members.toSorted((a, b) => compare(boxes[a]!, boxes[b]!)).map((at) => polygons[at]!),
  );
}

/** Each rectangle is asked once for those that it overlaps and that no other has found. */
function reach(start: number, boxes: readonly Box[], index: Flatbush, seen: Uint8Array): number[] {
  const members = [start];
  seen[start] = 1;
  for (let at = 0; at < members.length; at += 1) {
    const box = boxes[members[at]!]!;
    index.search(...box, (other) => {
      if (seen[other] === 0 && overlap(box, boxes[other]!)) {
        seen[other] = 1;
        members.push(other);
      }
      return false;
    });
  }
  return members;
}

const overlap = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

const compare = (a: Box, b: Box): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];

function boxOf([outline = []]: Rings): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of outline) {
    [west, east] = [Math.min(west, x), Math.max(east, x)];
    [south, north] = [Math.min(south, y), Math.max(north, y)];
  }
  return [west, south, east, north];
}
