/** The middle of the values, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1]!, sorted[Math.floor(middle)]!];
  return { median: (low + high) / 2, least: sorted[0]!, most: sorted.at(-1)! };
}

export function told({ median, least, most }: Spread, unit = '', digits = 2): string {
  const [middle, from, to] = [median, least, most].map((value) => value.toFixed(digits));
  return `${middle}${unit} (${from} to ${to})`;
}
