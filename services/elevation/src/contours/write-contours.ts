import { open, rm } from 'node:fs/promises';

import { Refusal } from '@fusion-platform/service-kit';
import type { Region } from '@fusion-platform/service-kit';

import type { Crop } from '../crop.ts';
import { countPoints } from './count-points.ts';
import { readHeights } from './heights.ts';
import { RegionIndex } from './region-index.ts';
import type { Place } from './region-index.ts';
import { trace } from './trace.ts';
import type { TracedLine } from './trace.ts';

export interface WriteContoursOptions {
  readonly dem: string;
  /** The pixels around the region. */
  readonly crop: Crop;
  readonly region: Region;
  /** Metres. */
  readonly interval: number;
  readonly output: string;
  /** Points that are drawn at most. */
  readonly most?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
}

/** About 100 MB of GeoJSON, and what the platform still analyses. */
const MOST_POINTS = 4_000_000;
/** A centimetre. */
const DECIMALS = 1e7;
const BUFFER = 1024 * 1024;

/**
 * Writes the contours within a region as GeoJSON in longitude and latitude, a line a feature with its `elevation`.
 * @returns how many lines; where there is none, no file either
 * @throws {Refusal} when they would have too many points, before any is traced
 */
export async function writeContours(options: WriteContoursOptions): Promise<number> {
  const { dem, crop, region, interval, output, most = MOST_POINTS, signal, onProgress } = options;
  const [width] = crop.size;
  const total = await countPoints(readHeights(dem, crop, signal), width, interval);
  if (total > most) throw new Refusal(tooMany(total, most, interval));
  onProgress(0.3);
  const lines = await trace(readHeights(dem, crop, signal), { width, interval, total });
  onProgress(0.6);
  const index = new RegionIndex(region);
  const file = await open(output, 'w');
  let count = 0;
  try {
    let text = '{"type":"FeatureCollection","features":[\n';
    for (const line of lines)
      for (const part of index.clip(placed(line, crop))) {
        const feature = featureOf(part, line.step, interval);
        if (feature === null) continue;
        text += count === 0 ? feature : `,\n${feature}`;
        count += 1;
        if (text.length < BUFFER) continue;
        signal.throwIfAborted();
        await file.write(text);
        text = '';
      }
    await file.write(`${text}\n]}\n`);
  } finally {
    await file.close();
  }
  if (count === 0) await rm(output);
  onProgress(1);
  return count;
}

/** Points are fewer in proportion as the interval is longer: which one would do, in round numbers. */
function tooMany(total: number, most: number, interval: number): string {
  const needed = (interval * total) / most;
  const ten = 10 ** Math.floor(Math.log10(needed));
  const enough = [1, 2, 2.5, 5, 10].map((part) => part * ten).find((one) => one >= needed) ?? 10 * ten;
  const millions = (points: number): string => `${Number((points / 1e6).toPrecision(2))} million`;
  return (
    `Contours every ${interval} m would have ${millions(total)} points here, and at most ${millions(most)} are drawn. ` +
    `Choose a contour interval of ${Number(enough.toPrecision(6))} m or more, or a smaller region`
  );
}

/** In longitude and latitude, without points that stand twice. */
function placed({ points }: TracedLine, { from, raster }: Crop): Place[] {
  const { corner, pixel, crs } = raster;
  const line: Place[] = [];
  for (let index = 0; index < points.length; index += 2) {
    const [column, row] = [points[index] as number, points[index + 1] as number];
    if (index > 0 && column === points[index - 2] && row === points[index - 1]) continue;
    const x = corner[0] + (from[0] + column + 0.5) * pixel[0];
    const y = corner[1] - (from[1] + row + 0.5) * pixel[1];
    line.push(crs.toLonLat(x, y));
  }
  return line;
}

function featureOf(line: readonly Place[], step: number, interval: number): string | null {
  const coordinates: string[] = [];
  for (const [lon, lat] of line) {
    const place = `[${Math.round(lon * DECIMALS) / DECIMALS},${Math.round(lat * DECIMALS) / DECIMALS}]`;
    if (place !== coordinates.at(-1)) coordinates.push(place);
  }
  if (coordinates.length < 2) return null;
  const elevation = Number((step * interval).toFixed(6));
  return (
    `{"type":"Feature","properties":{"elevation":${elevation}},` +
    `"geometry":{"type":"LineString","coordinates":[${coordinates.join(',')}]}}`
  );
}
