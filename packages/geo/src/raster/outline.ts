import type { Position } from 'geojson';

import { cutPolygon, joinTurns, lonLatBounds, planarArea } from '../crs/index.ts';
import type { Outline } from '../findings/index.ts';
import { selfIntersection } from '../vector/index.ts';
import { footprintOf, poleIn, snapped, withPole } from './footprint.ts';
import { applyTransform } from './georeference.ts';
import type { Raster } from './open-raster.ts';
import { coarser, readValidity } from './read-validity.ts';
import type { Validity } from './read-validity.ts';
import { simplifyRing } from './simplify-ring.ts';
import { traceCells } from './trace-cells.ts';
import type { CellPolygon, CellRing } from './trace-cells.ts';

const MOST_POSITIONS = 2000;
/** Of a projected raster edges are bent in longitude and latitude: a position at least so often, in parts of its side. */
const STEPS = 20;
/** Degrees of longitude: a longer edge could be taken for one over the antimeridian. */
const LONGEST_EDGE = 90;

/**
 * Where a raster has values, in longitude and latitude: along the borders of a grid of 1024 cells on its longer side at
 * most, less the corners that can be left out within one cell. A cell counts as a whole when anything in it has a
 * value. Where that takes more than 2000 positions, a coastline or specks, the cells are doubled until it does not.
 * Null when nothing has a value, or the raster no place.
 */
export async function outlineOf(raster: Raster, signal?: AbortSignal): Promise<Outline | null> {
  const footprint = footprintOf(raster);
  if (footprint === null) return null;
  const validity = await readValidity(raster, signal);
  if (validity.count === 0) return null;
  if (validity.count === validity.cells.length)
    return { geometry: footprint.geometry, bounds: footprint.bounds };
  const { polygons, cellWidth, cellHeight } = fewPositions(raster, validity);
  const corner: Corner = ([x, y]) => [
    Math.min(raster.width, x * cellWidth),
    Math.min(raster.height, y * cellHeight),
  ];
  const { transform, crs } = raster.georeference;
  const longest =
    crs?.geographic === true && transform !== null
      ? LONGEST_EDGE / Math.max(Math.abs(transform[1]) * cellWidth, Math.abs(transform[2]) * cellHeight)
      : Math.max(validity.width, validity.height) / STEPS;
  const placedOnes = polygons.flatMap((polygon) => placed(polygon, raster, corner, longest));
  const pieces = footprint.reach === undefined ? placedOnes : joinTurns(placedOnes);
  const [only] = pieces;
  // Its border leaves the Earth.
  if (only === undefined) return { geometry: footprint.geometry, bounds: footprint.bounds };
  return {
    geometry:
      pieces.length === 1
        ? { type: 'Polygon', coordinates: only }
        : { type: 'MultiPolygon', coordinates: pieces },
    bounds: lonLatBounds(pieces.map(([outer = []]) => outer)),
  };
}

/** From the corner of a cell to that of a pixel. */
type Corner = (corner: readonly [number, number]) => [number, number];

function fewPositions(
  { width, height }: Raster,
  whole: Validity,
): {
  readonly polygons: readonly CellPolygon[];
  readonly cellWidth: number;
  readonly cellHeight: number;
} {
  let [validity, cellWidth, cellHeight] = [whole, width / whole.width, height / whole.height];
  for (;;) {
    const polygons = simplified(traceCells(validity));
    const positions = polygons.reduce(
      (sum, { outer, holes }) => holes.reduce((all, hole) => all + hole.length, sum + outer.length),
      0,
    );
    if (positions <= MOST_POSITIONS) return { polygons, cellWidth, cellHeight };
    [validity, cellWidth, cellHeight] = [coarser(validity), cellWidth * 2, cellHeight * 2];
  }
}

/** Never so far that rings would cross. */
function simplified(polygons: readonly CellPolygon[]): readonly CellPolygon[] {
  for (const tolerance of [1, 0.75]) {
    const simple = polygons.map(({ outer, holes }) => ({
      outer: simplifyRing(outer, tolerance),
      holes: holes.map((hole) => simplifyRing(hole, tolerance)).filter((hole) => hole.length > 3),
    }));
    const rings = simple.flatMap(({ outer, holes }) => [outer, ...holes]);
    const plain = rings.map((ring) => ring.map((point) => [...point]));
    if (rings.every((ring) => ring.length > 3) && selfIntersection(plain) === null) return simple;
  }
  return polygons;
}

/** In longitude and latitude, cut at the antimeridian. */
function placed(
  { outer, holes }: CellPolygon,
  raster: Raster,
  corner: Corner,
  longest: number,
): Position[][][] {
  const { transform, crs } = raster.georeference;
  if (transform === null || crs === null) return [];
  const ring = (cells: CellRing): Position[] =>
    dense(cells, longest).map((point) =>
      snapped(crs.toLonLat(...applyTransform(transform, ...corner(point)))),
    );
  const rings = [outer, ...holes].map(ring);
  if (!rings.every((each) => each.every((point) => point.every(Number.isFinite)))) return [];
  const pieces = crs.geographic
    ? cutPolygon(rings)
    : cutPolygon(rings.map(withPole), poleIn(transform, crs, raster.width, raster.height));
  return pieces.map((piece) => piece.map((each, index) => wound(each.map(rounded), index === 0)));
}

function dense(ring: CellRing, longest: number): CellRing {
  return ring.flatMap(([x, y], index) => {
    const [fromX, fromY] = ring[index - 1] ?? [x, y];
    const parts = Math.max(1, Math.ceil(Math.max(Math.abs(x - fromX), Math.abs(y - fromY)) / longest));
    return Array.from({ length: parts }, (_, part): [number, number] => [
      fromX + ((x - fromX) * (part + 1)) / parts,
      fromY + ((y - fromY) * (part + 1)) / parts,
    ]);
  });
}

/** Counter-clockwise outside, clockwise in holes, as RFC 7946 has them. */
function wound(ring: Position[], outside: boolean): Position[] {
  return planarArea(ring) > 0 === outside ? ring : ring.toReversed();
}

/** A centimetre. */
function rounded(position: Position): Position {
  return position.map((part) => Math.round(part * 1e7) / 1e7);
}
