import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { planarArea } from '../crs/index.ts';
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

/** The rings with further points on their edges, none further than `step` from the next, in another system. */
export function placed(rings: Rings, transform: PointTransform, step: number): Rings {
  return rings.map((points) =>
    points.flatMap(([x = 0, y = 0], index) => {
      const [lastX = x, lastY = y] = points[index - 1] ?? [];
      const pieces = piecesOf(Math.hypot(x - lastX, y - lastY), step);
      return Array.from({ length: pieces }, (_, piece) =>
        piece + 1 === pieces
          ? transform(x, y)
          : transform(
              lastX + ((piece + 1) * (x - lastX)) / pieces,
              lastY + ((piece + 1) * (y - lastY)) / pieces,
            ),
      );
    }),
  );
}

/** An edge that is longer than the step by less than a hundredth stays whole. */
function piecesOf(length: number, step: number): number {
  return 1 + Math.max(0, Math.floor(length / step - 0.01));
}

/** The longest edge of any ring. */
function longestEdge(polygons: readonly Rings[]): number {
  let longest = 0;
  for (const points of polygons.flat())
    for (const [index, [x = 0, y = 0]] of points.entries()) {
      const [lastX = x, lastY = y] = points[index - 1] ?? [];
      longest = Math.max(longest, Math.hypot(x - lastX, y - lastY));
    }
  return longest;
}

/**
 * Polygons in degrees as polygons in pixels of a source, by the rules of gdalwarp: where the source is projected, edges are
 * bent, so they are divided until the longest is about a pixel; and what comes out is rounded to 15 digits, which makes an
 * edge through the middles of pixels run through them exactly.
 * @param toPixels from degrees to columns and rows
 * @param bent whether edges that are straight in degrees are bent in the source
 */
export function inPixels(polygons: readonly Rings[], toPixels: PointTransform, bent: boolean): Rings[] {
  const place = (step: number): Rings[] => polygons.map((rings) => placed(rings, toPixels, step));
  let found = place(Infinity);
  const longest = longestEdge(found);
  if (bent && longest > 1) found = place(longestEdge(polygons) / longest);
  return found.map((rings) => rings.map((points) => points.map((point) => point.map(rounded))));
}

/** As GDAL writes a coordinate down as text, in between: 15 digits, or 15 decimals below 1. */
function rounded(value: number): number {
  return Number(Math.abs(value) < 1 ? value.toFixed(15) : value.toPrecision(15));
}

/** What of a row is inside: from a column up to another, which is not. */
type Spans = readonly (readonly [number, number])[];

/** Says of pixels whether they have their middle within one of several polygons, which are given in pixels. */
export class Mask {
  readonly #width: number;
  readonly #polygons: readonly ReadonlyMap<number, Spans>[];

  constructor(polygons: readonly Rings[], width: number, height: number) {
    this.#width = width;
    // Each by itself: where two overlap, one ring would take for a hole what is inside of both.
    this.#polygons = polygons.map((rings) => spansOf(rings, height));
  }

  /** 1 for each pixel of some rows that is inside. */
  rows(top: number, count: number): Uint8Array {
    const width = this.#width;
    const inside = new Uint8Array(width * count);
    for (const spans of this.#polygons)
      for (let row = 0; row < count; row++)
        for (const [from, to] of spans.get(top + row) ?? [])
          inside.fill(1, row * width + clamp(from, width), row * width + clamp(to, width));
    return inside;
  }
}

/**
 * The spans of each row between the edges that cross the line through its middles. GDAL's rule for a middle on an edge: on
 * an eastern or a northern one it is inside, on a western or a southern one it is not; on the upper edge of a hole it is
 * inside too.
 */
function spansOf(rings: Rings, height: number): Map<number, Spans> {
  const crossings = new Map<number, number[]>();
  const spans = new Map<number, [number, number][]>();
  const column = (place: number): number => Math.floor(place + 0.5);
  for (const points of rings) {
    const eastward = planarArea(points.map((point) => [...point])) > 0;
    for (const [index, [x = 0, y = 0]] of points.entries()) {
      const [lastX = x, lastY = y] = points.at(index - 1) ?? [];
      if (lastY === y) {
        const row = y - 0.5;
        if (x > lastX === eastward && Number.isInteger(row) && row >= 0 && row < height)
          append(spans, row, [column(Math.min(lastX, x)), column(Math.max(lastX, x))]);
        continue;
      }
      const [x0, y0, x1, y1] = lastY < y ? [lastX, lastY, x, y] : [x, y, lastX, lastY];
      const last = Math.min(height - 1, Math.ceil(y1 - 0.5) - 1);
      for (let row = Math.max(0, Math.ceil(y0 - 0.5)); row <= last; row++)
        append(crossings, row, column(((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0) + x0));
    }
  }
  for (const [row, places] of crossings) {
    places.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < places.length; pair += 2)
      append(spans, row, [places[pair] as number, places[pair + 1] as number]);
  }
  return spans;
}

function append<T>(lists: Map<number, T[]>, key: number, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function clamp(place: number, width: number): number {
  return Math.max(0, Math.min(width, place));
}
