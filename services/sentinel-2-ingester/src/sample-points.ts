import { regionBounds } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';

type Ring = readonly (readonly number[])[];
type Rings = readonly Ring[];

/** Points that stand for a region. */
export interface SamplePoints {
  readonly points: readonly (readonly [number, number])[];
  /** So many of the first are spread evenly over its area; the others are its corners. */
  readonly even: number;
}

const ACROSS = 128;

/**
 * A hundred or so rows of points within a region, and its corners, so that no part that sticks out is missed. Measuring
 * areas on outlines of a hundred thousand points takes many times as long, and a percent is all that is asked for.
 */
export function samplePoints(region: Region): SamplePoints {
  const [west, south, east, north] = regionBounds(region);
  const polygons: readonly Rings[] = region.type === 'Polygon' ? [region.coordinates] : region.coordinates;
  const points: [number, number][] = [];
  for (let row = 0; row < ACROSS; row++) {
    const latitude = south + ((row + 0.5) / ACROSS) * (north - south);
    for (const rings of polygons) {
      const crossings = crossingsOf(rings, latitude);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [from, to] = [crossings[pair] as number, crossings[pair + 1] as number];
        const step = (east - west) / ACROSS;
        const first = Math.ceil((from - west) / step - 0.5);
        for (let column = first; west + (column + 0.5) * step < to; column++)
          points.push([west + (column + 0.5) * step, latitude]);
      }
    }
  }
  const even = points.length;
  for (const rings of polygons)
    for (const [longitude = 0, latitude = 0] of rings.flat()) points.push([longitude, latitude]);
  return { points, even: even > 0 ? even : points.length };
}

/** Whether a place lies in a geometry. */
export function covers(geometry: unknown): (point: readonly [number, number]) => boolean {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  const polygons =
    type === 'Polygon' ? [coordinates as Rings] : type === 'MultiPolygon' ? (coordinates as Rings[]) : [];
  return ([longitude, latitude]) =>
    polygons.some((rings) => {
      const before = crossingsOf(rings, latitude).filter((crossing) => crossing <= longitude).length;
      return before % 2 === 1;
    });
}

/** Where a line of latitude crosses the outline, from west to east. */
function crossingsOf(rings: Rings, latitude: number): number[] {
  const crossings: number[] = [];
  for (const ring of rings)
    for (let index = 0; index + 1 < ring.length; index++) {
      const [x0 = 0, y0 = 0] = ring[index] ?? [];
      const [x1 = 0, y1 = 0] = ring[index + 1] ?? [];
      if (y0 > latitude !== y1 > latitude) crossings.push(x0 + ((latitude - y0) / (y1 - y0)) * (x1 - x0));
    }
  return crossings.sort((a, b) => a - b);
}
