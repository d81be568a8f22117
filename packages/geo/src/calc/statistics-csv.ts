import { csvFormat, csvParse } from 'd3-dsv';

import { deviationOf, StatisticsError, STATISTICS_BINS } from './statistics-row.ts';
import type { StatisticsRow } from './statistics-row.ts';

const BINS = Array.from({ length: STATISTICS_BINS }, (_, index) => `bin_${index + 1}`);
const COLUMNS = [
  'selector',
  'count',
  'nodata_count',
  'sum',
  'minimum',
  'maximum',
  'mean',
  'sd',
  'm2',
  'histogram_minimum',
  'histogram_maximum',
  ...BINS,
];

/**
 * Statistics as CSV, a line a selector. `m2` is the sum of the squared differences from the mean, and numbers have all
 * their digits: so files can be combined exactly.
 * @param more further columns of each row, behind the others
 * @param leading names of columns that come before all others
 */
export function formatStatistics(
  rows: readonly StatisticsRow[],
  more: readonly Readonly<Record<string, string>>[] = [],
  leading: readonly string[] = [],
): string {
  const objects = rows.map((row, index) => ({ ...present(row), ...more[index] }));
  const columns = [...new Set([...leading, ...COLUMNS, ...Object.keys(more[0] ?? {})])];
  return `${csvFormat(objects, columns)}\n`;
}

function present(row: StatisticsRow): Record<string, string> {
  const text = (value: number | null): string => (value === null ? '' : String(value));
  return {
    selector: row.selector,
    count: text(row.count),
    nodata_count: text(row.nodataCount),
    sum: text(row.sum),
    minimum: text(row.minimum),
    maximum: text(row.maximum),
    mean: text(row.mean),
    sd: text(deviationOf(row)),
    m2: text(row.squares),
    histogram_minimum: text(row.edges[0]),
    histogram_maximum: text(row.edges[1]),
    ...Object.fromEntries(BINS.map((name, bin) => [name, text(row.bins[bin] ?? 0)])),
  };
}

/**
 * Reads what `formatStatistics` writes; further columns are left out.
 * @throws {StatisticsError} naming the line and the column that is wrong
 */
export function parseStatistics(text: string): StatisticsRow[] {
  const table = csvParse(text.replace(/^\uFEFF/, ''));
  const missing = COLUMNS.filter((column) => column !== 'sd' && !table.columns.includes(column));
  if (missing.length > 0)
    throw new StatisticsError('not_statistics', `the columns ${missing.join(', ')} are missing`);
  return table.map((line, index) => {
    const optional = (column: string): number | null => {
      const field = line[column]?.trim() ?? '';
      const value = Number(field);
      if (!Number.isFinite(value))
        throw new StatisticsError(
          'not_statistics',
          `line ${index + 2}: ${column} is "${field}", not a number`,
        );
      return field === '' ? null : value;
    };
    const number = (column: string): number => {
      const value = optional(column);
      if (value === null)
        throw new StatisticsError('not_statistics', `line ${index + 2}: ${column} is empty`);
      return value;
    };
    return {
      selector: line['selector'] ?? '',
      count: number('count'),
      nodataCount: number('nodata_count'),
      sum: number('sum'),
      minimum: optional('minimum'),
      maximum: optional('maximum'),
      mean: optional('mean'),
      squares: number('m2'),
      edges: [number('histogram_minimum'), number('histogram_maximum')],
      bins: BINS.map(number),
    };
  });
}
