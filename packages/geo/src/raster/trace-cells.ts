import type { Validity } from './read-validity.ts';

/** Corners of cells, x to the right and y downwards, closed. */
export type CellRing = readonly (readonly [number, number])[];

/** Cells that hang together by their sides, as a polygon. */
export interface CellPolygon {
  /** Clockwise as seen on a screen; what holes it has run the other way. */
  readonly outer: CellRing;
  readonly holes: readonly CellRing[];
}

/** Top, right, bottom and left side of a cell: its first corner, the way along it, and the cell beyond it. */
const SIDES = [
  { x: 0, y: 0, dx: 1, dy: 0, beyondX: 0, beyondY: -1 },
  { x: 1, y: 0, dx: 0, dy: 1, beyondX: 1, beyondY: 0 },
  { x: 1, y: 1, dx: -1, dy: 0, beyondX: 0, beyondY: 1 },
  { x: 0, y: 1, dx: 0, dy: -1, beyondX: -1, beyondY: 0 },
] as const;

/**
 * Follows the borders of all areas of cells that are set, along the sides of the cells. Where two of them meet at a
 * corner alone, one more cell is taken to be set: so no ring touches itself or another.
 */
export function traceCells({ width, height, cells: given }: Validity): CellPolygon[] {
  const cells = withoutCorners(width, height, given);
  const { labels, areas } = label(width, height, cells);
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x] === 1;
  const isBorder = (x: number, y: number, side: number): boolean => {
    const { beyondX, beyondY } = SIDES[side] as (typeof SIDES)[number];
    return isSet(x, y) && !isSet(x + beyondX, y + beyondY);
  };
  const seen = new Uint8Array(width * height * 4);
  const found = Array.from({ length: areas }, () => ({ outer: [] as CellRing, holes: [] as CellRing[] }));
  const follow = (startX: number, startY: number, startSide: number): CellRing => {
    const ring: [number, number][] = [];
    let [x, y, side, before] = [startX, startY, startSide, -1];
    do {
      seen[(y * width + x) * 4 + side] = 1;
      const { x: cornerX, y: cornerY, dx, dy } = SIDES[side] as (typeof SIDES)[number];
      if (side !== before) ring.push([x + cornerX, y + cornerY]);
      before = side;
      const [endX, endY] = [x + cornerX + dx, y + cornerY + dy];
      // Exactly one border begins where this one ends.
      for (const [candidate, start] of SIDES.entries()) {
        const [otherX, otherY] = [endX - start.x, endY - start.y];
        if (!isBorder(otherX, otherY, candidate)) continue;
        [x, y, side] = [otherX, otherY, candidate];
        break;
      }
    } while (x !== startX || y !== startY || side !== startSide);
    // It may have begun in the middle of a straight line.
    if (before === startSide) ring.shift();
    return [...ring, ring[0] as [number, number]];
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let side = 0; side < 4; side++) {
        if (!isBorder(x, y, side) || seen[(y * width + x) * 4 + side] === 1) continue;
        const polygon = found[(labels[y * width + x] as number) - 1];
        // Row by row, the first border of an area that is met is its upper left corner, on the outside.
        if (polygon === undefined) continue;
        const ring = follow(x, y, side);
        if (polygon.outer.length === 0) polygon.outer = ring;
        else polygon.holes.push(ring);
      }
  return found;
}

/** Numbers the areas of cells that hang together by their sides, from 1. */
function label(
  width: number,
  height: number,
  cells: Uint8Array,
): { readonly labels: Int32Array; readonly areas: number } {
  const labels = new Int32Array(width * height);
  let areas = 0;
  const stack: number[] = [];
  for (let first = 0; first < cells.length; first++) {
    if (cells[first] !== 1 || labels[first] !== 0) continue;
    const number = ++areas;
    labels[first] = number;
    stack.push(first);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      for (const other of [
        x > 0 ? at - 1 : -1,
        x < width - 1 ? at + 1 : -1,
        at >= width ? at - width : -1,
        at + width < cells.length ? at + width : -1,
      ])
        if (other >= 0 && cells[other] === 1 && labels[other] === 0) {
          labels[other] = number;
          stack.push(other);
        }
    }
  }
  return { labels, areas };
}

/** Fills one cell of each four of which only two that lie across are set, until there are none. */
function withoutCorners(width: number, height: number, given: Uint8Array): Uint8Array {
  const cells = given.slice();
  for (let changed = true; changed;) {
    changed = false;
    for (let y = 0; y + 1 < height; y++)
      for (let x = 0; x + 1 < width; x++) {
        const at = y * width + x;
        const [a, b, c, d] = [cells[at], cells[at + 1], cells[at + width], cells[at + width + 1]];
        if (a !== d || b !== c || a === b) continue;
        cells[a === 1 ? at + 1 : at] = 1;
        changed = true;
      }
  }
  return cells;
}
