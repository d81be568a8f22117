import type { MultiPolygon, Polygon } from 'geojson';

import type { Bounds } from '../gdal/index.ts';

type Region = Pick<Polygon, 'type' | 'coordinates'> | Pick<MultiPolygon, 'type' | 'coordinates'>;

/** West, south, east and north of a region, in degrees. */
export function regionBounds(region: Region): Bounds {
  const rings = region.type === 'Polygon' ? region.coordinates : region.coordinates.flat();
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = Number.NaN, lat = Number.NaN] of rings.flat()) {
    west = Math.min(west, lon);
    south = Math.min(south, lat);
    east = Math.max(east, lon);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}

/**
 * Whether a region lies on both sides of the antimeridian, which cuts it in two: its bounds then go around the whole
 * Earth, the middle of them is on the other side of it, and images over them have all that is between.
 */
export function crossesAntimeridian(region: Region): boolean {
  const polygons = region.type === 'Polygon' ? [region.coordinates] : region.coordinates;
  const spans = polygons
    .map((polygon) => regionBounds({ type: 'Polygon', coordinates: polygon }))
    .map(([west, , east]) => [west, east] as const)
    .toSorted(([a], [b]) => a - b);
  let reached = -Infinity;
  for (const [west, east] of spans) {
    if (west - reached > 180 && Number.isFinite(reached)) return true;
    reached = Math.max(reached, east);
  }
  return false;
}

/** For messages of services that make one image of a region. */
export const ANTIMERIDIAN_REFUSAL =
  'The region lies on both sides of the antimeridian (180 degrees of longitude), and no image is made across it. ' +
  'Cut the region there, and execute a process for each side';

/** The EPSG code of the UTM zone that holds the middle of bounds in degrees. */
export function utmCode([west, south, east, north]: Bounds): number {
  const zone = Math.min(60, Math.max(1, Math.floor(((west + east) / 2 + 180) / 6) + 1));
  return ((south + north) / 2 < 0 ? 32700 : 32600) + zone;
}

/** For messages: "longitude -4.39 to -4.1, latitude 55.81 to 55.92". */
export function boundsText([west, south, east, north]: Bounds): string {
  const [w, s, e, n] = [west, south, east, north].map((degrees) => Number(degrees.toFixed(4)));
  return `longitude ${w} to ${e}, latitude ${s} to ${n}`;
}
