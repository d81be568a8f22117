import type { Position } from 'geojson';

import { authalicQ, meanQ } from './equal-area.ts';
import type { Axis, Rings } from './rings.ts';

/** How the area of polygons is spread along an axis. In degrees of longitude by q, on edges straight in longitude and latitude. */
export interface AreaProfile {
  readonly total: number;
  /** The area west or south of a line. */
  readonly below: (axis: Axis, at: number) => number;
}

/**
 * By Green's theorem: the area is the sum over the edges of what lies under each, so that of a part is the sum over the
 * parts of the edges, and no line needs to be cut to know what it would leave on its sides.
 * @param polygons outer rings counter-clockwise, holes clockwise
 */
export function areaProfile(polygons: readonly Rings[]): AreaProfile {
  const edges = edgesOf(polygons);
  let total = 0;
  for (let at = 0; at < edges.length; at += width) total -= edges[at + 4]!;
  return {
    total,
    below: (axis, at) => (axis === 0 ? westOf(edges, at) : southOf(edges, at)),
  };
}

/** Numbers of an edge: its ends, and what lies under it. */
const width = 5;

function edgesOf(polygons: readonly Rings[]): Float64Array {
  const rings = polygons.flat();
  const edges = new Float64Array(width * rings.reduce((sum, ring) => sum + ring.length - 1, 0));
  let at = 0;
  for (const ring of rings) {
    let [x1, y1] = ring[0] as [number, number];
    for (let index = 1; index < ring.length; index += 1) {
      const [x2, y2] = ring[index] as [number, number];
      edges.set([x1, y1, x2, y2, under([x1, y1], [x2, y2])], at);
      at += width;
      [x1, y1] = [x2, y2];
    }
  }
  return edges;
}

const under = ([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position): number =>
  x1 === x2 ? 0 : (x2 - x1) * meanQ(y1, y2);

/** Only what of the edges is west of the meridian counts; the meridian itself has nothing under it. */
function westOf(edges: Float64Array, at: number): number {
  let sum = 0;
  for (let index = 0; index < edges.length; index += width) {
    const [x1, x2] = [edges[index]!, edges[index + 2]!];
    if (x1 <= at && x2 <= at) sum += edges[index + 4]!;
    else if (x1 < at !== x2 < at) {
      const [y1, y2] = [edges[index + 1]!, edges[index + 3]!];
      const crossing: Position = [at, y1 + ((y2 - y1) * (at - x1)) / (x2 - x1)];
      sum += x1 < at ? under([x1, y1], crossing) : under(crossing, [x2, y2]);
    }
  }
  return -sum;
}

/** What of the edges is north of the parallel is moved down to it. */
function southOf(edges: Float64Array, at: number): number {
  const q = authalicQ(at);
  let sum = 0;
  for (let index = 0; index < edges.length; index += width) {
    const [y1, y2] = [edges[index + 1]!, edges[index + 3]!];
    if (y1 <= at && y2 <= at) {
      sum += edges[index + 4]!;
      continue;
    }
    const [x1, x2] = [edges[index]!, edges[index + 2]!];
    if (y1 >= at && y2 >= at) sum += (x2 - x1) * q;
    else {
      const x = x1 + ((x2 - x1) * (at - y1)) / (y2 - y1);
      sum += y1 < at ? under([x1, y1], [x, at]) + (x2 - x) * q : (x - x1) * q + under([x, at], [x2, y2]);
    }
  }
  return -sum;
}
