import { metadataItems } from '../raster/index.ts';
import type { Raster } from '../raster/index.ts';

/** What a raster says of itself as a whole, such as where it comes from; or of one of its bands, counted from 1. */
export async function metadataOf({ image }: Raster, band?: number): Promise<Record<string, string>> {
  const wanted = band === undefined ? null : band - 1;
  const items = (await metadataItems(image)).filter((item) => item.band === wanted);
  return Object.fromEntries(items.map(({ name, text }) => [name, text]));
}
