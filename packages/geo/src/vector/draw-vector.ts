import { encode } from 'fast-png';
import type { Position } from 'geojson';

import { widthOf } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import type { Parts } from './geometry.ts';

const LONG_SIDE = 512;
const MARGIN = 8;
const FILL = [46, 125, 190, 110] as const;
const EDGE = [21, 76, 121, 255] as const;

/** A PNG of geometries in degrees: filled polygons with their edges, lines and dots, on a transparent ground, north up. */
export function drawVector(parts: Parts, bounds: Bounds): Uint8Array {
  const [west, south, , north] = bounds;
  // A degree of longitude shrinks towards the poles; without this Scotland is drawn twice too wide.
  const squeeze = Math.max(0.05, Math.cos((((south + north) / 2) * Math.PI) / 180));
  const degrees = widthOf(bounds);
  const extent = Math.max(degrees * squeeze, north - south);
  const scale = extent > 0 ? (LONG_SIDE - 2 * MARGIN) / extent : 0;
  const width = Math.max(2 * MARGIN, Math.round(degrees * squeeze * scale) + 2 * MARGIN);
  const height = Math.max(2 * MARGIN, Math.round((north - south) * scale) + 2 * MARGIN);
  const data = new Uint8Array(width * height * 4);
  const place = ([x = 0, y = 0]: Position): [number, number] => [
    // Beyond the antimeridian, where the bounds cross it.
    MARGIN + (x < west ? x + 360 - west : x - west) * squeeze * scale,
    MARGIN + (north - y) * scale,
  ];
  const paint = (x: number, y: number, colour: readonly number[]): void => {
    if (x >= 0 && y >= 0 && x < width && y < height) data.set(colour, (y * width + x) * 4);
  };
  for (const polygon of parts.polygons) {
    const rings = polygon.map((ring) => ring.map(place));
    fill(rings, height, (x, y) => paint(x, y, FILL));
    for (const ring of polygon)
      for (const line of withoutSeam(ring, bounds)) stroke(line.map(place), (x, y) => paint(x, y, EDGE));
  }
  for (const line of parts.lines) stroke(line.map(place), (x, y) => paint(x, y, EDGE));
  for (const point of parts.points) {
    const [x, y] = place(point).map(Math.round) as [number, number];
    for (let dy = -2; dy <= 2; dy++)
      for (let dx = -2; dx <= 2; dx++) if (dx * dx + dy * dy <= 5) paint(x + dx, y + dy, EDGE);
  }
  return encode({ width, height, data, channels: 4 });
}

/** The parts of a ring beside the cut along the antimeridian, which is no edge of the thing itself. */
function withoutSeam(ring: readonly Position[], [west, , east]: Bounds): Position[][] {
  if (west <= east) return [[...ring]];
  const parts: Position[][] = [[]];
  for (const [index, position] of ring.entries()) {
    const before = ring[index - 1] ?? position;
    if (index > 0 && Math.abs(position[0] ?? 0) === 180 && Math.abs(before[0] ?? 0) === 180) parts.push([]);
    parts.at(-1)?.push(position);
  }
  return parts;
}

type Pixel = (x: number, y: number) => void;

/** Even-odd filling: one pass over the edges collects where each line of pixel centres meets them. */
function fill(rings: readonly (readonly [number, number])[][], height: number, pixel: Pixel): void {
  const crossings: number[][] = Array.from({ length: height }, () => []);
  for (const ring of rings)
    for (let index = 1; index < ring.length; index++) {
      const [ax, ay] = ring[index - 1] as [number, number];
      const [bx, by] = ring[index] as [number, number];
      const from = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5));
      const to = Math.min(height - 1, Math.ceil(Math.max(ay, by) - 0.5) - 1);
      for (let y = from; y <= to; y++) crossings[y]?.push(ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax));
    }
  for (const [y, meets] of crossings.entries()) {
    meets.sort((a, b) => a - b);
    for (let index = 0; index + 1 < meets.length; index += 2)
      for (let x = Math.ceil((meets[index] as number) - 0.5); x + 0.5 < (meets[index + 1] as number); x++)
        pixel(x, y);
  }
}

function stroke(line: readonly (readonly [number, number])[], pixel: Pixel): void {
  for (let index = 1; index < line.length; index++) {
    const [ax, ay] = line[index - 1] as [number, number];
    const [bx, by] = line[index] as [number, number];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))));
    for (let step = 0; step <= steps; step++)
      pixel(Math.floor(ax + ((bx - ax) * step) / steps), Math.floor(ay + ((by - ay) * step) / steps));
  }
}
