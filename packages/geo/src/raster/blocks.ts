import type { GeoTIFFImage } from 'geotiff';

import { poolFor } from './decoder.ts';
import type { TypedArray } from './typed-array.ts';

export interface Block {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** One for each band, row by row. */
  readonly bands: readonly TypedArray[];
  /** For each band 1 where the mask or the alpha of the image hides a pixel; null where neither hides any. */
  readonly hidden: readonly (Uint8Array | null)[];
}

interface ReadBlocksOptions {
  readonly signal?: AbortSignal | undefined;
  /** An image of the same size, read along with it. */
  readonly mask?: GeoTIFFImage | undefined;
  /** The band that says how opaque a pixel is. */
  readonly alpha?: number | null;
  /** How much of the image is read, spread over all of it; 1 by default. */
  readonly share?: number;
}

const PIXELS_AT_ONCE = 1024 * 1024;
/** Multiples of it fall evenly between 0 and 1 without a rhythm that columns or rows of blocks could have too. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Reads an image piece by piece along its own blocks, so that no block is decoded twice and few are held at once. */
export async function* readBlocks(
  image: GeoTIFFImage,
  { signal, mask, alpha = null, share = 1 }: ReadBlocksOptions = {},
): AsyncGenerator<Block> {
  const [imageWidth, imageHeight] = [image.getWidth(), image.getHeight()];
  const [stepX, stepY] = step(image, imageWidth, imageHeight, share);
  const [pool, maskPool] = [poolFor(image), mask === undefined ? undefined : poolFor(mask)];
  let number = 0;
  for (let row = 0; row < imageHeight; row += stepY)
    for (let column = 0; column < imageWidth; column += stepX) {
      // The first is always read.
      if ((number++ * GOLDEN) % 1 >= share) continue;
      signal?.throwIfAborted();
      const width = Math.min(stepX, imageWidth - column);
      const height = Math.min(stepY, imageHeight - row);
      const window = [column, row, column + width, row + height];
      const options = { window, interleave: false, ...(signal === undefined ? {} : { signal }) } as const;
      const bands = await image.readRasters({ ...options, pool });
      const masks = maskPool && (await mask?.readRasters({ ...options, pool: maskPool }));
      yield { column, row, width, height, bands, hidden: hiding(bands, masks ?? [], alpha) };
    }
}

/** A mask has one band for all of the image's, or one for each. What is hidden by alpha has an alpha all the same. */
function hiding(
  bands: readonly TypedArray[],
  masks: readonly TypedArray[],
  alpha: number | null,
): (Uint8Array | null)[] {
  const opaque = alpha === null ? undefined : bands[alpha];
  const found = new Map<unknown, Uint8Array | null>();
  return bands.map((values, band) => {
    const cover = masks.length === bands.length ? masks[band] : masks[0];
    const over = band === alpha ? undefined : opaque;
    if (cover === undefined && over === undefined) return null;
    const key = band === alpha ? values : cover;
    const known = found.get(key);
    if (known !== undefined) return known;
    const hidden = new Uint8Array(values.length);
    let any = false;
    for (let at = 0; at < hidden.length; at++)
      if (cover?.[at] === 0 || over?.[at] === 0) {
        hidden[at] = 1;
        any = true;
      }
    const result = any ? hidden : null;
    found.set(key, result);
    return result;
  });
}

/** A sample is taken block by block: the more of them, the better. */
function step(image: GeoTIFFImage, width: number, height: number, share: number): [number, number] {
  const pixels = PIXELS_AT_ONCE * share;
  const [blockWidth, blockHeight] = [image.getTileWidth(), image.getTileHeight()];
  if (image.isTiled) {
    const across = Math.max(1, Math.floor(pixels / (blockWidth * blockHeight)));
    return [Math.min(width, blockWidth * across), blockHeight];
  }
  const down = Math.max(1, Math.floor(pixels / (width * blockHeight)));
  return [width, Math.min(height, blockHeight * down)];
}
