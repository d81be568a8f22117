type Point = readonly number[];

/**
 * A ring in degrees without its jumps from one side of the world to the other: what crosses the 180th meridian goes on
 * beyond it. One that goes around a pole is closed along that pole.
 */
export function unwrapRing(ring: readonly Point[]): number[][] {
  const points: number[][] = [];
  let turn = 0;
  let before: number | undefined;
  for (const [x = 0, y = 0] of ring) {
    if (before !== undefined && x - before > 180) turn -= 360;
    if (before !== undefined && before - x > 180) turn += 360;
    before = x;
    points.push([x + turn, y]);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || turn === 0) return points;
  if (Math.abs(first[0]! - last[0]!) > 180) {
    const pole = last[1]! < 0 ? -90 : 90;
    points.push([last[0]!, pole], [first[0]!, pole], [...first]);
  }
  return points;
}
