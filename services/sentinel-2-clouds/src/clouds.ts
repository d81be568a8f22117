import { writeFile } from 'node:fs/promises';

import { calculate, formatStatistics, sentinel2Sources, Tally } from '@fusion-platform/geo';
import type { CalcBand, CalcSource, StatisticsRow } from '@fusion-platform/geo';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { CLASSES, EDGES, NODATA } from './classes.ts';
import { classTable, UNCLASSIFIED } from './scene-classification.ts';

const BAND = 'Classification';

/** Says of each pixel of a scene whether it shows ground, shadow or cloud, and counts them. */
export async function clouds(_: Job, kit: Kit): Promise<void> {
  const sources = await sentinel2Sources(kit.input(1));
  const classification = sources.get('SCL');
  if (classification === undefined)
    kit.refuse('The service needs a scene classification (SCL), and no file of its input is one');
  kit.log('Classifying by the scene classification of level 2A');
  await write(kit, fromSceneClassification(classification, kit));
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

async function write(kit: Kit, band: Omit<CalcBand, 'name'>): Promise<void> {
  const tally = new Tally(BAND, EDGES);
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
    onProgress: (part) => kit.progress(100 * part, 'Classifying'),
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
