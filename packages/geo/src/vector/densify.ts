import type { Position } from 'geojson';

import { distance } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';

/** Metres that a straight edge of a file may lie away from the one that is straight in longitude and latitude. */
const TOLERANCE = 1;
/** In units of the file. Such short edges bend by millimetres. */
const SHORT = 1000;
const DEEPEST = 12;

/**
 * A line of a projected system in longitude and latitude, with points along its edges where they would be bent: the side
 * of a square around the pole is an arc there.
 * @param place gives a position in longitude and latitude, and counts it
 */
export function densified(
  line: readonly Position[],
  crs: Crs,
  place: (x: number, y: number) => Position,
): Position[] {
  const found: Position[] = [];
  for (const [index, [x = 0, y = 0]] of line.entries()) {
    const to = place(x, y);
    const before = line[index - 1];
    const from = found.at(-1);
    if (before !== undefined && from !== undefined && !crs.geographic)
      between({ file: before, earth: from }, { file: [x, y], earth: to }, place, found, 0);
    found.push(to);
  }
  return found;
}

interface End {
  readonly file: Position;
  readonly earth: Position;
}

function between(
  from: End,
  to: End,
  place: (x: number, y: number) => Position,
  found: Position[],
  depth: number,
): void {
  const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [from.file, to.file];
  if (depth >= DEEPEST || Math.hypot(bx - ax, by - ay) < SHORT) return;
  const file = [(ax + bx) / 2, (ay + by) / 2];
  const earth = place(file[0] ?? 0, file[1] ?? 0);
  if (distance(earth, middle(from.earth, to.earth)) < TOLERANCE) return;
  between(from, { file, earth }, place, found, depth + 1);
  found.push(earth);
  between({ file, earth }, to, place, found, depth + 1);
}

/** Halfway in longitude and latitude, the short way around. */
function middle([ax = 0, ay = 0]: Position, [bx = 0, by = 0]: Position): Position {
  const step = bx - ax - 360 * Math.round((bx - ax) / 360);
  return [ax + step / 2, (ay + by) / 2];
}
