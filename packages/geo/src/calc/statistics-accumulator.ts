import { mergeMoments, noMoments } from '../findings/index.ts';
import { rowOf, STATISTICS_BINS } from './statistics-row.ts';
import type { StatisticsRow } from './statistics-row.ts';

/** Counts the values of a selector as they come, some at a time. */
export class StatisticsAccumulator {
  readonly #selector: string;
  readonly #edges: readonly [number, number];
  readonly #moments = noMoments();
  readonly #bins = new Float64Array(STATISTICS_BINS);
  #sum = 0;
  #nodataCount = 0;

  /** @param edges of the histogram; the same wherever the selector is counted, so that counts can be combined */
  constructor(selector: string, edges: readonly [number, number]) {
    this.#selector = selector;
    this.#edges = edges;
  }

  /** NaN, infinities and `nodata` do not count. */
  add(values: ArrayLike<number>, nodata: number): void {
    let [count, sum, minimum, maximum] = [0, 0, Infinity, -Infinity];
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (value === nodata || !Number.isFinite(value)) continue;
      count += 1;
      sum += value;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
    this.#nodataCount += values.length - count;
    if (count === 0) return;
    this.#sum += sum;
    const mean = sum / count;
    const squares = this.#spread(values, nodata, mean);
    mergeMoments(this.#moments, { count, minimum, maximum, mean, squares });
  }

  get row(): StatisticsRow {
    return rowOf(this.#selector, this.#edges, {
      moments: this.#moments,
      sum: this.#sum,
      nodataCount: this.#nodataCount,
      bins: [...this.#bins],
    });
  }

  /** Counts the histogram; gives the sum of the squared differences from the mean. */
  #spread(values: ArrayLike<number>, nodata: number, mean: number): number {
    const [low, high] = this.#edges;
    const bins = this.#bins;
    const last = bins.length - 1;
    const scale = bins.length / (high - low);
    let squares = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (value === nodata || !Number.isFinite(value)) continue;
      squares += (value - mean) * (value - mean);
      const place = Math.floor((value - low) * scale);
      const bin = place < 0 ? 0 : place > last ? last : place;
      bins[bin] = (bins[bin] as number) + 1;
    }
    return squares;
  }
}
