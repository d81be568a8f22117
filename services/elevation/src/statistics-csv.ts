import { formatStatistics } from '@fusion-platform/geo';
import type { BandStatistics, StatisticsRow } from '@fusion-platform/geo';

/** Fine enough for percentiles to a centimetre on any mountain. */
export const BINS = 1_000_000;

const DECIMALS = 3;
const PERCENTILES = [5, 25, 50, 75, 95];

/** Columns that a reader looks for first; behind them comes what it takes to combine rows with those of other regions. */
const LEADING = [
  'band',
  'unit',
  'count',
  'minimum',
  'maximum',
  'mean',
  'standard_deviation',
  ...PERCENTILES.map((percent) => `percentile_${percent}`),
];

export interface CountedBand {
  readonly row: StatisticsRow;
  readonly unit: string;
  /** Percentiles come from its histogram; null where there is none. */
  readonly band: BandStatistics | null;
}

/** A row for each band; empty fields where a band has no value. */
export function statisticsCsv(counted: readonly CountedBand[]): string {
  const more = counted.map(({ row, unit, band }) => ({
    band: row.selector,
    unit,
    standard_deviation: row.count === 0 ? '' : text(Math.sqrt(row.squares / row.count), DECIMALS),
    ...Object.fromEntries(
      percentiles(band).map((value, index) => [`percentile_${PERCENTILES[index] ?? 0}`, value]),
    ),
  }));
  return formatStatistics(
    counted.map(({ row }) => row),
    more,
    LEADING,
  );
}

/** Interpolated within the bin of the histogram that holds the percentile, to as many decimals as the bins give. */
function percentiles(band: BandStatistics | null): string[] {
  const { count = 0, minimum = null, maximum = null, histogram = null } = band ?? {};
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

function text(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
