import type { ArchiveItem } from '@fusion-platform/geo';

import { baselineOf } from './radiometry.ts';
import { covers } from './sample-points.ts';
import type { SamplePoints } from './sample-points.ts';
import { tileOf } from './tile.ts';
import { DAY } from './options.ts';

/** An item of the archive, as far as choosing goes. */
export interface Image {
  readonly item: ArchiveItem;
  /** Milliseconds since 1970 at which its day began in UTC. */
  readonly day: number;
  /** Percent; null where the item does not say. */
  readonly cloud: number | null;
  readonly baseline: number;
  /** Of its tile, such as `30UVG`; null where the item does not say. */
  readonly cell: string | null;
  /** For each sample point of the region 1 where the image covers it. */
  readonly covered: Uint8Array;
}

/** Null for an item without a time, and for one that covers nothing of the region. */
export function imageOf(item: ArchiveItem, { points }: SamplePoints): Image | null {
  const { properties, geometry } = item;
  const time = Date.parse(String(properties['datetime'] ?? properties['start_datetime']));
  if (Number.isNaN(time)) return null;
  const inside = covers(geometry ?? boxOf(item));
  const covered = Uint8Array.from(points, (point) => (inside(point) ? 1 : 0));
  if (!covered.includes(1)) return null;
  const cloud = properties['eo:cloud_cover'];
  return {
    item,
    day: DAY * Math.floor(time / DAY),
    cloud: typeof cloud === 'number' ? cloud : null,
    baseline: baselineOf(item),
    cell: tileOf(item),
    covered,
  };
}

/** As `2026-06-18`. */
export function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

function boxOf({ bbox }: ArchiveItem): object {
  const [west, south, east, north] = bbox.length === 6 ? bbox.filter((_, axis) => axis % 3 !== 2) : bbox;
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}
