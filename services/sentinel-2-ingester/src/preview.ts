import { runGdal, translate } from '@fusion-platform/geo';
import type { Crs, GeoreferencedPixelGrid } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';
import { encode } from 'fast-png';
import { fromFile } from 'geotiff';

import { outlineOn } from './outline.ts';

const LONG_SIDE = 1024;
/** Reflectances from 0 to this are drawn from black to white; most of the land lies well below. */
const WHITE = 3500;
/** Lifts what is dark, as eyes do. */
const GAMMA = 1 / 1.5;

export interface PreviewOptions {
  /** Red, green and blue on one grid, reflectance times 10,000, 0 is no data. */
  readonly bands: readonly string[];
  readonly grid: GeoreferencedPixelGrid;
  readonly crs: Crs;
  /** Null draws what lies outside the region, too. */
  readonly region: Region | null;
  readonly scratch: (name: string) => string;
  readonly signal: AbortSignal;
}

/** A PNG in true colour, 1024 pixels on its longer side at most; no data is transparent. */
export async function drawPreview(options: PreviewOptions): Promise<Uint8Array> {
  const { bands, grid, crs, region, scratch, signal } = options;
  const shrink = Math.max(1, Math.max(grid.width, grid.height) / LONG_SIDE);
  const [width, height] = [grid.width, grid.height].map((side) => Math.max(1, Math.round(side / shrink))) as [
    number,
    number,
  ];
  const planes: Uint16Array[] = [];
  for (const [index, input] of bands.entries()) {
    const output = scratch(`preview-${index + 1}.tif`);
    const size = [width, height] as const;
    await runGdal(translate({ input, output, format: 'GTiff', size, resampling: 'average' }), { signal });
    planes.push(await readPlane(output));
  }
  const [west, south, east, north] = grid.bounds;
  const pixel = [(east - west) / width, (north - south) / height] as const;
  const outline =
    region === null ? null : outlineOn(region, crs, { ...grid, resolution: pixel, width, height });
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const inside = outline?.(row);
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (inside?.[column] === 0 || planes.some((plane) => plane[at] === 0)) continue;
      for (const [channel, plane] of planes.entries()) data[4 * at + channel] = tone(plane[at] as number);
      data[4 * at + 3] = 255;
    }
  }
  return encode({ width, height, data, channels: 4 });
}

/** A picture of one transparent pixel, for who wants none: an output must have a file. */
export function emptyPreview(): Uint8Array {
  return encode({ width: 1, height: 1, data: new Uint8Array(4), channels: 4 });
}

function tone(value: number): number {
  return Math.round(255 * Math.min(1, value / WHITE) ** GAMMA);
}

async function readPlane(path: string): Promise<Uint16Array> {
  const tiff = await fromFile(path);
  try {
    const [values] = await (await tiff.getImage(0)).readRasters({ interleave: false });
    return values as Uint16Array;
  } finally {
    await tiff.close();
  }
}
