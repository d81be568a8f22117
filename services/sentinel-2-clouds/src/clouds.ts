import { writeFile } from 'node:fs/promises';

import { calculate, formatStatistics, sentinel2Sources, StatisticsAccumulator } from '@fusion-platform/geo';
import type { CalcBand, CalcSource, Sentinel2Band, StatisticsRow } from '@fusion-platform/geo';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { CLASSES, EDGES, NODATA } from './classes.ts';
import { fmask, FMASK_BANDS } from './fmask/index.ts';
import type { Sun } from './fmask/index.ts';
import { classTable, UNCLASSIFIED } from './scene-classification.ts';

const BAND = 'Classification';

/** Says of each pixel of a scene whether it shows ground, shadow or cloud, and counts them. */
export async function clouds(_: Job, kit: Kit): Promise<void> {
  const sources = await sentinel2Sources(kit.input(1));
  const classification = sources.get('SCL');
  if (classification === undefined) return write(kit, await fromReflectances(sources, kit), 50);
  kit.log('Classifying by the scene classification of level 2A');
  return write(kit, fromSceneClassification(classification, kit), 0);
}

async function fromReflectances(
  sources: ReadonlyMap<Sentinel2Band, CalcSource>,
  kit: Kit,
): Promise<Omit<CalcBand, 'name'>> {
  const missing = FMASK_BANDS.filter((band) => !sources.has(band));
  if (missing.length > 0)
    kit.refuse(
      `The service needs a scene classification (SCL) of level 2A or the bands of level 1C; of these ${missing.join(', ')} are in no file`,
    );
  const [azimuth, elevation] = [kit.option('sun_azimuth', 'number'), kit.option('sun_elevation', 'number')];
  const sun: Sun | null = azimuth === null || elevation === null ? null : { azimuth, elevation };
  if (sun === null) kit.warn('Without the position of the sun no shadow is looked for');
  kit.log('Classifying by the reflectances of level 1C');
  return fmask(
    FMASK_BANDS.map((band) => sources.get(band) as CalcSource),
    sun,
    kit,
  );
}

function fromSceneClassification(source: CalcSource, kit: Kit): Omit<CalcBand, 'name'> {
  const table = classTable(UNCLASSIFIED[kit.option('unclassified', 'string') ?? 'ground'] ?? NODATA);
  return {
    sources: [source],
    calculate: ([values = new Uint8Array()], output) => {
      for (let index = 0; index < output.length; index++)
        output[index] = table[values[index] as number] as number;
    },
  };
}

async function write(kit: Kit, band: Omit<CalcBand, 'name'>, done: number): Promise<void> {
  const tally = new StatisticsAccumulator(BAND, EDGES);
  const output = kit.output(1, 'cloud_classification.tif', {
    title: 'Cloud classification',
    description: CLASSES.map(({ name }, value) => `${value} ${name}`).join(', '),
  });
  await calculate({
    output,
    bands: [
      {
        name: BAND,
        sources: band.sources,
        calculate: (inputs, classes, rows) => {
          band.calculate(inputs, classes, rows);
          tally.add(classes, NODATA);
        },
      },
    ],
    dataType: 'uint8',
    nodata: NODATA,
    reduction: 'mode',
    colours: CLASSES.map(({ colour }) => colour),
    signal: kit.signal,
    onProgress: (part) => kit.progress(done + (100 - done) * part, 'Classifying'),
  });
  report(tally.row, kit);
  const csv = kit.output(2, 'cloud_statistics.csv', {
    title: 'Cloud statistics',
    description: 'Pixels of each class, in bins 1, 4, 7 and 10 of the histogram',
  });
  await writeFile(csv, formatStatistics([tally.row]));
}

function report({ count, bins }: StatisticsRow, kit: Kit): void {
  if (count === 0) return kit.warn('No pixel has data: the scene does not reach this place');
  const shares = CLASSES.map(({ name }, value) => {
    const share = ((bins[3 * value] ?? 0) / count) * 100;
    return `${name} ${share.toFixed(1)} %`;
  });
  kit.log(`${count} pixels: ${shares.join(', ')}`);
}
