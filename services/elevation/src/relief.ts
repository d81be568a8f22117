import { runGdal, translate } from '@fusion-platform/geo';
import { encode } from 'fast-png';
import { fromFile } from 'geotiff';

import { colourScale, SEA } from './colours.ts';
import { shading } from './shading.ts';
import type { Heights } from './shading.ts';

const LONG_SIDE = 2000;
const METRES_PER_DEGREE = 111_320;

export interface ReliefOptions {
  readonly input: string;
  /** Where a smaller copy may be written. */
  readonly reduced: string;
  readonly signal: AbortSignal;
}

/** A PNG of a DEM, coloured by height and lit from the north-west; no data is transparent. */
export async function drawRelief({ input, reduced, signal }: ReliefOptions): Promise<Uint8Array> {
  const { size, metres, shrinks } = await plan(input);
  const command = translate({
    input,
    output: reduced,
    format: 'GTiff',
    bands: [1],
    size,
    // A curve through the heights keeps the steps of the source's grid out of the shading.
    resampling: shrinks ? 'average' : 'cubicspline',
  });
  await runGdal(command, { signal });
  return paint(await readHeights(reduced, metres));
}

/** Pixels as wide on the ground as they are high, and no more of them than a picture needs. */
async function plan(path: string): Promise<{ size: [number, number]; metres: number; shrinks: boolean }> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const [width, height] = [image.getWidth(), image.getHeight()];
    const [, south = 0, , north = 0] = image.getBoundingBox();
    const [x = 1, y = 1] = image.getResolution().map(Math.abs);
    const degrees = Number(image.getGeoKeys()?.['GTModelTypeGeoKey']) === 2;
    const scale = degrees ? METRES_PER_DEGREE : 1;
    const squeeze = degrees ? Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180)) : 1;
    const [across, up] = [x * scale * squeeze, y * scale];
    const finest = Math.min(across, up);
    const metres = Math.max(finest, Math.max(width * across, height * up) / LONG_SIDE);
    const side = (pixels: number, size: number): number =>
      Math.min(LONG_SIDE, Math.max(1, Math.round((pixels * size) / metres)));
    return { size: [side(width, across), side(height, up)], metres, shrinks: metres > 1.5 * finest };
  } finally {
    await tiff.close();
  }
}

async function readHeights(path: string, metres: number): Promise<Heights> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const [data] = await image.readRasters({ interleave: false });
    const nodata = image.getGDALNoData();
    const values = Float32Array.from(data ?? []);
    for (let index = 0; index < values.length; index++)
      if (values[index] === nodata) values[index] = Number.NaN;
    return { values, width: image.getWidth(), height: image.getHeight(), metres };
  } finally {
    await tiff.close();
  }
}

function paint(heights: Heights): Uint8Array {
  const { values, width, height } = heights;
  const colour = colourScale(values);
  const light = shading(heights);
  // Clamped: light on snow is more than white.
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel] as number;
    if (Number.isNaN(value)) continue;
    // Sea is exactly 0 in the DEM; land at that height is hardly ever.
    const [red, green, blue] = value === 0 ? SEA : colour(value);
    const shade = value === 0 ? 1 : (light[pixel] as number);
    data[pixel * 4] = red * shade;
    data[pixel * 4 + 1] = green * shade;
    data[pixel * 4 + 2] = blue * shade;
    data[pixel * 4 + 3] = 255;
  }
  return encode({ width, height, data, channels: 4 });
}
