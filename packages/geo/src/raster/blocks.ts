import type { GeoTIFFImage } from 'geotiff';

import type { TypedArray } from './typed-array.ts';

export interface Block {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** One for each band, row by row. */
  readonly bands: readonly TypedArray[];
}

const PIXELS_AT_ONCE = 1024 * 1024;

/** Reads an image piece by piece along its own blocks, so that no block is decoded twice and few are held at once. */
export async function* readBlocks(image: GeoTIFFImage, signal?: AbortSignal): AsyncGenerator<Block> {
  const [imageWidth, imageHeight] = [image.getWidth(), image.getHeight()];
  const [stepX, stepY] = step(image, imageWidth, imageHeight);
  for (let row = 0; row < imageHeight; row += stepY)
    for (let column = 0; column < imageWidth; column += stepX) {
      signal?.throwIfAborted();
      const width = Math.min(stepX, imageWidth - column);
      const height = Math.min(stepY, imageHeight - row);
      const bands = await image.readRasters({
        window: [column, row, column + width, row + height],
        interleave: false,
        ...(signal === undefined ? {} : { signal }),
      });
      yield { column, row, width, height, bands };
    }
}

function step(image: GeoTIFFImage, width: number, height: number): [number, number] {
  const [blockWidth, blockHeight] = [image.getTileWidth(), image.getTileHeight()];
  if (image.isTiled) {
    const across = Math.max(1, Math.floor(PIXELS_AT_ONCE / (blockWidth * blockHeight)));
    return [Math.min(width, blockWidth * across), blockHeight];
  }
  const down = Math.max(1, Math.floor(PIXELS_AT_ONCE / (width * blockHeight)));
  return [width, Math.min(height, blockHeight * down)];
}
