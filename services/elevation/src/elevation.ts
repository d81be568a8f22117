import { writeFile } from 'node:fs/promises';

import { rasterStatistics } from '@fusion-platform/geo';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { clip } from './clip.ts';
import { drawRelief } from './relief.ts';
import { BINS, statisticsCsv } from './statistics-csv.ts';
import { writeElevation } from './write-elevation.ts';

const BAND = { name: 'Elevation', unit: 'm' };

/** Clips a DEM to the region of the job; writes it, its statistics and a picture of it. */
export async function elevation(job: Job, kit: Kit): Promise<void> {
  const { signal } = kit;
  if (job.region === null) kit.refuse('The service needs a region');
  const [dem] = kit.input(1);
  if (dem === undefined) kit.refuse('The service needs a DEM, and its input has no file');

  kit.log(`Clipping ${dem.name} to the region`);
  kit.progress(0, 'Clipping to the region');
  const clipped = kit.scratch('clipped.tif');
  await clip({
    input: dem.path,
    region: job.region,
    output: clipped,
    cutline: kit.scratch('region.geojson'),
    signal,
    onProgress: (part) => kit.progress(30 * part),
  });
  const output = kit.output(1, 'elevation.tif', {
    title: 'Elevation',
    description: 'Elevation in metres within the region',
  });
  await writeElevation({
    input: clipped,
    vrt: kit.scratch('described.vrt'),
    output,
    band: BAND,
    signal,
    onProgress: (part) => kit.progress(30 + 30 * part),
  });

  kit.progress(60, 'Counting statistics');
  const statistics = await rasterStatistics(output, { bins: BINS, signal });
  if (!statistics.some(({ count }) => count > 0))
    kit.refuse(
      'The DEM has no elevation within the region: they lie apart, or the region is smaller than a pixel',
    );
  for (const { count, minimum, maximum, mean } of statistics)
    kit.log(`${count} pixels from ${minimum} to ${maximum} m, ${mean?.toFixed(1)} m on average`);
  const csv = kit.output(2, 'elevation_statistics.csv', {
    title: 'Elevation statistics',
    description: 'A row for each band',
  });
  await writeFile(csv, statisticsCsv(statistics, BAND));

  kit.progress(80, 'Drawing the relief');
  const picture = await drawRelief({ input: output, reduced: kit.scratch('reduced.tif'), signal });
  const relief = kit.output(3, 'elevation_relief.png', {
    title: 'Relief',
    description: 'The terrain, shaded and coloured by height',
  });
  await writeFile(relief, picture);
}
