import { StacArchive, StacArchiveError } from '@fusion-platform/geo';

import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import type { IngesterChanges } from './store-ingesters.ts';

const collection = 'sentinel-2-l2a';
const dayMilliseconds = 24 * 60 * 60 * 1000;

interface Found {
  readonly detail: Readonly<Record<string, unknown>>;
  readonly changes?: IngesterChanges;
}

/**
 * How cloudy it was at the place of a dated raster on its day (UTC), by the scenes of Sentinel-2 that an archive has of
 * it: the mean of what they say, by how much of the place each covers. Where there is nothing to say, the reason.
 */
export async function cloudCover(
  { settings }: Context,
  { acquired_at, bounds }: FileRow,
  signal: AbortSignal,
): Promise<Found> {
  const url = settings.sentinel2Archive;
  if (!url) return skipped('no archive of Sentinel-2 is configured (FUSION_S2_STAC_URL)');
  if (!acquired_at || !bounds) return skipped('the file says no place or no time');
  const box = boxOf(bounds);
  const date = new Date(acquired_at).toISOString().slice(0, 10);
  const from = Date.parse(date);
  const to = new Date(from + dayMilliseconds - 1).toISOString();
  const archive = new StacArchive({ url, collection, title: 'Sentinel-2 archive', signal });
  try {
    const items = await archive.items({ bbox: box, datetime: `${new Date(from).toISOString()}/${to}` });
    const scenes = items.flatMap(({ id, bbox, properties }) => {
      const cover = properties['eo:cloud_cover'];
      const share = overlap(box, boxOf(bbox));
      return typeof cover === 'number' && share > 0 ? [{ id, cover, share }] : [];
    });
    if (scenes.length === 0)
      return skipped(`the archive at ${archive.url} has no scene of the place on ${date}`);
    const shares = scenes.reduce((sum, { share }) => sum + share, 0);
    const percent = scenes.reduce((sum, { cover, share }) => sum + (cover * share) / shares, 0);
    return {
      detail: { percent, date, scenes: scenes.map(({ id }) => id).sort(), archive: archive.url },
      changes: { cloudCover: percent },
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StacArchiveError) return skipped(error.message);
    throw error;
  }
}

function skipped(reason: string): Found {
  return { detail: { skipped: reason } };
}

type Box = readonly [number, number, number, number];

/** Of a box with heights, which STAC allows, the place alone. */
function boxOf(bbox: readonly number[]): Box {
  const [west = 0, south = 0, east = 0, north = 0] =
    bbox.length === 6 ? bbox.filter((_, at) => at % 3 < 2) : bbox;
  return [west, south, east, north];
}

/** Square degrees that two boxes share, either of which may cross the antimeridian. */
function overlap(a: Box, b: Box): number {
  const parts = (box: Box): Box[] =>
    box[0] <= box[2]
      ? [box]
      : [
          [box[0], box[1], 180, box[3]],
          [-180, box[1], box[2], box[3]],
        ];
  let sum = 0;
  for (const [west, south, east, north] of parts(a))
    for (const [otherWest, otherSouth, otherEast, otherNorth] of parts(b)) {
      const [width, height] = [
        Math.min(east, otherEast) - Math.max(west, otherWest),
        Math.min(north, otherNorth) - Math.max(south, otherSouth),
      ];
      if (width > 0 && height > 0) sum += width * height;
    }
  return sum;
}
