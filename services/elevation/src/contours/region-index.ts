import type { Region } from '@fusion-platform/service-kit';
import Flatbush from 'flatbush';

/** A point, such as longitude and latitude. */
export type Place = readonly [number, number];

/** Tells quickly what of a line lies in a region, however many corners that has. */
export class RegionIndex {
  readonly #index: Flatbush;
  /** x and y of both ends of each edge. */
  readonly #edges: Float64Array;

  constructor(region: Region) {
    const rings = region.type === 'Polygon' ? region.coordinates : region.coordinates.flat();
    const edges = rings.flatMap((ring) =>
      ring.slice(1).map((to, index) => [...(ring[index] ?? []).slice(0, 2), ...to.slice(0, 2)]),
    );
    this.#edges = Float64Array.from(edges.flat());
    this.#index = new Flatbush(edges.length);
    for (const [ax = 0, ay = 0, bx = 0, by = 0] of edges)
      this.#index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
    this.#index.finish();
  }

  /** The parts of a line within the region, each of two points at least. */
  clip(line: readonly Place[]): Place[][] {
    const parts: Place[][] = [];
    let current: Place[] = [];
    let inside: boolean | undefined;
    const close = (): void => {
      if (current.length > 1) parts.push(current);
      current = [];
    };
    for (let index = 1; index < line.length; index++) {
      const [from, to] = [line[index - 1] as Place, line[index] as Place];
      const cuts = this.#cuts(from, to);
      const stops = [0, ...cuts, 1];
      for (let stop = 1; stop < stops.length; stop++) {
        const [a, b] = [stops[stop - 1] as number, stops[stop] as number];
        // Only an edge of the region can change it; a touched corner is asked about anew.
        if (inside === undefined || cuts.length > 0) inside = this.#holds(along(from, to, (a + b) / 2));
        if (!inside) close();
        else {
          if (current.length === 0) current.push(along(from, to, a));
          current.push(along(from, to, b));
        }
      }
      // It may lie on the edge: then what follows is not what came before.
      if (cuts.some((cut) => cut > 1 - 1e-9)) inside = undefined;
    }
    close();
    return parts;
  }

  /** How far along a segment, from 0 to 1, it meets edges; rising. */
  #cuts(from: Place, to: Place): number[] {
    const found = this.#index.search(
      Math.min(from[0], to[0]),
      Math.min(from[1], to[1]),
      Math.max(from[0], to[0]),
      Math.max(from[1], to[1]),
    );
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const cuts: number[] = [];
    for (const edge of found) {
      const [ax, ay, bx, by] = this.#ends(edge);
      const [ex, ey] = [bx - ax, by - ay];
      const cross = dx * ey - dy * ex;
      if (cross === 0) continue;
      const onSegment = ((ax - from[0]) * ey - (ay - from[1]) * ex) / cross;
      const onEdge = ((ax - from[0]) * dy - (ay - from[1]) * dx) / cross;
      if (onSegment >= 0 && onSegment <= 1 && onEdge >= -1e-12 && onEdge <= 1 + 1e-12) cuts.push(onSegment);
    }
    return cuts.sort((a, b) => a - b);
  }

  /** Whether a ray to the east crosses the edges an odd number of times. */
  #holds([x, y]: Place): boolean {
    let odd = false;
    for (const edge of this.#index.search(x, y, Infinity, y)) {
      const [ax, ay, bx, by] = this.#ends(edge);
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    }
    return odd;
  }

  #ends(edge: number): [number, number, number, number] {
    const edges = this.#edges;
    const at = 4 * edge;
    return [edges[at] as number, edges[at + 1] as number, edges[at + 2] as number, edges[at + 3] as number];
  }
}

function along(from: Place, to: Place, part: number): Place {
  if (part === 0) return from;
  if (part === 1) return to;
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
