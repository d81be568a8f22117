import { crsOf } from '@fusion-platform/geo';
import type { Crs } from '@fusion-platform/geo';

import { inside } from './swath.ts';
import type { Passage } from './swath.ts';
import { SIDE } from './tiles.ts';
import type { Tile } from './tiles.ts';

export function crsOfTile({ epsg }: Tile): Crs {
  const crs = crsOf(epsg);
  if (crs === null) throw new RangeError(`EPSG:${epsg} is not known`);
  return crs;
}

/** The outline of what was passed over, degrees, counter-clockwise and closed. */
export function outline(passage: Passage): [number, number][] {
  const { west, north } = passage.tile;
  const corners: [number, number][] = [
    [west, north - SIDE],
    [west + SIDE, north - SIDE],
    [west + SIDE, north],
    [west, north],
  ];
  const kept = corners.flatMap((corner, index): [number, number][] => {
    const next = corners[(index + 1) % 4] as [number, number];
    const [here, there] = [inside(passage, ...corner), inside(passage, ...next)];
    const part = here / (here - there);
    const cut: [number, number] = [
      corner[0] + part * (next[0] - corner[0]),
      corner[1] + part * (next[1] - corner[1]),
    ];
    return [...(here >= 0 ? [corner] : []), ...(here < 0 !== there < 0 ? [cut] : [])];
  });
  const ring = kept.map(([x, y]) => crsOfTile(passage.tile).toLonLat(x, y));
  return [...ring, ring[0] as [number, number]];
}
