import type { BandStatistics } from '@fusion-platform/geo';

import type { Band } from './write-elevation.ts';

/** Fine enough for percentiles to a centimetre on any mountain. */
export const BINS = 1_000_000;

const DECIMALS = 3;
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
    const values = [band.minimum, band.maximum, band.mean, band.sd].map((value) => text(value, DECIMALS));
    return [name, unit, String(band.count), ...values, ...percentiles(band)];
  });
  return [HEADER, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Interpolated within the bin of the histogram that holds the percentile, to as many decimals as the bins give. */
function percentiles({ count, minimum, maximum, histogram }: BandStatistics): string[] {
  if (minimum === null || maximum === null || histogram === null) return PERCENTILES.map(() => '');
  const width = (maximum - minimum) / histogram.length;
  const decimals = width > 0 ? Math.min(DECIMALS, Math.max(0, Math.floor(-Math.log10(width)))) : DECIMALS;
  const found: string[] = [];
  let below = 0;
  for (const [bin, here] of histogram.entries()) {
    if (here === 0) continue;
    const within = PERCENTILES.slice(found.length)
      .map((percent) => (percent / 100) * count)
      .filter((rank) => below + here >= rank);
    found.push(...within.map((rank) => text(minimum + (bin + (rank - below) / here) * width, decimals)));
    below += here;
  }
  return found;
}

function text(value: number | null, decimals: number): string {
  return value === null ? '' : String(Number(value.toFixed(decimals)));
}
