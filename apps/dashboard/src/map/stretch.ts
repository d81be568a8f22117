interface Statistics {
  readonly colours?: readonly string[] | null | undefined;
  readonly minimum?: number | null | undefined;
  readonly maximum?: number | null | undefined;
  readonly histogram?: readonly number[] | null | undefined;
  readonly histogram_minimum?: number | null | undefined;
  readonly histogram_maximum?: number | null | undefined;
}

/**
 * The values from which and to which colours go: between them lie all but two per cent at either end, as the histogram has
 * it, so that a few odd pixels do not take all the colours.
 */
export function stretchOf(statistics: Statistics | undefined): readonly [number, number] {
  const { minimum, maximum, histogram, histogram_minimum: from, histogram_maximum: to } = statistics ?? {};
  const whole = [minimum ?? 0, maximum ?? 255] as const;
  if (!histogram || histogram.length === 0 || typeof from !== 'number' || typeof to !== 'number')
    return whole;
  const all = histogram.reduce((sum, count) => sum + count, 0);
  if (all === 0) return whole;
  const width = (to - from) / histogram.length;
  const at = (share: number): number => {
    let left = share * all;
    for (const [i, count] of histogram.entries()) {
      if (count >= left && count > 0) return from + (i + left / count) * width;
      left -= count;
    }
    return to;
  };
  const [low, high] = [at(0.02), at(0.98)];
  return high > low ? [low, high] : whole;
}

/** How a band is shown at first: in the colours that it brings, or from low to high by its statistics. */
export function styleOfBand(
  file: { readonly selectors?: readonly Statistics[] | null | undefined },
  band: number,
): {
  readonly bands: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly palette: readonly string[] | undefined;
} {
  const statistics = file.selectors?.[band];
  const [low, high] = stretchOf(statistics);
  return { bands: [band], low, high, palette: statistics?.colours ?? undefined };
}
