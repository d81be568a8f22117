import Flatbush from 'flatbush';
import type { Position } from 'geojson';
import { orient2d } from 'robust-predicates';

/** What is wrong with how rings lie in each other, and where. */
export interface NestingFault {
  readonly kind: 'hole_outside' | 'hole_in_hole';
  readonly at: Position;
}

/**
 * Whether each hole of a polygon lies in its outer ring and in no other hole (OGC 06-103r4, 6.1.11; RFC 7946, 3.1.6). The
 * rings must not cross each other. Null where all is well. About n log n: rays are cast through a packed R-tree.
 */
export function nestingFault([outer = [], ...holes]: readonly (readonly Position[])[]): NestingFault | null {
  if (holes.length === 0) return null;
  const shell = new Edges([outer]);
  const others = new Edges(holes);
  for (const [number, hole] of holes.entries()) {
    // Where it touches another ring a hole does not show on which side it lies.
    for (const at of candidates(hole)) {
      const sides = shell.around(at);
      if (sides === null) continue;
      if (!sides.has(0)) return { kind: 'hole_outside', at };
      const nested = others.around(at, number);
      if (nested === null) continue;
      if (nested.size > 0) return { kind: 'hole_in_hole', at };
      break;
    }
  }
  return null;
}

/** Its positions and the middles of its edges, a few hundred at most. */
function* candidates(ring: readonly Position[]): Generator<Position> {
  const step = Math.max(1, Math.floor(ring.length / 200));
  for (let at = 0; at < ring.length; at += step) yield ring[at] ?? [];
  for (let at = 1; at < ring.length; at += step) {
    const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [ring[at - 1] ?? [], ring[at] ?? []];
    yield [(ax + bx) / 2, (ay + by) / 2];
  }
}

class Edges {
  readonly #edges: { ring: number; ax: number; ay: number; bx: number; by: number }[] = [];
  readonly #index: Flatbush;
  readonly #east: number;

  constructor(rings: readonly (readonly Position[])[]) {
    for (const [ring, positions] of rings.entries())
      for (let at = 1; at < positions.length; at += 1) {
        const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [positions[at - 1] ?? [], positions[at] ?? []];
        this.#edges.push({ ring, ax, ay, bx, by });
      }
    this.#index = new Flatbush(Math.max(1, this.#edges.length));
    let east = -Infinity;
    for (const { ax, ay, bx, by } of this.#edges) {
      this.#index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
      east = Math.max(east, ax, bx);
    }
    if (this.#edges.length === 0) this.#index.add(0, 0, 0, 0);
    this.#east = east;
    this.#index.finish();
  }

  /** The rings that a position lies in; null where it lies on one. @param but a ring that is left out */
  around([x = 0, y = 0]: Position, but = -1): Set<number> | null {
    const inside = new Set<number>();
    let touches = false;
    this.#index.search(x, y, Math.max(x, this.#east), y, (number) => {
      const edge = this.#edges[number];
      if (edge === undefined || edge.ring === but || touches) return false;
      const { ring, ax, ay, bx, by } = edge;
      const side = orient2d(ax, ay, bx, by, x, y);
      if (side === 0 && x >= Math.min(ax, bx) && x <= Math.max(ax, bx)) touches = true;
      // Of an edge the lower end counts, the upper one does not. Counter-clockwise is negative here.
      if (ay > y !== by > y && (by > ay ? side < 0 : side > 0)) {
        if (!inside.delete(ring)) inside.add(ring);
      }
      return false;
    });
    return touches ? null : inside;
  }
}
