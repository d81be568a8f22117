import type { GeoTIFFImage } from 'geotiff';

import type { TypedArray } from './typed-array.ts';

export interface Block {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** One for each band, row by row. */
  readonly bands: readonly TypedArray[];
  /** Of the mask that was asked for: 0 where there is no value. */
  readonly mask: TypedArray | undefined;
}

interface ReadBlocksOptions {
  readonly signal?: AbortSignal | undefined;
  /** An image of the same size, read along with it. */
  readonly mask?: GeoTIFFImage | undefined;
  /** How much of the image is read, spread over all of it; 1 by default. */
  readonly share?: number;
}

const PIXELS_AT_ONCE = 1024 * 1024;
/** Multiples of it fall evenly between 0 and 1 without a rhythm that columns or rows of blocks could have too. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Reads an image piece by piece along its own blocks, so that no block is decoded twice and few are held at once. */
export async function* readBlocks(
  image: GeoTIFFImage,
  { signal, mask, share = 1 }: ReadBlocksOptions = {},
): AsyncGenerator<Block> {
  const [imageWidth, imageHeight] = [image.getWidth(), image.getHeight()];
  const [stepX, stepY] = step(image, imageWidth, imageHeight, share);
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
      const bands = await image.readRasters(options);
      const masks = await mask?.readRasters(options);
      yield { column, row, width, height, bands, mask: masks?.[0] };
    }
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
