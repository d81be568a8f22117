import type { CalcRows } from '@fusion-platform/geo';

/** WGS 84: half the longer axis in metres, and the square of the first eccentricity. */
const A = 6_378_137;
const E2 = 0.006_694_379_990_14;
const RADIANS = Math.PI / 180;

/** Width and height of a pixel on the ground, in metres. */
export type Ground = readonly [number, number];

/**
 * How large the pixels of a row are on the ground. Of a grid in degrees they get narrower towards the poles: a degree of
 * longitude is N cos(latitude), one of latitude M, with the ellipsoid's radii of curvature along the parallel's normal and
 * the meridian (Snyder 1987, Map Projections: A Working Manual, equations 4-18 and 4-20). gdaldem has one scale for both,
 * which is wrong by a factor of 1.8 from east to west at 56 degrees north.
 * Other grids are taken as being in metres; a UTM zone is so to 0.1 % or better.
 */
export function groundOf(
  { bounds, resolution }: CalcRows['grid'],
  geographic: boolean,
): (row: number) => Ground {
  if (!geographic) return () => resolution;
  const [x, y] = resolution;
  return (row) => {
    const latitude = (bounds[3] - (row + 0.5) * y) * RADIANS;
    const root = Math.sqrt(1 - E2 * Math.sin(latitude) ** 2);
    const [along, across] = [(A * (1 - E2)) / root ** 3, (A / root) * Math.cos(latitude)];
    return [across * RADIANS * x, along * RADIANS * y];
  };
}
