import type { Position } from 'geojson';

import type { Rings } from './rings.ts';

/**
 * Degrees of longitude that an edge of slices of a size may lead east or west. The shortest way between the ends of an edge
 * bends away from it, and whoever measures on the ellipsoid takes an edge for the shortest way: by s degrees it bends
 * away by at most 0.12 s² km, which is less than a hundred-thousandth of what a square slice measures.
 */
export function spacingFor(sliceAreaKm2: number): number {
  const side = Math.sqrt(sliceAreaKm2) / 111;
  return Math.min(1, 0.1 * Math.sqrt(side));
}

/** The same rings with points along edges that lead far east or west. */
export function densify(rings: Rings, spacing: number): Rings {
  return rings.map((ring) =>
    ring.flatMap((point, index) => [...between(ring[index - 1] ?? point, point, spacing), point]),
  );
}

/** Points between two, at the same places whichever way the edge is walked. */
export function between(a: Position, b: Position, spacing: number): Position[] {
  const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = a[0]! < b[0]! ? [a, b] : [b, a];
  if (x2 - x1 <= spacing) return [];
  const points: Position[] = [];
  // Off by a little from the ends, since a point on top of another makes an edge without a direction.
  const nearly = spacing * 1e-3;
  for (let step = Math.floor((x1 + nearly) / spacing) + 1; step * spacing < x2 - nearly; step += 1) {
    const x = step * spacing;
    points.push([x, y1 === y2 ? y1 : y1 + ((y2 - y1) * (x - x1)) / (x2 - x1)]);
  }
  return a[0]! < b[0]! ? points : points.toReversed();
}
