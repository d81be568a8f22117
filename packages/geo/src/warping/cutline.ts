import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { PointTransform } from './approximate.ts';

const ring = z.array(z.array(z.number()).min(2));
const polygon = z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) });
const multiPolygon = z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) });
const geometry = z.discriminatedUnion('type', [polygon, multiPolygon]);
const feature = z.object({ type: z.literal('Feature'), geometry });
const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(feature) });
/** With a CRS of its own, as GeoJSON of old has, it is left to GDAL. */
const file = z.union([geometry, feature, collection]).and(z.object({ crs: z.undefined().optional() }));

export type Rings = readonly (readonly (readonly number[])[])[];

/** The rings of a file of GeoJSON polygons in degrees; null for any other. */
export async function readCutline(path: string): Promise<Rings | null> {
  const parsed = file.safeParse(
    await readFile(path, 'utf8')
      .then(JSON.parse)
      .catch(() => null),
  );
  if (!parsed.success) return null;
  const { data } = parsed;
  const geometries =
    data.type === 'FeatureCollection'
      ? data.features.map((one) => one.geometry)
      : [data.type === 'Feature' ? data.geometry : data];
  return geometries.flatMap((one) => (one.type === 'Polygon' ? one.coordinates : one.coordinates.flat()));
}

/** The rings with further points on their edges, none further than `step` degrees from the next, in another system. */
export function placed(rings: Rings, transform: PointTransform, step: number): Rings {
  return rings.map((points) =>
    points.flatMap(([x = 0, y = 0], index) => {
      const [lastX = x, lastY = y] = points[index - 1] ?? [];
      const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(x - lastX), Math.abs(y - lastY)) / step));
      return Array.from({ length: pieces }, (_, piece) => {
        const part = (piece + 1) / pieces;
        return transform(lastX + part * (x - lastX), lastY + part * (y - lastY));
      });
    }),
  );
}

/** Says of rows of pixels which have their middle within rings, given in pixels: 1 for each that has. */
export class Mask {
  readonly #width: number;
  readonly #crossings: readonly (readonly number[])[];

  constructor(rings: Rings, width: number, height: number) {
    this.#width = width;
    const crossings = Array.from({ length: height }, (): number[] => []);
    for (const points of rings)
      for (const [index, [x = 0, y = 0]] of points.entries()) {
        const [lastX = x, lastY = y] = points[index - 1] ?? [];
        const [x0, y0, x1, y1] = lastY < y ? [lastX, lastY, x, y] : [x, y, lastX, lastY];
        const last = Math.min(height - 1, Math.ceil(y1 - 0.5) - 1);
        for (let row = Math.max(0, Math.ceil(y0 - 0.5)); row <= last; row++)
          crossings[row]?.push(x0 + ((row + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
      }
    for (const row of crossings) row.sort((a, b) => a - b);
    this.#crossings = crossings;
  }

  rows(top: number, count: number): Uint8Array {
    const width = this.#width;
    const inside = new Uint8Array(width * count);
    for (let row = 0; row < count; row++) {
      const places = this.#crossings[top + row] ?? [];
      for (let pair = 0; pair + 1 < places.length; pair += 2) {
        const [from, to] = places.slice(pair, pair + 2).map((place) => clamp(Math.floor(place + 0.5), width));
        inside.fill(1, row * width + (from ?? 0), row * width + (to ?? 0));
      }
    }
    return inside;
  }
}

function clamp(place: number, width: number): number {
  return Math.max(0, Math.min(width, place));
}
