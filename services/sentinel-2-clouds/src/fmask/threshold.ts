/** Over water, and the most that it is over land. */
const FIXED = 0.5;
const MARGIN = 0.2;
const PERCENTILE = 0.825;
const BINS = 400;
const MOST = 2;

/**
 * From which probability on a potential cloud over land is one: 0.2 above nearly all of the clear land of the scene
 * (Zhu and Woodcock 2012, equation 17), and never above 0.5, as over water: what a wholly clouded scene has left
 * between its clouds is no clear land.
 */
export class LandThreshold {
  readonly #counts = new Float64Array(BINS);

  /** The probability of a pixel of clear land. */
  add(probability: number): void {
    const bin = Math.min(BINS - 1, Math.floor((probability / MOST) * BINS));
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
  }

  get value(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let below = 0;
    for (const [bin, count] of this.#counts.entries()) {
      below += count;
      if (total > 0 && below >= PERCENTILE * total) return Math.min(FIXED, (bin / BINS) * MOST + MARGIN);
    }
    return FIXED;
  }
}

export const WATER_THRESHOLD = FIXED;
