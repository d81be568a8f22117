import Flatbush from 'flatbush';

import type { Rings } from './clusters.ts';

/** Crossings of edges up to which polygons are dissolved: each is a position of the result, or of work on the way to it. */
const MOST_CROSSINGS = 50_000;
/** Pairs of edges whose rectangles meet, up to which crossings are looked for: a second or two. */
const MOST_PAIRS = 20_000_000;

class Tangled extends Error {}

/** Whether edges of polygons cross so often that dissolving them would take minutes and all of the memory. */
export function isTangled(polygons: readonly Rings[]): boolean {
  const edges = edgesOf(polygons);
  const index = new Flatbush(edges.length / 4);
  for (let at = 0; at < edges.length; at += 4) {
    const [ax, ay, bx, by] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  }
  index.finish();
  let [pairs, crossings] = [0, 0];
  try {
    for (let at = 0; at < edges.length; at += 4) {
      const [ax, ay, bx, by] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
      index.search(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by), (other) => {
        pairs += 1;
        if (other * 4 > at && cross(edges, at, other * 4)) crossings += 1;
        if (pairs > MOST_PAIRS || crossings > MOST_CROSSINGS) throw new Tangled();
        return false;
      });
    }
  } catch (error) {
    if (error instanceof Tangled) return true;
    throw error;
  }
  return false;
}

/** Four numbers an edge: its ends. */
function edgesOf(polygons: readonly Rings[]): Float64Array {
  const rings = polygons.flat();
  const edges = new Float64Array(4 * rings.reduce((sum, ring) => sum + ring.length - 1, 0));
  let at = 0;
  for (const ring of rings)
    for (let index = 1; index < ring.length; index += 1) {
      const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [ring[index - 1] ?? [], ring[index] ?? []];
      edges.set([ax, ay, bx, by], at);
      at += 4;
    }
  return edges;
}

/** Nearly enough for a count: a crossing at an end may be missed. */
function cross(edges: Float64Array, one: number, two: number): boolean {
  return (
    side(edges, one, two) * side(edges, one, two + 2) < 0 &&
    side(edges, two, one) * side(edges, two, one + 2) < 0
  );
}

/** On which side of an edge a position lies. */
function side(edges: Float64Array, edge: number, position: number): number {
  const [ax, ay] = [edges[edge]!, edges[edge + 1]!];
  return Math.sign(
    (edges[edge + 2]! - ax) * (edges[position + 1]! - ay) - (edges[edge + 3]! - ay) * (edges[position]! - ax),
  );
}
