import { boundsText, regionBounds } from '@fusion-platform/geo';
import type { StacArchive } from '@fusion-platform/geo';
import type { Kit, Region } from '@fusion-platform/service-kit';

import { choose, percent, rejectionsText } from './choose.ts';
import type { Choice, Choosing } from './choose.ts';
import { dayText, imageOf } from './image.ts';
import type { Image } from './image.ts';
import { samplePoints } from './sample-points.ts';
import type { SamplePoints } from './sample-points.ts';
import { DAY } from './options.ts';
import type { Options } from './options.ts';

export interface Finding {
  readonly archive: StacArchive;
  readonly region: Region;
  readonly chosen: Options;
  readonly kit: Kit;
}

/**
 * The images to take, from the archive's items over the region.
 * @returns a text for the user when there is none
 */
export async function findImages(finding: Finding): Promise<Choice | string> {
  const { region, chosen, kit } = finding;
  const sample = samplePoints(region);
  const images = await search(finding, sample);
  const choosing = choose(images, sample.even, chosen);
  for (const { day, reason } of choosing.rejections) kit.log(`${dayText(day)} ${reason}`);
  return choosing.choice ?? explain(finding, images, choosing);
}

async function search({ archive, region, chosen }: Finding, sample: SamplePoints): Promise<Image[]> {
  const bbox = regionBounds(region);
  const { period, findNearest, scanDays, mergeDays } = chosen;
  const images: Image[] = [];
  const take = (items: Parameters<typeof imageOf>[0][]): void => {
    for (const item of items) {
      const image = imageOf(item, sample);
      if (image !== null && isIn(chosen.cells, image)) images.push(image);
    }
  };
  if (period !== null) {
    const reach = (mergeDays + (findNearest ? scanDays : 0)) * DAY;
    const [from, to] = [period.start - reach, period.end + reach + DAY - 1];
    const datetime = [from, to].map((time) => new Date(time).toISOString()).join('/');
    take(await archive.items({ bbox, datetime }));
    return images;
  }
  const sortby = [{ field: 'properties.datetime', direction: 'desc' }] as const;
  for await (const page of archive.pages({ bbox, sortby })) {
    take([...page]);
    const latest = images[0]?.day;
    const last = images.at(-1)?.day;
    if (latest !== undefined && last !== undefined && last < latest - (scanDays + mergeDays) * DAY) break;
  }
  return images;
}

function isIn(cells: Options['cells'], { cell }: Image): boolean {
  return cells === null || (cell !== null && cells.has(cell));
}

function explain({ archive, region, chosen }: Finding, images: readonly Image[], choosing: Choosing): string {
  const { period, findNearest, scanDays, maximumCloud, coverageTolerance } = chosen;
  const cells = chosen.cells === null ? '' : `, tiles ${[...chosen.cells].join(', ')}`;
  const where = `${boundsText(regionBounds(region))}${cells}`;
  const days =
    period === null
      ? ''
      : ` ${period.start === period.end ? `on ${dayText(period.start)}` : `from ${dayText(period.start)} to ${dayText(period.end)}`}${
          findNearest ? ` or up to ${scanDays} days from there` : ''
        }`;
  if (images.length === 0 || choosing.rejections.length === 0)
    return `There is no image of the region (${where})${days} in the collection "${archive.collection}" of the archive ${archive.url}`;
  return (
    `No image of the region (${where})${days} fits: ${rejectionsText(choosing.rejections)}. ` +
    `At most ${percent(maximumCloud)} cloud and at least ${percent(100 - coverageTolerance)} of the region are asked for`
  );
}
