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

/** The rings of a polygon, its outline first. */
export type Rings = readonly (readonly (readonly number[])[])[];

/** The polygons of a file of GeoJSON in degrees; null for any other file. */
export async function readCutline(path: string): Promise<readonly Rings[] | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const parsed = file.safeParse(parse(text));
  if (!parsed.success) return null;
  const { data } = parsed;
  const geometries =
    data.type === 'FeatureCollection'
      ? data.features.map((one) => one.geometry)
      : [data.type === 'Feature' ? data.geometry : data];
  return geometries.flatMap((one) => (one.type === 'Polygon' ? [one.coordinates] : one.coordinates));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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

/** Where the edges of a polygon cross the middles of rows, by row and from west to east. */
type Crossings = ReadonlyMap<number, readonly number[]>;

/** Says of pixels whether they have their middle within one of several polygons, which are given in pixels. */
export class Mask {
  readonly #width: number;
  readonly #polygons: readonly Crossings[];

  constructor(polygons: readonly Rings[], width: number, height: number) {
    this.#width = width;
    // Each by itself: where two overlap, one ring would take for a hole what is inside of both.
    this.#polygons = polygons.map((rings) => crossingsOf(rings, height));
  }

  /** 1 for each pixel of some rows that is inside. */
  rows(top: number, count: number): Uint8Array {
    const width = this.#width;
    const inside = new Uint8Array(width * count);
    for (const crossings of this.#polygons)
      for (let row = 0; row < count; row++) {
        const places = crossings.get(top + row) ?? [];
        for (let pair = 0; pair + 1 < places.length; pair += 2) {
          const [from, to] = places
            .slice(pair, pair + 2)
            .map((place) => clamp(Math.floor(place + 0.5), width));
          inside.fill(1, row * width + (from ?? 0), row * width + (to ?? 0));
        }
      }
    return inside;
  }
}

function crossingsOf(rings: Rings, height: number): Crossings {
  const crossings = new Map<number, number[]>();
  for (const points of rings)
    for (const [index, [x = 0, y = 0]] of points.entries()) {
      const [lastX = x, lastY = y] = points[index - 1] ?? [];
      const [x0, y0, x1, y1] = lastY < y ? [lastX, lastY, x, y] : [x, y, lastX, lastY];
      const last = Math.min(height - 1, Math.ceil(y1 - 0.5) - 1);
      for (let row = Math.max(0, Math.ceil(y0 - 0.5)); row <= last; row++) {
        const places = crossings.get(row) ?? [];
        places.push(x0 + ((row + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
        crossings.set(row, places);
      }
    }
  for (const places of crossings.values()) places.sort((a, b) => a - b);
  return crossings;
}

function clamp(place: number, width: number): number {
  return Math.max(0, Math.min(width, place));
}
