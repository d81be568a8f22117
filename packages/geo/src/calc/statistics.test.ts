import { describe, expect, test } from 'vitest';

import { formatStatistics, parseStatistics } from './statistics-csv.ts';
import { combineStatistics, StatisticsError } from './statistics-row.ts';
import { StatisticsAccumulator } from './statistics-accumulator.ts';

/** Repeatable numbers from 0 to 1 (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function tally(values: ArrayLike<number>, edges: [number, number] = [0, 3], selector = 'Class') {
  const counted = new StatisticsAccumulator(selector, edges);
  counted.add(values, 255);
  return counted.row;
}

/** How far two numbers lie apart, beside the size of one of them. */
function apart(found: number | null, expected: number | null): number {
  if (found === null || expected === null) return found === expected ? 0 : Infinity;
  return Math.abs(found - expected) / Math.max(1e-3, Math.abs(expected));
}

test('ten bins from 0 to 3 hold the classes 0 to 3 in bins 0, 3, 6 and 9', () => {
  const row = tally([0, 0, 1, 2, 2, 2, 3, 255, 255]);
  expect(row).toMatchObject({ count: 7, nodataCount: 2, sum: 10, minimum: 0, maximum: 3 });
  expect(row.bins).toEqual([2, 0, 0, 1, 0, 0, 3, 0, 0, 1]);
  expect(row.mean).toBeCloseTo(10 / 7, 12);
});

test('values beyond the edges are counted in the outermost bins, what is no number is no data', () => {
  const { bins, count, nodataCount } = tally([-5, 0, 3, 7, Number.NaN, Infinity, 255]);
  expect([bins[0], bins[9], count, nodataCount]).toEqual([2, 2, 4, 3]);
});

describe('however the values are split, the parts combine to the statistics of the whole', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => ({ seed })))('seed $seed', ({ seed }) => {
    const next = numbers(seed);
    const shift = seed % 3 === 0 ? 1e6 : 0;
    const values = Array.from({ length: 1 + Math.floor(next() * 3000) }, () =>
      next() < 0.1 ? 255 : shift + (next() - 0.5) * 4,
    );
    const edges: [number, number] = [shift - 2, shift + 2];
    const parts: number[][] = [];
    for (let from = 0; from < values.length;) {
      const length = Math.floor(next() ** 3 * 800);
      parts.push(values.slice(from, from + length));
      from += length;
    }
    const whole = tally(values, edges);
    // Through the files, as the aggregator sees them.
    const rows = parts.flatMap((part) => parseStatistics(formatStatistics([tally(part, edges)])));
    const combined = combineStatistics(rows);
    expect([combined.count, combined.nodataCount, combined.minimum, combined.maximum, combined.bins]).toEqual(
      [whole.count, whole.nodataCount, whole.minimum, whole.maximum, whole.bins],
    );
    expect(apart(combined.sum, whole.sum)).toBeLessThanOrEqual(1e-9);
    expect(apart(combined.mean, whole.mean)).toBeLessThanOrEqual(1e-9);
    expect(apart(combined.squares, whole.squares)).toBeLessThanOrEqual(1e-9);
  });
});

test('statistics of nothing have no mean, and add nothing', () => {
  const nothing = tally([255, 255]);
  const some = tally([1, 2]);
  expect(nothing).toMatchObject({ count: 0, nodataCount: 2, minimum: null, maximum: null, mean: null });
  expect(parseStatistics(formatStatistics([nothing]))).toEqual([nothing]);
  expect(combineStatistics([nothing, some])).toEqual({ ...some, nodataCount: 2 });
});

test('a file keeps every digit and any name', () => {
  const row = tally([0.1, 0.2, 1 / 3], [0, 3], 'A "name", with commas');
  expect(parseStatistics(formatStatistics([row], [{ files: '3' }]))).toEqual([row]);
});

test('histograms with other edges and other selectors are not combined', () => {
  expect(() => combineStatistics([tally([1]), tally([1], [0, 4])])).toThrow(
    new StatisticsError(
      'edges_differ',
      'the histograms of Class have bins from 0 to 3 and from 0 to 4: they cannot be combined exactly',
    ),
  );
  expect(() => combineStatistics([tally([1]), tally([1], [0, 3], 'Other')])).toThrow(
    new StatisticsError('selectors_differ', 'Class and Other are different selectors'),
  );
});

test('a CSV that is something else is refused with what is wrong', () => {
  expect(() => parseStatistics('band,count\r\n1,2\r\n')).toThrow(
    /^the columns selector, nodata_count, sum, /,
  );
  const good = formatStatistics([tally([1, 2])]);
  expect(() => parseStatistics(good.replace('Class,2', 'Class,two'))).toThrow(
    new StatisticsError('not_statistics', 'line 2: count is "two", not a number'),
  );
  expect(() => parseStatistics(good.replace('Class,2', 'Class,'))).toThrow(
    new StatisticsError('not_statistics', 'line 2: count is empty'),
  );
});
