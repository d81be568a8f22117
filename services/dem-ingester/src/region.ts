import type { Bounds } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';

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

/** The EPSG code of the UTM zone that holds the middle of the bounds. */
export function utmCode([west, south, east, north]: Bounds): number {
  const zone = Math.min(60, Math.max(1, Math.floor(((west + east) / 2 + 180) / 6) + 1));
  return ((south + north) / 2 < 0 ? 32700 : 32600) + zone;
}

/** For messages: "longitude -4.39 to -4.1, latitude 55.81 to 55.92". */
export function boundsText([west, south, east, north]: Bounds): string {
  const [w, s, e, n] = [west, south, east, north].map((degrees) => Number(degrees.toFixed(4)));
  return `longitude ${w} to ${e}, latitude ${s} to ${n}`;
}

export function overlap(a: Bounds, b: Bounds): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

export function expand([west, south, east, north]: Bounds, x: number, y: number): Bounds {
  return [west - x, south - y, east + x, north + y];
}
