import type { Raster } from './open-raster.ts';

const OVERVIEWS_FROM = 512;

/** Tiled, with overviews when it is large, and its headers before its pixels: a quick look, not a full validation. */
export async function isCog({ image, overviews, width, height }: Raster): Promise<boolean> {
  if (Math.max(width, height) <= OVERVIEWS_FROM) return true;
  if (!image.isTiled || overviews.length === 0) return false;
  const first = Number(await image.fileDirectory.loadValueIndexed('TileOffsets', 0));
  const smallest = Number(await overviews.at(-1)?.fileDirectory.loadValueIndexed('TileOffsets', 0));
  return smallest < first;
}
