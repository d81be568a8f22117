import type { CogArray } from '@fusion-platform/geo';

import { percent } from './choose.ts';

const CLOUDS = [8, 9, 10];
const SHADOW = 3;

/** Counts the classes of a scene classification. */
export class SceneSummary {
  readonly #counts = new Float64Array(256);

  add(classes: CogArray): void {
    for (const kind of classes) this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
  }

  /** Pixels with data. */
  get seen(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0) - (this.#counts[0] ?? 0);
  }

  /** For the log: "12.3 % cloud and 2 % shadow over the region". */
  get text(): string {
    const share = (...kinds: number[]): string => {
      const sum = kinds.reduce((total, kind) => total + (this.#counts[kind] ?? 0), 0);
      return percent((100 * sum) / Math.max(1, this.seen));
    };
    return `${share(...CLOUDS)} cloud and ${share(SHADOW)} shadow over the region`;
  }
}
