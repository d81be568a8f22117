import type { BandStatistics } from '@fusion-platform/geo';

import type { Band } from './write-elevation.ts';

/** Fine enough for percentiles to a centimetre or two on any mountain. */
export const BINS = 100_000;

const PERCENTILES = [5, 25, 50, 75, 95];

const HEADER = [
  'band',
  'unit',
  'count',
  'minimum',
  'maximum',
  'mean',
  'standard_deviation',
  ...PERCENTILES.map((percent) => `percentile_${percent}`),
];

/** A row for each band; empty fields where a band has no value. Lines end as RFC 4180 has it. */
export function statisticsCsv(statistics: readonly BandStatistics[], first: Band): string {
  const rows = statistics.map((band, index) => {
    const { name, unit } = index === 0 ? first : { name: `band_${index + 1}`, unit: '' };
    const values = [band.minimum, band.maximum, band.mean, band.sd, ...percentiles(band)];
    return [name, unit, String(band.count), ...values.map(text)];
  });
  return [HEADER, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Interpolated within the bin of the histogram that holds the percentile. */
function percentiles({ count, minimum, maximum, histogram }: BandStatistics): (number | null)[] {
  if (minimum === null || maximum === null || histogram === null) return PERCENTILES.map(() => null);
  const width = (maximum - minimum) / histogram.length;
  return PERCENTILES.map((percent) => {
    const rank = (percent / 100) * count;
    let below = 0;
    for (const [bin, here] of histogram.entries()) {
      if (here > 0 && below + here >= rank) return minimum + (bin + (rank - below) / here) * width;
      below += here;
    }
    return maximum;
  });
}

function text(value: number | null): string {
  return value === null ? '' : String(Number(value.toFixed(3)));
}
