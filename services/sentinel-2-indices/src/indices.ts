import { writeFile } from 'node:fs/promises';

import { calculate, formatStatistics, sentinel2Sources, StatisticsAccumulator } from '@fusion-platform/geo';
import type { CalcBand, CalcSource, Sentinel2Band } from '@fusion-platform/geo';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { EDGES, INDICES } from './formulas.ts';
import type { SpectralIndex } from './formulas.ts';

const NODATA = -9999;
/** What stands for a reflectance of 1. */
const SCALE = 10_000;

/** Writes the chosen indices of a scene as bands of one GeoTIFF, and their statistics. */
export async function indices(_: Job, kit: Kit): Promise<void> {
  const chosen = Object.entries(INDICES)
    .filter(([option]) => kit.option(option, 'boolean') === true)
    .map(([, index]) => index);
  if (chosen.length === 0) kit.refuse('No index is chosen: choose one at least');
  const sources = await sentinel2Sources(kit.input(1));
  const missing = new Set(chosen.flatMap(({ bands }) => bands).filter((band) => !sources.has(band)));
  if (missing.size > 0)
    kit.refuse(
      `The chosen indices need the bands ${[...missing].join(', ')}, which no file of the input has`,
    );

  kit.log(`Calculating ${chosen.map(({ name }) => name).join(', ')}`);
  const tallies = chosen.map(({ name }) => new StatisticsAccumulator(name, EDGES));
  const output = kit.output(1, 'spectral_indices.tif', {
    title: 'Spectral indices',
    description: `A band for each: ${chosen.map(({ name }) => name).join(', ')}`,
  });
  await calculate({
    output,
    bands: chosen.map((index, place) => bandOf(index, sources, tallies[place] as StatisticsAccumulator)),
    dataType: 'float32',
    nodata: NODATA,
    reduction: 'average',
    signal: kit.signal,
    onProgress: (part) =>
      kit.progress(
        100 * part,
        `Calculating ${chosen[Math.min(chosen.length - 1, Math.floor(part * chosen.length))]?.name}`,
      ),
  });
  const rows = tallies.map(({ row }) => row);
  for (const { selector, count, minimum, maximum, mean } of rows)
    kit.log(`${selector}: ${count} pixels from ${minimum} to ${maximum}, ${mean} on average`);
  if (rows.every(({ count }) => count === 0))
    kit.warn('No pixel has a value: the scene does not reach this place');
  const csv = kit.output(2, 'spectral_indices_statistics.csv', {
    title: 'Statistics of spectral indices',
    description: 'A row for each index; values beyond -1 and 1 are counted in the outermost bins',
  });
  await writeFile(csv, formatStatistics(rows));
}

function bandOf(
  { name, bands, formula }: SpectralIndex,
  sources: ReadonlyMap<Sentinel2Band, CalcSource>,
  tally: StatisticsAccumulator,
): CalcBand {
  return {
    name,
    sources: bands.map((band) => sources.get(band) as CalcSource),
    calculate: (inputs, output, { nodata }) => {
      const [a, b, c = a] = inputs;
      if (a === undefined || b === undefined || c === undefined) return;
      const [noA, noB, noC = noA] = nodata;
      for (let index = 0; index < output.length; index++) {
        const p = a[index] as number;
        const q = b[index] as number;
        const r = c[index] as number;
        const whole = p !== noA && q !== noB && r !== noC;
        output[index] = whole ? formula(p / SCALE, q / SCALE, r / SCALE) : Number.NaN;
      }
      tally.add(output, NODATA);
    },
  };
}
