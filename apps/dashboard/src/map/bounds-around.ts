type Degrees = readonly number[];

/** Bounds across the antimeridian, whose west is greater than their east, go on beyond 180 degrees. */
export function unwrapBounds(bounds: Degrees): Degrees {
  const [west = 0, south = 0, east = 0, north = 0] = bounds;
  return west > east ? [west, south, east + 360, north] : bounds;
}

/**
 * West, south, east and north around several such. Where some reach across the antimeridian, what lies west of Greenwich
 * is taken to be beyond it: a map of Fiji shows Fiji, not the whole Earth between its halves.
 */
export function boundsAround(all: readonly (Degrees | null | undefined)[]): Degrees | undefined {
  const known = all.filter((bounds) => bounds?.length === 4) as Degrees[];
  if (known.length === 0) return undefined;
  const across = known.some(([west = 0, , east = 0]) => west > east);
  const placed = known.map((one) => {
    const [west = 0, south = 0, east = 0, north = 0] = unwrapBounds(one);
    return across && west < 0 ? [west + 360, south, east + 360, north] : [west, south, east, north];
  });
  const corner = (i: number, pick: (...values: number[]) => number): number =>
    pick(...placed.map((one) => one[i]!));
  return [corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)];
}
