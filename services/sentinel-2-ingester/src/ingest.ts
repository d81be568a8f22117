import {
  ANTIMERIDIAN_REFUSAL,
  crossesAntimeridian,
  crsOf,
  regionBounds,
  StacArchive,
  transferKind,
  utmCode,
} from '@fusion-platform/geo';
import type { Crs } from '@fusion-platform/geo';
import { ServiceError } from '@fusion-platform/service-kit';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { asServiceError } from './archive-error.ts';
import { percent } from './choose.ts';
import type { Choice } from './choose.ts';
import { findImages } from './find-images.ts';
import { dayText } from './image.ts';
import { boundsIn } from './outline.ts';
import { provenance } from './provenance.ts';
import { tellRetry } from './tell-retry.ts';
import { readOptions } from './options.ts';
import { writeScene } from './write-scene.ts';

const EARTH_SEARCH = 'https://earth-search.aws.element84.com/v1';

/** Makes one multispectral image of a region out of the scenes of a STAC archive. */
export async function ingest(job: Job, kit: Kit): Promise<void> {
  try {
    await ingestImages(job, kit);
  } catch (error) {
    throw asServiceError(error);
  }
}

async function ingestImages({ region }: Job, kit: Kit): Promise<void> {
  if (region === null) kit.refuse('The service needs a region');
  if (crossesAntimeridian(region)) kit.refuse(ANTIMERIDIAN_REFUSAL);
  const chosen = readOptions(kit);
  const crs = utmOf(regionBounds(region), kit);
  const archive = new StacArchive({
    url: kit.setting('FUSION_S2_STAC_URL', EARTH_SEARCH),
    collection: kit.setting('FUSION_S2_COLLECTION', 'sentinel-2-l2a'),
    title: 'satellite image archive',
    onBytes: (bytes, from) => kit.countBytes(transferKind(from, kit.setting('FUSION_S3_HOSTS', '')), bytes),
    onRetry: (notice) => tellRetry(notice, kit),
    signal: kit.signal,
  });

  kit.progress(0, 'Looking for images');
  const collection = await archive.describe();
  kit.progress(1, 'Looking for images');
  const found = await findImages({ archive, region, chosen, kit });
  if (typeof found === 'string') {
    if (chosen.errorNoImage) throw new ServiceError('no_data', found);
    kit.warn(`${found}. All pixels are no data`);
  }
  const choice = typeof found === 'string' ? null : found;
  if (choice !== null) tell(choice, kit);
  await writeScene({
    kit,
    region,
    crs,
    bounds: boundsIn(region, crs),
    chosen,
    archive: archive.url,
    images: choice?.images ?? [],
    metadata: provenance(collection, choice, archive.url),
  });
}

function utmOf(bounds: ReturnType<typeof regionBounds>, kit: Kit): Crs {
  const crs = bounds[1] < -80 || bounds[3] > 84 ? null : crsOf(utmCode(bounds));
  return crs ?? kit.refuse('The region lies beyond 84° N or 80° S, where there is no UTM zone');
}

function tell({ day, images, coverage }: Choice, kit: Kit): void {
  kit.log(`Taking ${dayText(day)}, which covers ${percent(coverage)} of the region:`);
  for (const { item, cloud } of images)
    kit.log(`${item.id}${cloud === null ? '' : `, ${percent(cloud)} cloud over the whole scene`}`);
}
