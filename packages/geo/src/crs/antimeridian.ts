import { difference, intersection, union } from 'polyclip-ts';
import type { Position } from 'geojson';

type Ring = readonly Position[];

/**
 * How an edge over more than 180 degrees of longitude is meant. `short`: the other way round the Earth, over the
 * antimeridian. `orientation`: the long way where the polygon as it stands runs counter-clockwise, which RFC 7946
 * wants of an outer ring; else over the antimeridian.
 */
export type LongEdges = 'short' | 'orientation';

/** Whether one of its edges leads over the antimeridian. */
export function crosses(rings: readonly Ring[], longEdges: LongEdges): boolean {
  const long = rings.some((ring) =>
    ring.some((position, index) => isLong(ring[index - 1] ?? position, position)),
  );
  return long && (longEdges === 'short' || planarArea(rings[0] ?? []) <= 0);
}

/** The ring with longitudes that go on beyond 180 where it crosses the antimeridian; one around a pole ends 360 from its start. */
export function unwrap(ring: Ring): Position[] {
  let turn = 0;
  return ring.map((position, index) => {
    const before = ring[index - 1] ?? position;
    const [x = 0, y = 0] = position;
    if (isLong(before, position)) turn -= Math.sign(x - (before[0] ?? x)) * 360;
    return [x + turn, y];
  });
}

/**
 * Polygons that lie side by side at the antimeridian in place of one that crosses it or that holds a pole
 * (RFC 7946, 3.1.9). Which pole a ring goes around shows in its latitudes where `pole` does not say it.
 */
export function cutPolygon(rings: readonly Ring[], pole: 90 | -90 | null = null): Position[][][] {
  const [unwrapped = [], ...holes] = rings.map(unwrap);
  const closed = [unwrapped, ...holes].map((ring) => closedAtPole(ring, pole));
  if (closed.every(inside)) return [closed];
  const polar = goesAroundPole(unwrapped);
  const [west, east] = polar ? [-180, 180] : extent(unwrapped);
  const outer = polar ? aroundPole(unwrapped, pole, west, east) : unwrapped;
  // A hole is needed a turn to either side: it may begin elsewhere than the ring outside of it.
  const cutters = holes.flatMap((hole) =>
    goesAroundPole(hole) ? [aroundPole(hole, pole, west, east)] : copiesWithin(hole, west, east),
  );
  const whole =
    cutters.length === 0
      ? [[shifted(outer, 0)]]
      : difference([shifted(outer, 0)], ...cutters.map((cutter) => [shifted(cutter, 0)]));
  const pieces: Position[][][] = [];
  for (let turn = Math.floor((west + 180) / 360); turn * 360 - 180 < east; turn++)
    for (const piece of intersection(whole, [window(turn * 360)]))
      pieces.push(piece.map((ring) => shifted(ring, -turn * 360)));
  return pieces;
}

/** Degrees of longitude that a ring reaches over, more than 360 where it goes around the Earth further than once. */
export function reachOf(ring: Ring): number {
  const unwrapped = unwrap(ring);
  if (goesAroundPole(unwrapped)) return 360;
  const [west, east] = extent(unwrapped);
  return east - west;
}

/** Pieces of polygons that `cutPolygon` has laid over each other, since they reach over more than 360 degrees, as one. */
export function joinTurns(pieces: readonly Position[][][]): Position[][][] {
  const [first, ...others] = pieces.map((piece) => piece.map((ring) => shifted(ring, 0)));
  return first === undefined ? [] : union(first, ...others);
}

/** Lines that end at the antimeridian in place of one that crosses it. */
export function cutLine(line: Ring): Position[][] {
  const pieces: Position[][] = [];
  let piece: Position[] = [];
  for (const [index, position] of line.entries()) {
    const before = line[index - 1] ?? position;
    const [[fromX = 0, fromY = 0], [x = 0, y = 0]] = [before, position];
    if (isLong(before, position)) {
      const edge = fromX > 0 ? 180 : -180;
      const latitude = fromY + ((edge - fromX) / (x + 2 * edge - fromX)) * (y - fromY);
      if (fromX !== edge) piece.push([edge, latitude]);
      pieces.push(piece);
      piece = x === -edge ? [] : [[-edge, latitude]];
    }
    piece.push(position);
  }
  pieces.push(piece);
  // A line that merely touches the antimeridian leaves a piece without extent.
  return pieces.length === 1
    ? pieces
    : pieces.filter((found) => found.some(([x, y]) => x !== found[0]?.[0] || y !== found[0]?.[1]));
}

/** Square degrees on the plane: positive for a ring that runs counter-clockwise. */
export function planarArea(ring: Ring): number {
  let sum = 0;
  for (const [index, [x = 0, y = 0]] of ring.entries()) {
    const [fromX = 0, fromY = 0] = ring[index - 1] ?? [x, y];
    sum += fromX * y - x * fromY;
  }
  return sum / 2;
}

/** An edge from -180 to 180 is a parallel around the world. */
function isLong([from = 0]: Position, [to = 0]: Position): boolean {
  const step = Math.abs(to - from);
  return step > 180 && step < 360;
}

/** An unwrapped ring that goes around a pole ends a turn away from its start. */
function goesAroundPole(ring: Ring): boolean {
  return Math.abs((ring.at(-1)?.[0] ?? 0) - (ring[0]?.[0] ?? 0)) >= 180;
}

/** A ring that goes around a pole comes back by way of the pole. */
function closedAtPole(ring: Position[], pole: 90 | -90 | null): Position[] {
  const [start, end] = [ring[0], ring.at(-1)];
  if (start === undefined || end === undefined || !goesAroundPole(ring)) return ring;
  const latitude = pole ?? (ring.reduce((sum, [, y = 0]) => sum + y, 0) > 0 ? 90 : -90);
  return [...ring, [end[0] ?? 0, latitude], [start[0] ?? 0, latitude], start];
}

/**
 * A ring around a pole as often as it takes to reach beyond `west` and `east`, and only then by way of the pole: copies
 * of it side by side, each closed for itself, would leave slivers up to the pole between them.
 */
function aroundPole(ring: Position[], pole: 90 | -90 | null, west: number, east: number): Position[] {
  const [start, end] = [ring[0]?.[0] ?? 0, ring.at(-1)?.[0] ?? 0];
  const first = Math.floor((west - Math.min(start, end)) / 360) - 1;
  const last = Math.ceil((east - Math.max(start, end)) / 360) + 1;
  const turns = Array.from({ length: last - first + 1 }, (_, index) => 360 * (first + index));
  const along = end > start ? turns : turns.toReversed();
  return closedAtPole(
    along.flatMap((turn, index) => shifted(index === 0 ? ring : ring.slice(1), turn)),
    pole,
  );
}

function copiesWithin(ring: Ring, west: number, east: number): Pair[][] {
  const [start, end] = extent(ring);
  const first = Math.ceil((west - 1e-9 - end) / 360);
  const last = Math.floor((east + 1e-9 - start) / 360);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, turn) =>
    shifted(ring, 360 * (first + turn)),
  );
}

type Pair = [number, number];

function window(centre: number): Pair[] {
  const [left, right] = [centre - 180, centre + 180];
  return [
    [left, -90],
    [right, -90],
    [right, 90],
    [left, 90],
    [left, -90],
  ];
}

function shifted(ring: Ring, degrees: number): Pair[] {
  return ring.map(([x = 0, y = 0]) => [x + degrees, y]);
}

function inside(ring: Ring): boolean {
  const [west, east] = extent(ring);
  return west >= -180 && east <= 180;
}

function extent(ring: Ring): [number, number] {
  let [west, east] = [Infinity, -Infinity];
  for (const [x = 0] of ring) {
    if (x < west) west = x;
    if (x > east) east = x;
  }
  return [west, east];
}
