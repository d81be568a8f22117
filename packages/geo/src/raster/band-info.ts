import { metadataItems } from './gdal-metadata.ts';
import type { Raster } from './open-raster.ts';

/** What a raster says of one of its bands. */
export interface BandInfo {
  readonly name: string;
  readonly unit: string | null;
  /** What a stored number is multiplied by, and what is added then, to give the value; null where nothing is said. */
  readonly scale: number | null;
  readonly offset: number | null;
  /** Of each stored number from 0 on, as `#rrggbb`; null without a table of colours, or one of more than 256. */
  readonly colours: readonly string[] | null;
}

/** One for each band, in their order. */
export async function bandInfos(raster: Raster): Promise<BandInfo[]> {
  const items = await metadataItems(raster.image);
  const table = await colourTable(raster);
  const colours = table === null || table.length > MOST_COLOURS ? null : table.map(hex);
  return raster.dataTypes.map((_, band) => {
    const role = (name: string): string | null => {
      const found = items.find((item) => item.band === band && item.role === name)?.text ?? '';
      return found === '' ? null : found;
    };
    return {
      name: role('description') ?? `band_${band + 1}`,
      unit: role('unittype'),
      scale: numberOf(role('scale')),
      offset: numberOf(role('offset')),
      colours: band === 0 ? colours : null,
    };
  });
}

const MOST_COLOURS = 256;

function hex(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function numberOf(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

const [WHITE_IS_ZERO, BLACK_IS_ZERO, PALETTE] = [0, 1, 3];

/**
 * The colours that go with the numbers of a raster: of its palette, or of one where zero is white. Some writers add a
 * palette to an image that they call grey. TIFF keeps all reds, then all greens, then all blues, in 16 bits.
 */
export async function colourTable({ image, dataTypes }: Raster): Promise<[number, number, number][] | null> {
  const kind = Number(image.fileDirectory.getValue('PhotometricInterpretation'));
  if (kind === WHITE_IS_ZERO && dataTypes.length === 1 && dataTypes[0] === 'uint8')
    return Array.from({ length: 256 }, (_, value) => [255 - value, 255 - value, 255 - value]);
  if (kind !== PALETTE && (kind !== BLACK_IS_ZERO || dataTypes.length > 1)) return null;
  const map = (await image.fileDirectory.loadValue('ColorMap')) as ArrayLike<number> | undefined;
  if (map === undefined) return null;
  const size = Math.floor(map.length / 3);
  const channel = (index: number): number => (map[index] ?? 0) >> 8;
  return Array.from({ length: size }, (_, value) => [
    channel(value),
    channel(size + value),
    channel(2 * size + value),
  ]);
}
