import type { Bounds, Crs, GeoreferencedPixelGrid } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';

/** Says of a row of pixels, counted from the top, which have their middle in the region: 1 for each that has. */
export type Outline = (row: number) => Uint8Array;

/** Edges are drawn on the ellipsoid in pieces of this many degrees at most: straight ones of a projection differ. */
const PIECE = 0.01;

/**
 * The region on a grid. A pixel belongs to it when its middle lies inside, so of regions that share an edge each
 * pixel belongs to one.
 */
export function outlineOn(
  region: Region,
  crs: Crs,
  { bounds, resolution, width, height }: GeoreferencedPixelGrid,
): Outline {
  const [west, , , north] = bounds;
  const [across, down] = resolution;
  const polygons = region.type === 'Polygon' ? [region.coordinates] : region.coordinates;
  const rows = polygons.map((rings) => {
    const crossings = Array.from({ length: height }, (): number[] => []);
    for (const [from, to] of edges(rings, crs)) {
      // The lower end first, so that an edge crosses alike from whichever side it is drawn.
      const [[x0, y0], [x1, y1]] = from[1] < to[1] ? [from, to] : [to, from];
      const first = Math.max(0, Math.ceil((north - y1) / down - 0.5));
      for (let row = first; row < height; row++) {
        const y = north - (row + 0.5) * down;
        if (y <= y0) break;
        if (y > y1) continue;
        crossings[row]?.push((x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) - west) / across);
      }
    }
    for (const row of crossings) row.sort((a, b) => a - b);
    return crossings;
  });
  return (row) => {
    const inside = new Uint8Array(width);
    for (const crossings of rows) {
      const places = crossings[row] ?? [];
      for (let pair = 0; pair + 1 < places.length; pair += 2) {
        const [from, to] = [places[pair] as number, places[pair + 1] as number];
        inside.fill(1, Math.max(0, Math.ceil(from - 0.5)), Math.max(0, Math.ceil(to - 0.5)));
      }
    }
    return inside;
  };
}

/** The smallest rectangle of the CRS around a region: that around its box of degrees is larger, since it is bent. */
export function boundsIn(region: Region, crs: Crs): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rings of region.type === 'Polygon' ? [region.coordinates] : region.coordinates)
    for (const [, [x, y]] of edges(rings, crs)) {
      west = Math.min(west, x);
      south = Math.min(south, y);
      east = Math.max(east, x);
      north = Math.max(north, y);
    }
  return [west, south, east, north];
}

type Point = readonly [number, number];

function* edges(rings: readonly (readonly (readonly number[])[])[], crs: Crs): Generator<[Point, Point]> {
  for (const ring of rings) {
    let before: Point | null = null;
    for (const [index, [lon = 0, lat = 0]] of ring.entries()) {
      const [lastLon = lon, lastLat = lat] = ring[index - 1] ?? [];
      const steps = Math.max(
        1,
        Math.ceil(Math.max(Math.abs(lon - lastLon), Math.abs(lat - lastLat)) / PIECE),
      );
      for (let step = 1; step <= steps; step++) {
        const part = step / steps;
        const point = crs.fromLonLat(lastLon + part * (lon - lastLon), lastLat + part * (lat - lastLat));
        if (before !== null) yield [before, point];
        before = point;
      }
    }
  }
}
