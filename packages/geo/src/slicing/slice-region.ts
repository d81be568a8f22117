import type { MultiPolygon, Polygon, Position } from 'geojson';

import { planarArea } from '../crs/index.ts';
import { measure, partsOf } from '../vector/index.ts';
import { areaProfile } from './area-profile.ts';
import { toKm2 } from './equal-area.ts';
import type { Axis, Rings } from './rings.ts';
import { densify, spacingFor } from './densify.ts';
import { AmbiguousCut, splitPolygon } from './split-polygon.ts';
import type { Line } from './split-polygon.ts';
import { fromStart, westernmost, withinWorld } from './turns.ts';

export interface SliceOptions {
  /** No slice is larger, on the ellipsoid. */
  readonly maximumAreaKm2: number;
}

/**
 * So much smaller than the maximum are slices made: their area is shared out with edges straight in longitude and
 * latitude, and whoever measures them takes short edges for the shortest way between their ends.
 */
const margin = 1.0005;

/**
 * Cuts a region into as few slices as the maximum allows, all of the same area (to a millionth, but for a slice of less
 * than a hectare or so): rows along parallels, from north to south, each cut along meridians from west to east. So no
 * slice is a sliver; neighbours share the very points of the line between them, so there are no gaps and no overlaps;
 * together they are the region. A region that is not larger than the maximum comes back as it is. Across the
 * antimeridian, where a region is of several parts, rows go on from one to the other.
 *
 * Edges that lead far east or west get points in between, on the straight line in longitude and latitude.
 * @param region longitude and latitude, of polygons that are valid
 */
export function sliceRegion(
  region: Polygon | MultiPolygon,
  { maximumAreaKm2 }: SliceOptions,
): (Polygon | MultiPolygon)[] {
  const area = (measure(partsOf(region)).area ?? 0) / 1e6;
  if (!(area > maximumAreaKm2)) return [region];
  const start = westernmost(polygonsOf(region));
  const spacing = spacingFor(maximumAreaKm2);
  const polygons = polygonsOf(region).map((rings) => densify(wound(fromStart(rings, start)), spacing));
  const exact = toKm2(areaProfile(polygons).total);
  const count = Math.ceil((Math.max(area, exact) * margin) / maximumAreaKm2);
  const slices = rowsOf(polygons, count, spacing).flatMap(({ part, cells }) =>
    cut(part, { axis: 0, spacing }, Array<number>(cells).fill(1)),
  );
  return slices.map((slice) => geometryOf(slice.map(withinWorld)));
}

interface Row {
  readonly part: Rings[];
  readonly cells: number;
}

/** Shares the cells out among rows about as high as their cells are wide. */
function rowsOf(polygons: Rings[], count: number, spacing: number): Row[] {
  const [west, south, east, north] = boundsOf(polygons);
  const middle = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const shape = (north - south) / Math.max((east - west) * middle, 1e-9);
  const rows = Math.min(count, Math.max(1, Math.round(Math.sqrt(count * shape))));
  const cells = Array.from(
    { length: rows },
    (_, row) => Math.floor(((row + 1) * count) / rows) - Math.floor((row * count) / rows),
  );
  const parts = cut(polygons, { axis: 1, spacing }, cells);
  return parts.map((part, row) => ({ part, cells: cells[row]! })).toReversed();
}

/** Cuts polygons into parts of areas in the proportion of the weights, by halves: each vertex is looked at a few times only. */
function cut(polygons: Rings[], along: Omit<Line, 'at'>, weights: readonly number[]): Rings[][] {
  if (weights.length === 1) return [polygons];
  const half = Math.floor(weights.length / 2);
  const [first, second] = [weights.slice(0, half), weights.slice(half)];
  const at = placeOf(polygons, along.axis, sum(first) / sum(weights));
  const [low, high] = split(polygons, { ...along, at });
  return [...cut(low, along, first), ...cut(high, along, second)];
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Finds the line that leaves a share of the area below it. */
function placeOf(polygons: Rings[], axis: Axis, share: number): number {
  const profile = areaProfile(polygons);
  const bounds = boundsOf(polygons);
  let [low, high] = [bounds[axis], bounds[axis + 2]!];
  for (;;) {
    const at = (low + high) / 2;
    if (!(at > low && at < high)) return at;
    const difference = profile.below(axis, at) / profile.total - share;
    if (Math.abs(difference) < 1e-11) return at;
    if (difference < 0) low = at;
    else high = at;
  }
}

/** Cuts all polygons at about a place: where a vertex or two crossings are in the way, right beside it. */
function split(polygons: Rings[], line: Line): [Rings[], Rings[]] {
  let { at } = line;
  for (let tries = 1; ; tries += 1) {
    try {
      if (touches(polygons, line.axis, at)) throw new AmbiguousCut();
      const halves = polygons.map((rings) => splitPolygon(rings, { ...line, at }));
      return [halves.flatMap(([low]) => low), halves.flatMap(([, high]) => high)];
    } catch (error) {
      if (!(error instanceof AmbiguousCut) || tries > 100) throw error;
      // Thousandths of a millimetre on the ground.
      at = line.at + tries * 1.7e-11 * (tries % 2 === 0 ? 1 : -1);
    }
  }
}

const touches = (polygons: Rings[], axis: Axis, at: number): boolean =>
  polygons.some((rings) => rings.some((ring) => ring.some((point) => point[axis] === at)));

function boundsOf(polygons: Rings[]): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer = []] of polygons)
    for (const [x = 0, y = 0] of outer) {
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.min(bounds[1], y);
      bounds[2] = Math.max(bounds[2], x);
      bounds[3] = Math.max(bounds[3], y);
    }
  return bounds;
}

function polygonsOf(region: Polygon | MultiPolygon): Position[][][] {
  return region.type === 'Polygon' ? [region.coordinates] : region.coordinates;
}

/** Outer rings counter-clockwise, holes clockwise. */
function wound(rings: Rings): Rings {
  return rings.map((ring, index) => (planarArea(ring) > 0 === (index === 0) ? ring : ring.toReversed()));
}

function geometryOf(polygons: Rings[]): Polygon | MultiPolygon {
  const [only] = polygons;
  return polygons.length === 1 && only
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates: polygons };
}
