import { encode } from 'fast-png';
import type { GeoTIFFImage } from 'geotiff';

import { readBlocks } from './blocks.ts';
import { colourTable } from './band-info.ts';
import { commonNameOf } from './common-name.ts';
import { maskOf } from './open-raster.ts';
import type { Raster } from './open-raster.ts';
import { asStored } from './typed-array.ts';

const LONG_SIDE = 512;
const RGB = 2;

/**
 * A PNG of a raster, 512 pixels on its longer side at most, north up; transparent where it has no value by its
 * nodata, its mask or its alpha. Three or more bands of 8 bits are taken as red, green and blue; so are three of more
 * bits that the file or their names call so, each stretched like a single one. Otherwise the first band is drawn in
 * grey between its 2nd and 98th percentile, or in the colours of its palette.
 */
export async function drawRaster(
  raster: Raster,
  {
    names = [],
    signal,
  }: { readonly names?: readonly string[]; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  const source = smallestThatSuffices(raster, LONG_SIDE);
  const table = await colourTable(raster);
  const colours = table && ((value: number): readonly number[] => table[value] ?? [0, 0, 0]);
  const bands = colourBands(raster, names);
  const colourful = bands.length === 3;
  const plain = colourful && bands.every((band) => raster.dataTypes[band] === 'uint8');
  const reduced = await reduce(raster, source, { bands, pick: colours !== null, signal });
  if (flipped(raster)) for (const plane of reduced.planes) flip(plane, reduced.width);
  const { width, height, planes } = reduced;
  const data = new Uint8Array(width * height * 4);
  const same = (value: number): number => value;
  const scales = planes.map((plane) => (plain || colours !== null ? same : stretch(plane)));
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (planes.some((plane) => Number.isNaN(plane[pixel]))) continue;
    const values = planes.map((plane, index) => (scales[index] ?? same)(plane[pixel] as number));
    const [red = 0, green = red, blue = red] = colours === null ? values : colours(values[0] as number);
    data.set([red, green, blue, 255], pixel * 4);
  }
  return encode({ width, height, data, channels: 4 });
}

/** The bands to draw: red, green and blue, or the first alone. */
function colourBands({ image, dataTypes }: Raster, names: readonly string[]): number[] {
  const named = ['red', 'green', 'blue'].map((colour) =>
    names.findIndex((name) => commonNameOf(name) === colour),
  );
  if (named.every((band) => band >= 0)) return named;
  const first = dataTypes.slice(0, 3);
  const rgb = Number(image.fileDirectory.getValue('PhotometricInterpretation')) === RGB;
  const three = first.length === 3 && (rgb || first.every((type) => type === 'uint8'));
  return three ? [0, 1, 2] : [0];
}

/** An overview in the file spares reading all of it. */
export function smallestThatSuffices({ image, overviews }: Raster, longSide: number): GeoTIFFImage {
  return (
    overviews.findLast((overview) => Math.max(overview.getWidth(), overview.getHeight()) >= longSide) ?? image
  );
}

interface Reduced {
  readonly width: number;
  readonly height: number;
  /** One for each band; NaN where there is no value. */
  readonly planes: readonly Float64Array[];
}

interface ReduceOptions {
  readonly bands: readonly number[];
  /** Takes one pixel in place of their mean: of a palette, whose numbers have none. */
  readonly pick: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Averages the valid pixels that fall on one of the preview's. */
async function reduce(
  raster: Raster,
  image: GeoTIFFImage,
  { bands, pick, signal }: ReduceOptions,
): Promise<Reduced> {
  const { nodata, alpha } = raster;
  const [imageWidth, imageHeight] = [image.getWidth(), image.getHeight()];
  const scale = Math.min(1, LONG_SIDE / Math.max(imageWidth, imageHeight));
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  const sums = bands.map(() => new Float64Array(width * height));
  const counts = bands.map(() => new Uint32Array(width * height));
  for await (const block of readBlocks(image, { signal, mask: maskOf(raster, image), alpha }))
    for (const [plane, band] of bands.entries()) {
      const values = block.bands[band];
      const [sum, count] = [sums[plane], counts[plane]];
      if (values === undefined || sum === undefined || count === undefined) continue;
      const hidden = block.hidden[band];
      const missing = nodata === null ? Number.NaN : asStored(nodata, values);
      for (let y = 0; y < block.height; y++) {
        const line = Math.min(height - 1, Math.floor(((block.row + y) * height) / imageHeight)) * width;
        for (let x = 0; x < block.width; x++) {
          const at = y * block.width + x;
          const value = values[at] as number;
          if (!Number.isFinite(value) || value === missing) continue;
          if (hidden?.[at] === 1) continue;
          const target = line + Math.min(width - 1, Math.floor(((block.column + x) * width) / imageWidth));
          if (pick && (count[target] as number) > 0) continue;
          sum[target] = (sum[target] as number) + value;
          count[target] = (count[target] as number) + 1;
        }
      }
    }
  const planes = sums.map((sum, plane) => sum.map((value, pixel) => value / (counts[plane]?.[pixel] ?? 0)));
  return { width, height, planes };
}

/** Grey from the 2nd to the 98th percentile. A value that fills most of the picture, the sea, is left out of them. */
function stretch(plane: Float64Array): (value: number) => number {
  const sorted = plane.filter((value) => !Number.isNaN(value)).sort();
  const middle = sorted[sorted.length >> 1] ?? 0;
  const others = sorted.filter((value) => value !== middle);
  const counted = others.length > 0 && others.length < sorted.length / 2 ? others : sorted;
  const at = (part: number): number => counted[Math.round((counted.length - 1) * part)] ?? 0;
  let [low, high] = [Math.min(at(0.02), middle), Math.max(at(0.98), middle)];
  if (high <= low) [low, high] = [at(0), at(1)];
  if (high <= low) return () => 128;
  return (value) => Math.max(0, Math.min(255, Math.round(((value - low) / (high - low)) * 255)));
}

function flipped({ georeference: { transform } }: Raster): boolean {
  return transform !== null && transform[5] > 0;
}

function flip(plane: Float64Array, width: number): void {
  const height = plane.length / width;
  for (let row = 0; row < Math.floor(height / 2); row++) {
    const [top, bottom] = [row * width, (height - 1 - row) * width];
    const line = plane.slice(top, top + width);
    plane.copyWithin(top, bottom, bottom + width);
    plane.set(line, bottom);
  }
}
