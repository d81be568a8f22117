import { fromFile } from 'geotiff';

/** How two rasters of the same size differ, over all bands. */
export interface PixelDifference {
  readonly pixels: number;
  readonly different: number;
  /** In the unit of the raster. */
  readonly largest: number;
  readonly mean: number;
}

/** Rows that are read at once. */
const rowsAtOnce = 256;

/**
 * Compares two GeoTIFFs pixel by pixel, in strips. Two pixels that are both not a number are the same. The mean is that
 * of the absolute differences of the pixels that differ. A text says why they cannot be compared.
 */
export async function comparePixels(a: string, b: string): Promise<PixelDifference | string> {
  const [one, other] = await Promise.all([(await fromFile(a)).getImage(), (await fromFile(b)).getImage()]);
  const size = [one, other].map((image) => [image.getWidth(), image.getHeight(), image.getSamplesPerPixel()]);
  if (size[0]!.join() !== size[1]!.join())
    return `of different size: ${size.map(([w, h, bands]) => `${w} × ${h}, ${bands} bands`).join(' and ')}`;
  const [width, height, bands] = size[0] as [number, number, number];
  let different = 0;
  let largest = 0;
  let sum = 0;
  for (let top = 0; top < height; top += rowsAtOnce) {
    const window = [0, top, width, Math.min(height, top + rowsAtOnce)];
    const [stripA, stripB] = await Promise.all([one.readRasters({ window }), other.readRasters({ window })]);
    for (let band = 0; band < bands; band += 1) {
      const [x, y] = [stripA[band] as ArrayLike<number>, stripB[band] as ArrayLike<number>];
      for (let i = 0; i < x.length; i += 1) {
        const [p, q] = [x[i]!, y[i]!];
        if (p === q || (Number.isNaN(p) && Number.isNaN(q))) continue;
        different += 1;
        const by = Math.abs(p - q);
        if (!Number.isFinite(by)) continue;
        largest = Math.max(largest, by);
        sum += by;
      }
    }
  }
  return { pixels: width * height * bands, different, largest, mean: different === 0 ? 0 : sum / different };
}
