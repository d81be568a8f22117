import { crsOf } from '@fusion-platform/geo';
import type { Bounds, GeoreferencedPixelGrid } from '@fusion-platform/geo';

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

/** A grid with so many more pixels on each side, as far as there is an earth. */
export function widened(grid: GeoreferencedPixelGrid, margin: number): GeoreferencedPixelGrid {
  const { crs, bounds, resolution, width, height } = grid;
  const [x, y] = resolution;
  const geographic = crsOf(Number(crs.replace('EPSG:', '')))?.geographic ?? false;
  const room = (from: number, to: number, size: number): number =>
    geographic ? Math.max(0, Math.min(margin, Math.floor((to - from) / size + 1e-6))) : margin;
  const [west, south, east, north] = [
    room(-180, bounds[0], x),
    room(-90, bounds[1], y),
    room(bounds[2], 180, x),
    room(bounds[3], 90, y),
  ];
  return {
    ...grid,
    bounds: [bounds[0] - west * x, bounds[1] - south * y, bounds[2] + east * x, bounds[3] + north * y],
    width: width + west + east,
    height: height + south + north,
  };
}
