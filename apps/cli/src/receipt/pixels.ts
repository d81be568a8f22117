import { fromFile } from 'geotiff';
import type { GeoTIFFImage } from 'geotiff';

/** How two rasters of the same size differ, over all bands. */
export interface PixelDifference {
  readonly pixels: number;
  readonly different: number;
  /** Of those that differ, the ones that have a value in one raster alone: by how much they differ is not known. */
  readonly inOneAlone: number;
  /** In the unit of the raster. */
  readonly largest: number;
  readonly mean: number;
}

/** Rows that are read at once. */
const rowsAtOnce = 256;

/**
 * Compares two GeoTIFFs pixel by pixel, in strips. Two pixels that both have no value (not a number, or the nodata value of
 * their raster) are the same. The mean is that of the absolute differences of the pixels that differ and have a value in
 * both. A text says why they cannot be compared.
 */
export async function comparePixels(a: string, b: string): Promise<PixelDifference | string> {
  const [one, other] = await Promise.all([(await fromFile(a)).getImage(), (await fromFile(b)).getImage()]);
  const size = [one, other].map((image) => [image.getWidth(), image.getHeight(), image.getSamplesPerPixel()]);
  if (size[0]!.join() !== size[1]!.join())
    return `of different size: ${size.map(([w, h, bands]) => `${w} × ${h}, ${bands} bands`).join(' and ')}`;
  const [width, height, bands] = size[0] as [number, number, number];
  const [hasA, hasB] = [valueTest(one), valueTest(other)];
  let different = 0;
  let inOneAlone = 0;
  let largest = 0;
  let sum = 0;
  for (let top = 0; top < height; top += rowsAtOnce) {
    const window = [0, top, width, Math.min(height, top + rowsAtOnce)];
    const [stripA, stripB] = await Promise.all([one.readRasters({ window }), other.readRasters({ window })]);
    for (let band = 0; band < bands; band += 1) {
      const [x, y] = [stripA[band] as ArrayLike<number>, stripB[band] as ArrayLike<number>];
      for (let i = 0; i < x.length; i += 1) {
        const [p, q] = [x[i]!, y[i]!];
        const [inA, inB] = [hasA(p), hasB(q)];
        if (inA && inB ? p === q : inA === inB) continue;
        different += 1;
        if (!inA || !inB) {
          inOneAlone += 1;
          continue;
        }
        const by = Math.abs(p - q);
        largest = Math.max(largest, by);
        sum += by;
      }
    }
  }
  const known = different - inOneAlone;
  const mean = known === 0 ? 0 : sum / known;
  return { pixels: width * height * bands, different, inOneAlone, largest, mean };
}

/** Tells what is a value of a raster from its nodata value, which is written as text and rounded to the type of the pixels. */
function valueTest(image: GeoTIFFImage): (value: number) => boolean {
  const nodata = image.getGDALNoData();
  if (nodata === null || Number.isNaN(nodata)) return (value) => !Number.isNaN(value);
  const single = Math.fround(nodata);
  return (value) => !Number.isNaN(value) && value !== nodata && value !== single;
}
