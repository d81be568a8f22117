import type { Position } from 'geojson';

import { planarArea } from '../crs/index.ts';
import { loopsOf } from './loops.ts';
import type { Axis, Rings } from './rings.ts';
import { between } from './densify.ts';

/** A line to cut along. */
export interface Line {
  readonly axis: Axis;
  readonly at: number;
  /** Along a parallel there is a point at least every so many degrees. */
  readonly spacing: number;
}

interface Chain {
  readonly points: Position[];
  /** Where on the line it begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly ofHole: boolean;
}

/** Crossings of the line that cannot be told apart: the cut has to be made somewhere else. */
export class AmbiguousCut extends Error {
  constructor() {
    super('two edges cross the line at the same place');
    this.name = 'AmbiguousCut';
  }
}

/**
 * Cuts a polygon in two along a line of constant longitude or latitude that no vertex lies on. Both sides share the very
 * same points of the line, so nothing is lost or doubled between them; parts that fall apart become polygons of their own.
 * @returns the polygons below (west, south of) and above the line
 * @throws AmbiguousCut
 */
export function splitPolygon(rings: Rings, line: Line): readonly [Rings[], Rings[]] {
  const { axis, at } = line;
  const sides: [Side, Side] = [newSide(), newSide()];
  const crossings: number[] = [];
  for (const [index, ring] of rings.entries()) cutRing(ring, index === 0, axis, at, sides, crossings);
  crossings.sort((a, b) => a - b);
  if (crossings.some((value, index) => index > 0 && value === crossings[index - 1])) throw new AmbiguousCut();
  const partner = new Map<number, number>();
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    partner.set(crossings[index]!, crossings[index + 1]!);
    partner.set(crossings[index + 1]!, crossings[index]!);
  }
  return [assemble(sides[0], partner, line), assemble(sides[1], partner, line)];
}

interface Side {
  readonly chains: Chain[];
  readonly outers: Position[][];
  readonly holes: Position[][];
}

const newSide = (): Side => ({ chains: [], outers: [], holes: [] });

function cutRing(
  ring: readonly Position[],
  outer: boolean,
  axis: Axis,
  at: number,
  sides: readonly [Side, Side],
  crossings: number[],
): void {
  const open = ring.slice(0, -1);
  const sideOf = (point: Position): 0 | 1 => (point[axis]! < at ? 0 : 1);
  const first = open.findIndex((point, index) => sideOf(point) !== sideOf(open.at(index - 1)!));
  if (first === -1) {
    sides[sideOf(open[0]!)][outer ? 'outers' : 'holes'].push([...ring]);
    return;
  }
  let points: Position[] = [];
  let from = Number.NaN;
  const begin = (crossing: Position): void => {
    points = [crossing];
    from = crossing[1 - axis]!;
  };
  const chain = (end: Position): Chain => ({
    points: [...points, end],
    from,
    to: end[1 - axis]!,
    ofHole: !outer,
  });
  for (let step = 0; step < open.length; step += 1) {
    const point = open[(first + step) % open.length]!;
    const before = open.at((first + step - 1) % open.length)!;
    if (sideOf(point) !== sideOf(before)) {
      const crossing = meet(before, point, axis, at);
      crossings.push(crossing[1 - axis]!);
      if (step > 0) sides[sideOf(before)].chains.push(chain(crossing));
      begin(crossing);
    }
    points.push(point);
  }
  const last = open.at((first - 1 + open.length) % open.length)!;
  const crossing = meet(last, open[first]!, axis, at);
  sides[sideOf(last)].chains.push(chain(crossing));
}

/** Where an edge meets the line; the same to the last bit whichever way the edge is walked. */
function meet(a: Position, b: Position, axis: Axis, at: number): Position {
  const [low, high] = a[axis]! < b[axis]! ? [a, b] : [b, a];
  const share = (at - low[axis]!) / (high[axis]! - low[axis]!);
  const across = low[1 - axis]! + (high[1 - axis]! - low[1 - axis]!) * share;
  return axis === 0 ? [at, across] : [across, at];
}

/** The polygons of a side. */
function assemble(
  { chains, outers, holes }: Side,
  partner: ReadonlyMap<number, number>,
  line: Line,
): Rings[] {
  const made = join(chains, partner, line);
  const polygons = [...outers, ...made.filter((ring) => planarArea(ring) >= 0)].map((ring) => [ring]);
  for (const hole of [...holes, ...made.filter((ring) => planarArea(ring) < 0)]) {
    const owner = polygons.length === 1 ? polygons[0] : ownerOf(hole, polygons);
    owner?.push(hole);
  }
  return polygons;
}

/** Joins chains along the line, each end to where the polygon's inside on the line leads. */
function join(chains: readonly Chain[], partner: ReadonlyMap<number, number>, line: Line): Position[][] {
  const byStart = new Map(chains.map((chain) => [chain.from, chain]));
  const rings: Position[][] = [];
  while (byStart.size > 0) {
    const [start] = byStart.values();
    const ring: Position[] = [];
    let chain = start!;
    for (;;) {
      byStart.delete(chain.from);
      // Not spread: a hundred thousand arguments are more than the stack takes.
      for (const point of chain.points) ring.push(point);
      const next = partner.get(chain.to)!;
      if (line.axis === 1)
        for (const point of between([chain.to, line.at], [next, line.at], line.spacing)) ring.push(point);
      if (next === start!.from) break;
      const following = byStart.get(next);
      if (!following) throw new AmbiguousCut();
      chain = following;
    }
    ring.push(ring[0]!);
    rings.push(...(chains.some(({ ofHole }) => ofHole) ? loopsOf(ring) : [ring]));
  }
  return rings;
}

/** A hole may touch the ring that it is in, or another, at a single point, so a few points of it decide. */
function ownerOf(hole: readonly Position[], polygons: readonly Rings[]): Rings | undefined {
  const votes = polygons.map(([ring]) => hole.slice(0, 3).filter((point) => contains(ring!, point)).length);
  return polygons[votes.indexOf(Math.max(...votes))];
}

/** Whether a point that lies on no edge is inside a ring. */
function contains(ring: readonly Position[], [x = 0, y = 0]: Position): boolean {
  let inside = false;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [x1 = 0, y1 = 0] = ring[index]!;
    const [x2 = 0, y2 = 0] = ring[index + 1]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
