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
