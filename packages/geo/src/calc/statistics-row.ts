import { mergeMoments, noMoments } from '../findings/index.ts';
import type { Moments } from '../findings/index.ts';

export const STATISTICS_BINS = 10;

/** Statistics of some of the values of a selector, in a form that can be combined with that of the others exactly. */
export interface StatisticsRow {
  /** What the values are of, a band for one. */
  readonly selector: string;
  /** Values that count. */
  readonly count: number;
  /** Pixels without a value. */
  readonly nodataCount: number;
  readonly sum: number;
  /** Null, as `maximum` and `mean`, where no value counts. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Sum of the squared differences from the mean. */
  readonly squares: number;
  /** The outer edges of the histogram's bins, which do not depend on the values. */
  readonly edges: readonly [number, number];
  /** Counts in bins of equal width; what lies beyond an edge is counted in the bin next to it. */
  readonly bins: readonly number[];
}

/** Why statistics cannot be combined, or are none. */
export class StatisticsError extends Error {
  override readonly name = 'StatisticsError';
  readonly code: 'edges_differ' | 'selectors_differ' | 'not_statistics';

  constructor(code: StatisticsError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Population standard deviation; null where no value counts. */
export function deviationOf({ count, squares }: StatisticsRow): number | null {
  return count === 0 ? null : Math.sqrt(squares / count);
}

/**
 * The statistics of all values of one selector: exactly those that one count over all of them would give, but for
 * rounding in the last digits.
 * @param rows at least one
 * @throws {StatisticsError} when histograms have different edges: what lies within a bin cannot be told apart any more.
 */
export function combineStatistics(rows: readonly StatisticsRow[]): StatisticsRow {
  const [first] = rows;
  if (first === undefined) throw new RangeError('no statistics to combine');
  const moments = noMoments();
  const bins = Array.from({ length: STATISTICS_BINS }, () => 0);
  let [sum, nodataCount] = [0, 0];
  for (const row of rows) {
    if (row.selector !== first.selector)
      throw new StatisticsError(
        'selectors_differ',
        `${first.selector} and ${row.selector} are different selectors`,
      );
    if (row.edges.some((edge, end) => edge !== first.edges[end]))
      throw new StatisticsError(
        'edges_differ',
        `the histograms of ${row.selector} have bins from ${first.edges.join(' to ')} and from ${row.edges.join(' to ')}: they cannot be combined exactly`,
      );
    mergeMoments(moments, momentsOfRow(row));
    sum += row.sum;
    nodataCount += row.nodataCount;
    for (const [bin, count] of row.bins.entries()) bins[bin] = (bins[bin] ?? 0) + count;
  }
  return rowOf(first.selector, first.edges, { moments, sum, nodataCount, bins });
}

function momentsOfRow({ count, minimum, maximum, mean, squares }: StatisticsRow): Moments {
  return { count, minimum: minimum ?? Infinity, maximum: maximum ?? -Infinity, mean: mean ?? 0, squares };
}

export function rowOf(
  selector: string,
  edges: readonly [number, number],
  found: { moments: Moments; sum: number; nodataCount: number; bins: readonly number[] },
): StatisticsRow {
  const { moments, sum, nodataCount, bins } = found;
  const { count, minimum, maximum, mean, squares } = moments;
  const some = count > 0;
  return {
    selector,
    count,
    nodataCount,
    sum,
    squares,
    edges,
    minimum: some ? minimum : null,
    maximum: some ? maximum : null,
    mean: some ? mean : null,
    bins: [...bins],
  };
}
