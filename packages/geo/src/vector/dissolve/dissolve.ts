import type { Position } from 'geojson';

import { clustersOf } from './clusters.ts';
import type { Rings } from './clusters.ts';
import { isTangled } from './tangled.ts';
import { unite } from './unite.ts';

/** Positions of polygons near each other up to which they are dissolved: some ten seconds, and well below 1 GB. */
const MOST_POSITIONS = 500_000;
/** A part of the area of a cluster below which what is covered twice is taken for rounding. */
const TOO_LITTLE = 1e-9;

/** Polygons that cover no ground twice. */
export interface Dissolved {
  /** Null where nothing was covered twice: the given ones are as good. */
  readonly polygons: Position[][][] | null;
  /** There is too much of them for it: some may cover the same ground still. */
  readonly gaveUp: boolean;
}

/**
 * Dissolves polygons in longitude and latitude, each valid by itself, within groups of their own: ground that several of a
 * group cover is covered once afterwards. What shares no ground with others of its group stays as it is, to the last
 * digit, and of the same polygon given again the first stays. GEOS does it, as GDAL in WebAssembly carries it, for all
 * groups at once.
 */
export async function dissolve(groups: readonly (readonly Rings[])[]): Promise<Dissolved[]> {
  const open = groups.map((polygons) => ({
    polygons,
    clusters: clustersOf(polygons).map((members) => ({ members, different: withoutRepeats(members) })),
  }));
  const clusters = open.flatMap((group) => group.clusters).filter(({ different }) => different.length > 1);
  const positions = clusters.reduce((sum, { different }) => sum + positionsOf(different), 0);
  const few = positions <= MOST_POSITIONS;
  const chosen = clusters.filter(({ different }) => few && !isTangled(different));
  const united = await unite(chosen.map(({ different }) => different));
  const wholes = new Map(chosen.map((cluster, at) => [cluster, united[at] ?? null]));
  return open.map(({ polygons, clusters: own }) => {
    /** What stands in the place of a polygon. */
    const places = new Map<Rings, readonly Rings[]>();
    let gaveUp = false;
    for (const cluster of own) {
      const { members, different } = cluster;
      const kept = new Set(different);
      for (const member of members) if (!kept.has(member)) places.set(member, []);
      if (different.length < 2) continue;
      const whole = wholes.get(cluster) ?? null;
      gaveUp ||= whole === null;
      if (whole === null || !isSmaller(whole, different)) continue;
      for (const [at, member] of different.entries()) places.set(member, at === 0 ? whole : []);
    }
    return {
      polygons: places.size === 0 ? null : polygons.flatMap((polygon) => places.get(polygon) ?? [polygon]),
      gaveUp,
    };
  });
}

/** Of the same polygon given again, position by position, the first. */
function withoutRepeats(members: readonly Rings[]): Rings[] {
  const sizes = new Map<number, number>();
  const sizeOf = (rings: Rings): number => positionsOf([rings]);
  for (const member of members) sizes.set(sizeOf(member), (sizes.get(sizeOf(member)) ?? 0) + 1);
  const seen = new Set<string>();
  return members.filter((member) => {
    if (sizes.get(sizeOf(member)) === 1) return true;
    const text = JSON.stringify(member);
    const first = !seen.has(text);
    seen.add(text);
    return first;
  });
}

const positionsOf = (polygons: readonly Rings[]): number =>
  polygons.reduce((sum, rings) => sum + rings.reduce((all, ring) => all + ring.length, 0), 0);

/** Whether the union is, by more than rounding, smaller than what it is of. On the plane of longitude and latitude. */
function isSmaller(whole: readonly Rings[], members: readonly Rings[]): boolean {
  const [first = [0, 0]] = members[0]?.[0] ?? [];
  const sum = areaOf(members, first);
  return sum - areaOf(whole, first) > sum * TOO_LITTLE;
}

/** Reckoned from a position nearby, for all the digits. */
function areaOf(polygons: readonly Rings[], [originX = 0, originY = 0]: Position): number {
  let sum = 0;
  for (const rings of polygons)
    for (const [number, ring] of rings.entries()) {
      let twice = 0;
      for (let at = 1; at < ring.length; at += 1) {
        const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [ring[at - 1] ?? [], ring[at] ?? []];
        twice += (ax - originX) * (by - originY) - (bx - originX) * (ay - originY);
      }
      sum += (number === 0 ? 1 : -1) * Math.abs(twice / 2);
    }
  return sum;
}
