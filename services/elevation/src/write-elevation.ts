import { calculate, StatisticsAccumulator } from '@fusion-platform/geo';
import type { StatisticsRow } from '@fusion-platform/geo';

import { NODATA } from './clip.ts';

export interface WriteElevationOptions {
  readonly input: string;
  /** How many the input has. Only the first one of a DEM is known to be elevation. */
  readonly bands: number;
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
}

/** Of the histogram: from below the Dead Sea to above Mount Everest. */
const EDGES = [-500, 9000] as const;

/** Writes a clipped DEM as a COG with names, units and statistics, and counts it. */
export async function writeElevation(options: WriteElevationOptions): Promise<StatisticsRow[]> {
  const { input, bands, ...rest } = options;
  const tallies = Array.from(
    { length: bands },
    (_, index) => new StatisticsAccumulator(index === 0 ? 'Elevation' : `band_${index + 1}`, EDGES),
  );
  await calculate({
    ...rest,
    bands: tallies.map((tally, index) => ({
      name: tally.row.selector,
      ...(index === 0 ? { unit: 'm' } : {}),
      sources: [{ path: input, band: index + 1 }],
      calculate: ([heights], output, { nodata }) => {
        if (heights === undefined) return;
        for (let pixel = 0; pixel < output.length; pixel++) {
          const height = heights[pixel] as number;
          output[pixel] = height === nodata[0] ? Number.NaN : height;
        }
        tally.add(output, NODATA);
      },
      statistics: () => tally.row,
    })),
    dataType: 'float32',
    nodata: NODATA,
    reduction: 'average',
  });
  return tallies.map(({ row }) => row);
}
