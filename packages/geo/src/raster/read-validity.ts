import { smallestThatSuffices } from './draw-raster.ts';
import { maskOf } from './open-raster.ts';
import type { Raster } from './open-raster.ts';
import { readBlocks } from './blocks.ts';
import { asStored } from './typed-array.ts';

/** Where a raster has values, in cells of one pixel or more. */
export interface Validity {
  readonly width: number;
  readonly height: number;
  /** 1 where any pixel of the cell has a value in any band, row by row. */
  readonly cells: Uint8Array;
  /** Cells with a value. */
  readonly count: number;
}

const LONG_SIDE = 1024;

/** Reads it from an overview where one is fine enough: none of its pixels is without a value where the image has one. */
export async function readValidity(raster: Raster, signal?: AbortSignal): Promise<Validity> {
  const image = smallestThatSuffices(raster, LONG_SIDE);
  const { nodata, alpha } = raster;
  const [imageWidth, imageHeight] = [image.getWidth(), image.getHeight()];
  const scale = Math.min(1, LONG_SIDE / Math.max(imageWidth, imageHeight));
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  const cells = new Uint8Array(width * height);
  for await (const block of readBlocks(image, { signal, mask: maskOf(raster, image), alpha })) {
    for (const [band, values] of block.bands.entries()) {
      if (band === alpha) continue;
      const hidden = block.hidden[band];
      const missing = nodata === null ? Number.NaN : asStored(nodata, values);
      for (let y = 0; y < block.height; y++) {
        const line = Math.min(height - 1, Math.floor(((block.row + y) * height) / imageHeight)) * width;
        for (let x = 0; x < block.width; x++) {
          const at = y * block.width + x;
          const value = values[at] as number;
          if (!Number.isFinite(value) || value === missing) continue;
          if (hidden?.[at] === 1) continue;
          cells[line + Math.min(width - 1, Math.floor(((block.column + x) * width) / imageWidth))] = 1;
        }
      }
    }
  }
  return { width, height, cells, count: cells.reduce((sum, cell) => sum + cell, 0) };
}

/** The same in cells of twice the size. */
export function coarser(from: Validity): Validity {
  const [width, height] = [Math.ceil(from.width / 2), Math.ceil(from.height / 2)];
  const cells = new Uint8Array(width * height);
  for (let y = 0; y < from.height; y++)
    for (let x = 0; x < from.width; x++)
      if (from.cells[y * from.width + x] === 1) cells[(y >> 1) * width + (x >> 1)] = 1;
  return { width, height, cells, count: cells.reduce((sum, cell) => sum + cell, 0) };
}
