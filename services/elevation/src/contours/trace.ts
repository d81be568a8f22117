import { between, stepsOf } from './count-points.ts';
import type { HeightRows } from './heights.ts';

/** A contour in columns and rows from the middle of the first pixel: x and y of one point after the other. */
export interface TracedLine {
  /** Which multiple of the interval it is. */
  readonly step: number;
  readonly points: Float64Array;
}

/** The points of all contours, each on a line between two neighbouring pixels, and with which two it is joined. */
interface Points {
  readonly places: Float64Array;
  readonly steps: Int32Array;
  /** Two for each; 0 is none, else one more than the number of the other. */
  readonly joined: Int32Array;
  count: number;
}

/** A row of pixels: its heights, and the first point between each pixel and its right neighbour. */
interface Row {
  readonly heights: ArrayLike<number>;
  readonly first: number;
  readonly steps: Float64Array;
  readonly across: Int32Array;
}

/**
 * Traces contours by marching squares (Lorensen and Cline 1987 in two dimensions): a contour passes between pixels of
 * which one is at or above its height and the other below, where a straight line between them has it; a square with a
 * pixel without a height has none. Where it may join four points in two ways, the mean of the four pixels decides.
 * Rows are seen once, from top to bottom; the memory is 28 bytes a point.
 * @param total of points, as `countPoints` gives it
 */
export async function trace(
  rows: AsyncIterable<HeightRows>,
  { width, interval, total }: { width: number; interval: number; total: number },
): Promise<Generator<TracedLine>> {
  const points: Points = {
    places: new Float64Array(2 * total),
    steps: new Int32Array(total),
    joined: new Int32Array(2 * total),
    count: 0,
  };
  let above: Row | undefined;
  for await (const { values, row, height } of rows)
    for (let line = 0; line < height; line++) {
      const below = openRow(points, values, line, row + line, width, interval);
      if (above !== undefined) joinRow(points, above, below, row + line, width, interval);
      above = below;
    }
  return linesOf(points);
}

function openRow(
  points: Points,
  heights: ArrayLike<number>,
  line: number,
  row: number,
  width: number,
  interval: number,
): Row {
  const first = line * width;
  const steps = stepsOf(heights, first, width, interval);
  const across = new Int32Array(width);
  for (let column = 0; column + 1 < width; column++) {
    across[column] = points.count;
    const [p, q] = [steps[column] as number, steps[column + 1] as number];
    const [a, b] = [heights[first + column] as number, heights[first + column + 1] as number];
    for (let step = Math.min(p, q) + 1; step <= Math.max(p, q); step++)
      put(points, step, column + part(a, b, step * interval), row);
  }
  return { heights, first, steps, across };
}

/** Opens the points between two rows, and joins those of each square. */
function joinRow(points: Points, above: Row, below: Row, row: number, width: number, interval: number): void {
  const height = (of: Row, column: number): number => of.heights[of.first + column] as number;
  let left = 0;
  for (let column = 0; column < width; column++) {
    const right = points.count;
    const [p, q] = [above.steps[column] as number, below.steps[column] as number];
    if (between(p, q) > 0) {
      const [a, b] = [height(above, column), height(below, column)];
      for (let step = Math.min(p, q) + 1; step <= Math.max(p, q); step++)
        put(points, step, column, row - 1 + part(a, b, step * interval));
    }
    if (column > 0) joinSquare(points, { above, below, column: column - 1, left, right }, interval);
    left = right;
  }
}

interface Square {
  readonly above: Row;
  readonly below: Row;
  /** Of its left pixels. */
  readonly column: number;
  /** The first points on its left and right side. */
  readonly left: number;
  readonly right: number;
}

function joinSquare(points: Points, { above, below, column, left, right }: Square, interval: number): void {
  const nw = above.steps[column] as number;
  const ne = above.steps[column + 1] as number;
  const sw = below.steps[column] as number;
  const se = below.steps[column + 1] as number;
  const lowest = Math.min(nw, ne, sw, se);
  const highest = Math.max(nw, ne, sw, se);
  // Not so with NaN either.
  if (!(highest > lowest)) return;
  for (let step = lowest + 1; step <= highest; step++) {
    const top = (above.across[column] as number) + step - Math.min(nw, ne) - 1;
    const bottom = (below.across[column] as number) + step - Math.min(sw, se) - 1;
    const west = left + step - Math.min(nw, sw) - 1;
    const east = right + step - Math.min(ne, se) - 1;
    const a = nw >= step;
    const b = ne >= step;
    const c = sw >= step;
    const d = se >= step;
    if (a === d && b === c && a !== b) {
      const sum = pairSum(above, column) + pairSum(below, column);
      // The two corners that are like the middle belong together; lines go round each of the others.
      const round = sum / 4 >= step * interval === a;
      join(points, top, round ? east : west);
      join(points, bottom, round ? west : east);
      continue;
    }
    const ends = [];
    if (a !== b) ends.push(top);
    if (a !== c) ends.push(west);
    if (b !== d) ends.push(east);
    if (c !== d) ends.push(bottom);
    join(points, ends[0] as number, ends[1] as number);
  }
}

function pairSum({ heights, first }: Row, column: number): number {
  return (heights[first + column] as number) + (heights[first + column + 1] as number);
}

function put(points: Points, step: number, x: number, y: number): void {
  points.steps[points.count] = step;
  points.places[2 * points.count] = x;
  points.places[2 * points.count + 1] = y;
  points.count += 1;
}

/** How far from one pixel to the next a height is passed. */
function part(from: number, to: number, height: number): number {
  return Math.min(1, Math.max(0, (height - from) / (to - from)));
}

function join({ joined }: Points, a: number, b: number): void {
  joined[joined[2 * a] === 0 ? 2 * a : 2 * a + 1] = b + 1;
  joined[joined[2 * b] === 0 ? 2 * b : 2 * b + 1] = a + 1;
}

/** Lines with two ends first, then closed ones. */
function* linesOf(points: Points): Generator<TracedLine> {
  const { joined, count } = points;
  const seen = new Uint8Array(count);
  for (const open of [true, false])
    for (let point = 0; point < count; point++)
      if (seen[point] === 0 && joined[2 * point] !== 0 && (!open || joined[2 * point + 1] === 0))
        yield follow(points, seen, point);
}

function follow({ places, steps, joined }: Points, seen: Uint8Array, start: number): TracedLine {
  const line: number[] = [];
  let [at, before] = [start, -1];
  for (;;) {
    seen[at] = 1;
    line.push(places[2 * at] as number, places[2 * at + 1] as number);
    const [one, other] = [(joined[2 * at] as number) - 1, (joined[2 * at + 1] as number) - 1];
    const next = one === before ? other : one;
    if (next === start) line.push(places[2 * start] as number, places[2 * start + 1] as number);
    if (next === -1 || next === start) break;
    [at, before] = [next, at];
  }
  return { step: steps[start] as number, points: Float64Array.from(line) };
}
