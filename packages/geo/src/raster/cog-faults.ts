import type { GeoTIFFImage } from 'geotiff';

import type { Raster } from './open-raster.ts';
import { subfileType } from './open-raster.ts';

export interface CogFaults {
  /** What keeps the file from being a Cloud Optimised GeoTIFF. */
  readonly errors: readonly string[];
  /** What makes it a slow one. */
  readonly warnings: readonly string[];
}

/** From this size on a reader needs tiles and overviews. */
const SMALL = 512;
const MASK = 4;

/** The rules of the format's own validator: tiles, overviews from large to small, directories before pixels. */
export async function cogFaults({
  image,
  overviews,
  directories,
  width,
  height,
}: Raster): Promise<CogFaults> {
  const errors: string[] = [];
  const warnings: string[] = [];
  const large = Math.max(width, height) > SMALL;
  if (large && !image.isTiled) errors.push('the image is larger than 512 pixels and not tiled');
  if (large && overviews.length === 0)
    warnings.push('the image is larger than 512 pixels and has no overviews');
  const levels = directories.filter((directory) => (subfileType(directory.image) & MASK) === 0);
  for (const [index, { image: level, offset }] of levels.entries()) {
    const before = levels[index - 1];
    if (before === undefined) continue;
    const name = `overview ${index}`;
    if (offset < before.offset)
      errors.push(`the directory of ${name} lies before the one of the level above it`);
    if (level.getWidth() > before.image.getWidth() || level.getHeight() > before.image.getHeight())
      errors.push(`${name} is larger than the level above it`);
    if (Math.max(level.getWidth(), level.getHeight()) > SMALL && !level.isTiled)
      errors.push(`${name} is not tiled`);
    const [above, here] = [await firstBlock(before.image), await firstBlock(level)];
    if (above !== null && here !== null && here > above)
      errors.push(`the pixels of ${name} lie behind those of the level above it`);
  }
  const lastDirectory = Math.max(...directories.map(({ offset }) => offset));
  const starts = await Promise.all(directories.map((directory) => firstBlock(directory.image)));
  const firstPixels = Math.min(...starts.map((start) => start ?? Infinity));
  if (firstPixels < lastDirectory) errors.push('pixels lie before the last directory');
  return { errors, warnings };
}

/** Null when the first block is not stored, being all nodata. */
async function firstBlock(image: GeoTIFFImage): Promise<number | null> {
  const offset = Number(
    await image.fileDirectory.loadValueIndexed(image.isTiled ? 'TileOffsets' : 'StripOffsets', 0),
  );
  return offset > 0 ? offset : null;
}
