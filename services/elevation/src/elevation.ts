import { rename, writeFile } from 'node:fs/promises';

import type { Job, Kit, Region } from '@fusion-platform/service-kit';

import { clip } from './clip.ts';
import { writeContours } from './contours/write-contours.ts';
import { cropTo, widen } from './crop.ts';
import type { Crop } from './crop.ts';
import { describeElevation, describeForm } from './describe.ts';
import { drawRelief } from './relief.ts';
import { statisticsCsv } from './statistics-csv.ts';
import type { CountedBand } from './statistics-csv.ts';
import { stage } from './stage.ts';
import { ASPECT } from './terrain/forms.ts';
import { readOptions } from './options.ts';

/** Clips a DEM to the region of the job; writes it, what is asked for of its terrain, statistics and a picture of it. */
export async function elevation(job: Job, kit: Kit): Promise<void> {
  const { signal } = kit;
  const { region } = job;
  if (region === null) kit.refuse('The service needs a region');
  const [dem] = kit.input(1);
  if (dem === undefined) kit.refuse('The service needs a DEM, and its input has no file');
  const { forms, contourInterval } = readOptions(kit);
  const crop = await cropTo(dem.path, region);

  kit.log(`Clipping ${dem.name} to the region`);
  const clipped = kit.scratch('clipped.tif');
  await clip({
    input: dem.path,
    crop,
    output: clipped,
    cutline: { region, path: kit.scratch('region.geojson') },
    signal,
    onProgress: stage(kit, [0, 20], 'Clipping to the region'),
  });
  const { path, counted } = await describeElevation(kit, clipped, crop.raster.bands);

  if (forms.length > 0 || contourInterval !== null) {
    const around = await surroundings(kit, dem.path, crop);
    const each = 30 / forms.length;
    for (const [index, form] of forms.entries()) {
      const progress = stage(kit, [40 + each * index, 40 + each * (index + 1)], `Working out ${form.name}`);
      counted.push(...(await describeForm(kit, { clipped, dem: around.path, crop, form }, progress)));
    }
    if (contourInterval !== null) await drawContours(kit, around, region, contourInterval);
  }
  logCounts(kit, counted);
  const csv = kit.output(2, 'elevation_statistics.csv', {
    title: 'Elevation statistics',
    description: 'A row for each band',
  });
  await writeFile(csv, statisticsCsv(counted));

  kit.progress(85, 'Drawing the relief');
  const picture = await drawRelief({ input: path, reduced: kit.scratch('reduced.tif'), signal });
  const relief = kit.output(3, 'elevation_relief.png', {
    title: 'Relief',
    description: 'The terrain, shaded and coloured by height',
  });
  await writeFile(relief, picture);
}

interface Surroundings {
  readonly path: string;
  /** The region and the pixels next to it. */
  readonly crop: Crop;
}

/** Heights next to the region too, so that nothing is made up at its edge. */
async function surroundings(kit: Kit, dem: string, crop: Crop): Promise<Surroundings> {
  const around = widen(crop, 1);
  if (crop.raster.float) return { path: dem, crop: around };
  // Integers have no NaN, and without a nodata value what is beyond them would be 0.
  const path = kit.scratch('around.tif');
  await clip({ input: dem, crop: around, output: path, signal: kit.signal });
  const { bounds, size, raster } = around;
  return {
    path,
    crop: { ...around, from: [0, 0], raster: { ...raster, size, corner: [bounds[0], bounds[3]] } },
  };
}

async function drawContours(kit: Kit, around: Surroundings, region: Region, interval: number): Promise<void> {
  const drawn = kit.scratch('contours.geojson');
  const lines = await writeContours({
    dem: around.path,
    crop: around.crop,
    region,
    interval,
    output: drawn,
    signal: kit.signal,
    onProgress: stage(kit, [70, 85], 'Drawing contours'),
  });
  kit.log(`${lines} contours, every ${interval} m`);
  if (lines === 0)
    return kit.warn(
      `There are no contours: the land of the region passes no multiple of ${interval} m. Choose a shorter interval`,
    );
  const output = kit.output(5, 'elevation_contours.geojson', {
    title: 'Contours',
    description: `Lines of equal elevation every ${interval} m, in longitude and latitude`,
  });
  await rename(drawn, output);
}

function logCounts(kit: Kit, counted: readonly CountedBand[]): void {
  for (const { row, unit } of counted) {
    const [low = '', high = '', mean = ''] = [row.minimum, row.maximum, row.mean].map((value) =>
      String(Number(value?.toFixed(2))),
    );
    // The average of 359 and 1 degrees says nothing.
    const average = row.selector === ASPECT.name ? '' : `, ${mean} on average`;
    kit.log(`${row.selector}: ${row.count} pixels from ${low} to ${[high, unit].join(' ').trim()}${average}`);
  }
}
