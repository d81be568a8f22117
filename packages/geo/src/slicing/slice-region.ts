import type { MultiPolygon, Polygon, Position } from 'geojson';

import { measure, partsOf } from '../vector/index.ts';
import { equalArea } from './equal-area.ts';
import { AmbiguousCut, splitPolygon } from './split-polygon.ts';
import type { Axis, Rings } from './split-polygon.ts';

export interface SliceOptions {
  /** No slice is larger, on the ellipsoid. */
  readonly maximumAreaKm2: number;
}

/** So much smaller than the maximum are slices made, for what edges bend between the two measures of area. */
const margin = 1.002;
/** How exactly slices are of the same size, as a share of a slice. */
const tolerance = 1e-4;

/**
 * Cuts a region into as few slices as the maximum allows, all of the same area to a ten-thousandth: rows along parallels,
 * from north to south, each cut along meridians from west to east. So there are no slivers; neighbours share the very points of the line
 * between them, so there are no gaps and no overlaps; together they are the region. A region that is not larger than the
 * maximum comes back as it is. Across the antimeridian, where a region is two parts, rows go on from one to the other.
 * @param region longitude and latitude, of polygons that are valid
 */
export function sliceRegion(
  region: Polygon | MultiPolygon,
  { maximumAreaKm2 }: SliceOptions,
): (Polygon | MultiPolygon)[] {
  const area = (measure(partsOf(region)).area ?? 0) / 1e6;
  if (!(area > maximumAreaKm2)) return [region];
  const count = Math.ceil((area * margin) / maximumAreaKm2);
  const shifted = isSplitByAntimeridian(region);
  const polygons = polygonsOf(region).map((rings) => wound(shifted ? shift(rings) : rings));
  const slices = rowsOf(polygons, count).flatMap(({ part, cells }) => cut(part, 0, cells));
  return slices.map((slice) => geometryOf(shifted ? slice.flatMap(unshift) : slice));
}

interface Row {
  readonly part: Rings[];
  readonly cells: number;
}

/** Shares the cells out among rows about as high as their cells are wide. */
function rowsOf(polygons: Rings[], count: number): Row[] {
  const [west, south, east, north] = boundsOf(polygons);
  const middle = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const shape = (north - south) / Math.max((east - west) * middle, 1e-9);
  const rows = Math.min(count, Math.max(1, Math.round(Math.sqrt(count * shape))));
  const cells = Array.from(
    { length: rows },
    (_, row) => Math.floor(((row + 1) * count) / rows) - Math.floor((row * count) / rows),
  );
  const parts = cut(polygons, 1, rows, cells);
  return parts.map((part, row) => ({ part, cells: cells[row]! })).toReversed();
}

/** Cuts polygons into parts of areas in the proportion of the weights, by halves: each vertex is looked at a few times only. */
function cut(polygons: Rings[], axis: Axis, count: number, weights?: readonly number[]): Rings[][] {
  if (count === 1) return [polygons];
  const shares = weights ?? Array.from({ length: count }, () => 1);
  const half = Math.floor(count / 2);
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const [low, high] = divide(
    polygons,
    axis,
    sum(shares.slice(0, half)) / sum(shares),
    tolerance / sum(shares),
  );
  return [
    ...cut(low, axis, half, shares.slice(0, half)),
    ...cut(high, axis, count - half, shares.slice(half)),
  ];
}

/** Finds the line that leaves a share of the area below it, and cuts there. */
function divide(polygons: Rings[], axis: Axis, share: number, exactness: number): [Rings[], Rings[]] {
  const total = areaOf(polygons);
  const bounds = boundsOf(polygons);
  let [low, high] = [bounds[axis]!, bounds[axis + 2]!];
  let best: [Rings[], Rings[]] | undefined;
  for (let step = 0; step < 60; step += 1) {
    const at = (low + high) / 2;
    if (at <= low || at >= high) break;
    best = split(polygons, axis, at);
    const difference = areaOf(best[0]) / total - share;
    if (Math.abs(difference) <= exactness) break;
    if (difference < 0) low = at;
    else high = at;
  }
  if (!best) throw new RangeError('the region is too thin to be cut');
  return best;
}

/** Cuts all polygons at about a place: where a vertex or two crossings are in the way, right beside it. */
function split(polygons: Rings[], axis: Axis, place: number): [Rings[], Rings[]] {
  let at = place;
  for (let tries = 1; ; tries += 1) {
    try {
      if (touches(polygons, axis, at)) throw new AmbiguousCut();
      const halves = polygons.map((rings) => splitPolygon(rings, axis, at));
      return [halves.flatMap(([low]) => low), halves.flatMap(([, high]) => high)];
    } catch (error) {
      if (!(error instanceof AmbiguousCut) || tries > 100) throw error;
      // Thousandths of a millimetre on the ground.
      at = place + tries * 1.7e-11 * (tries % 2 === 0 ? 1 : -1);
    }
  }
}

const touches = (polygons: Rings[], axis: Axis, at: number): boolean =>
  polygons.some((rings) => rings.some((ring) => ring.some((point) => point[axis] === at)));

const areaOf = (polygons: Rings[]): number =>
  polygons.reduce((sum, rings) => rings.reduce((all, ring) => all + equalArea(ring), sum), 0);

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

function polygonsOf(region: Polygon | MultiPolygon): Rings[] {
  return region.type === 'Polygon' ? [region.coordinates] : region.coordinates;
}

/** Outer rings counter-clockwise, holes clockwise. */
function wound(rings: Rings): Rings {
  return rings.map((ring, index) => (equalArea(ring) > 0 === (index === 0) ? ring : ring.toReversed()));
}

function geometryOf(polygons: Rings[]): Polygon | MultiPolygon {
  const [only] = polygons;
  return polygons.length === 1 && only
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** Parts on both sides of the antimeridian and nothing around Greenwich. */
function isSplitByAntimeridian(region: Polygon | MultiPolygon): boolean {
  const longitudes = polygonsOf(region).flatMap(([outer = []]) => outer.map(([x = 0]) => x));
  const some = (test: (x: number) => boolean): boolean => longitudes.some(test);
  return some((x) => x > 90) && some((x) => x < -90) && !some((x) => x >= -90 && x <= 90);
}

const move =
  (by: number, when: (x: number) => boolean) =>
  ([x = 0, y = 0]: Position): Position =>
    when(x) ? [x + by, y] : [x, y];

const shift = (rings: Rings): Rings => rings.map((ring) => ring.map(move(360, (x) => x < 0)));

/** Back to longitudes from -180 to 180; each polygon lies on one side, since the parts of the region did. */
function unshift(rings: Rings): Rings[] {
  const east = rings[0]?.some(([x = 0]) => x > 180) ?? false;
  return [rings.map((ring) => ring.map(move(-360, () => east)))];
}
