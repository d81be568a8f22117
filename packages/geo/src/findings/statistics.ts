/** Sums of the values seen so far, kept so that they can be merged without loss of precision. */
export interface Moments {
  count: number;
  minimum: number;
  maximum: number;
  mean: number;
  /** Sum of the squared differences from the mean. */
  squares: number;
}

export function noMoments(): Moments {
  return { count: 0, minimum: Infinity, maximum: -Infinity, mean: 0, squares: 0 };
}

/** Adds the moments of another part (Chan, Golub and LeVeque, 1979). */
export function mergeMoments(into: Moments, part: Moments): void {
  if (part.count === 0) return;
  const count = into.count + part.count;
  const difference = part.mean - into.mean;
  into.mean += (difference * part.count) / count;
  into.squares += part.squares + (difference * difference * into.count * part.count) / count;
  into.count = count;
  into.minimum = Math.min(into.minimum, part.minimum);
  into.maximum = Math.max(into.maximum, part.maximum);
}

/** The moments of the values that `accept` keeps; numbers that are not finite are never kept. */
export function momentsOf(
  values: ArrayLike<number>,
  accept: (value: number) => boolean = () => true,
): Moments {
  const moments = noMoments();
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value) || !accept(value)) continue;
    moments.count += 1;
    sum += value;
    if (value < moments.minimum) moments.minimum = value;
    if (value > moments.maximum) moments.maximum = value;
  }
  if (moments.count === 0) return moments;
  moments.mean = sum / moments.count;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Number.isFinite(value) && accept(value)) moments.squares += (value - moments.mean) ** 2;
  }
  return moments;
}

export function standardDeviation({ count, squares }: Moments): number {
  return count === 0 ? 0 : Math.sqrt(squares / count);
}

/** Counts values in bins of equal width; the last bin holds the maximum too. */
export class Histogram {
  readonly counts: number[];
  readonly #minimum: number;
  readonly #scale: number;

  constructor(bins: number, minimum: number, maximum: number) {
    this.counts = Array.from({ length: bins }, () => 0);
    this.#minimum = minimum;
    this.#scale = maximum > minimum ? bins / (maximum - minimum) : 0;
  }

  add(value: number, times = 1): void {
    const bin = Math.min(this.counts.length - 1, Math.floor((value - this.#minimum) * this.#scale));
    this.counts[bin] = (this.counts[bin] ?? 0) + times;
  }
}
