import { transform } from 'ol/proj.js';
import type { ProjectionLike } from 'ol/proj.js';

/** Points along each edge that are looked at: edges bend from one system to another. */
const steps = 12;
const metresPerDegree = 111_320;

/**
 * How far, in metres, a projection puts the bounds of a raster from where the platform, with all that PROJ knows, has them
 * in degrees. Undefined where bounds cannot tell: around a pole, and over the 180th meridian.
 */
export function distanceFromBounds(
  extent: readonly [number, number, number, number],
  projection: ProjectionLike,
  bounds: readonly number[] | null | undefined,
): number | undefined {
  if (bounds?.length !== 4) return undefined;
  const [west, south, east, north] = bounds as [number, number, number, number];
  if (west > east || east - west > 350) return undefined;
  const [left, bottom, right, top] = extent;
  const edges = Array.from({ length: steps + 1 }, (_, i) => {
    const [x, y] = [left + ((right - left) * i) / steps, bottom + ((top - bottom) * i) / steps];
    return [
      [x, bottom],
      [x, top],
      [left, y],
      [right, y],
    ];
  }).flat();
  const placed = edges.map((point) => transform(point, projection, 'EPSG:4326'));
  const [xs, ys] = [placed.map(([x]) => x!), placed.map(([, y]) => y!)];
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return (
    metresPerDegree *
    Math.max(
      Math.abs(Math.min(...xs) - west) * shrink,
      Math.abs(Math.max(...xs) - east) * shrink,
      Math.abs(Math.min(...ys) - south),
      Math.abs(Math.max(...ys) - north),
    )
  );
}
