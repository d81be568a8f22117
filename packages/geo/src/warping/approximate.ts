/** Coordinates in one system for those in another. */
export type PointTransform = (x: number, y: number) => readonly [number, number];

export type Point = readonly [number, number];

/** As far as a place may be off, in pixels of the source: what gdalwarp allows itself. */
const MOST_ERROR = 0.125;

/** Where points come to lie. */
export interface Line {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** Told of the ends of each straight piece that they lie on. */
  readonly onPiece: (first: Point, last: Point) => void;
}

/**
 * Transforms points along a line of constant y, from one on with x rising by one, and puts them into `xs` and `ys`: the
 * ends and the middle exactly, and what lies between on straight lines where the middle shows that this is near enough.
 * Halves as GDAL's approximate transformer does, so that the same places come out.
 */
export function transformLine(exact: PointTransform, [x, y]: Point, line: Line): void {
  const count = line.xs.length;
  const at = (index: number): Point => exact(x + index, y);
  if (count <= 5) return exactly(at, line, 0, count);
  const [first, middle, last] = [at(0), at((count - 1) >> 1), at(count - 1)];
  divide(at, line, { from: 0, end: count, first, middle, last });
}

interface Part {
  readonly from: number;
  readonly end: number;
  readonly first: Point;
  /** Of the point at (count - 1) / 2, rounded down. */
  readonly middle: Point;
  readonly last: Point;
}

function divide(at: (index: number) => Point, line: Line, { from, end, first, middle, last }: Part): void {
  const { xs, ys, onPiece } = line;
  const count = end - from;
  const half = (count - 1) >> 1;
  const stepX = (last[0] - first[0]) / (count - 1);
  const stepY = (last[1] - first[1]) / (count - 1);
  const error = Math.abs(first[0] + stepX * half - middle[0]) + Math.abs(first[1] + stepY * half - middle[1]);
  // It is no number where a point has no place in the other system.
  if (error <= MOST_ERROR) {
    for (let index = 0; index < count; index++) {
      xs[from + index] = first[0] + stepX * index;
      ys[from + index] = first[1] + stepY * index;
    }
    return onPiece(first, last);
  }
  const cut = from + half;
  if (half <= 5) exactly(at, line, from, cut);
  else divide(at, line, { from, end: cut, first, middle: at(from + ((half - 1) >> 1)), last: at(cut - 1) });
  if (count - half <= 5) exactly(at, line, cut, end);
  else divide(at, line, { from: cut, end, first: middle, middle: at(cut + ((count - half - 1) >> 1)), last });
}

function exactly(at: (index: number) => Point, { xs, ys, onPiece }: Line, from: number, end: number): void {
  for (let index = from; index < end; index++) {
    const point = at(index);
    [xs[index], ys[index]] = point;
    onPiece(point, point);
  }
}
