import type { Raster } from '../raster/index.ts';

/** What a raster says of itself as a whole, such as where it comes from; or of one of its bands, counted from 1. */
export async function metadataOf({ image }: Raster, band?: number): Promise<Record<string, string>> {
  const found = (await image.getGDALMetadata(band === undefined ? null : band - 1)) ?? {};
  const texts = Object.entries(found).filter((item): item is [string, string] => typeof item[1] === 'string');
  return Object.fromEntries(texts.map(([name, text]) => [plain(name), plain(text)]));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** geotiff gives texts as they stand in the XML of the file. */
function plain(text: string): string {
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
