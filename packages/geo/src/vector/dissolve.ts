import Flatbush from 'flatbush';
import type { Position } from 'geojson';
import { union } from 'polyclip-ts';

import { planarArea } from '../crs/index.ts';

/** Positions up to which overlaps are looked for; the time grows with their square at worst. */
const MOST_POSITIONS = 20_000;
const TOO_LITTLE = 1e-9;

/**
 * The polygons of a multi-polygon where none covers ground of another (OGC 06-103r4, 6.1.13): the same ones given again are
 * left out, overlaps become one. Null where there is nothing to mend.
 */
export function dissolved(polygons: readonly Position[][][]): Position[][][] | null {
  if (polygons.length < 2) return null;
  const different = [...new Map(polygons.map((polygon) => [JSON.stringify(polygon), polygon])).values()];
  const joined = join(different);
  return joined ?? (different.length < polygons.length ? different : null);
}

function join(polygons: readonly Position[][][]): Position[][][] | null {
  const positions = polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
  if (polygons.length < 2 || positions > MOST_POSITIONS || !near(polygons)) return null;
  const [first = [], ...others] = polygons.map((rings) => [
    rings.map((ring) => ring.map(([x = 0, y = 0]): [number, number] => [x, y])),
  ]);
  const whole: Position[][][] = union(first, ...others);
  const sum = area(polygons);
  return sum - area(whole) > sum * TOO_LITTLE ? whole : null;
}

/** Whether the rectangles around two of them overlap. */
function near(polygons: readonly Position[][][]): boolean {
  const index = new Flatbush(polygons.length);
  const boxes = polygons.map(([outer = []]) => {
    const [xs, ys] = [outer.map(([x = 0]) => x), outer.map(([, y = 0]) => y)];
    return [least(xs), least(ys), most(xs), most(ys)] as const;
  });
  for (const box of boxes) index.add(...box);
  index.finish();
  return boxes.some((box) => index.search(...box).length > 1);
}

const least = (values: readonly number[]): number =>
  values.reduce((found, value) => Math.min(found, value), Infinity);
const most = (values: readonly number[]): number =>
  values.reduce((found, value) => Math.max(found, value), -Infinity);

function area(polygons: readonly Position[][][]): number {
  return polygons.reduce(
    (sum, rings) =>
      sum + rings.reduce((all, ring, at) => all + (at === 0 ? 1 : -1) * Math.abs(planarArea(ring)), 0),
    0,
  );
}
