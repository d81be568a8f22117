import type { Bounds } from '@fusion-platform/geo';

const METRES_PER_DEGREE = 111_320;

/** A pixel of so many metres in degrees, about square at the middle of the bounds. */
export function degreesOf(metres: number, [, south, , north]: Bounds): [number, number] {
  const y = metres / METRES_PER_DEGREE;
  return [y / Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180)), y];
}

/** The round number of metres that a pixel is sold as: 30 for 1/3600 of a degree, 30.9 m. */
export function nominalMetres(degrees: number): number {
  const metres = degrees * METRES_PER_DEGREE;
  return metres >= 10 ? Math.floor(metres / 10) * 10 : metres;
}
