import type { TiffTag } from '../raster/index.ts';
import type { CogArray, CogBand, CogLayout } from './cog-layout.ts';
import { deviationOf } from './statistics-row.ts';
import type { StatisticsRow } from './statistics-row.ts';
import { asciiTag, longTag, shortTag } from './tiff-directory.ts';
import { TILE } from './tile-encoder.ts';

const ADOBE_DEFLATE = 8;
const SEPARATE = 2;
const [GREY, PALETTE] = [1, 3];
const [UNSIGNED, FLOAT] = [1, 3];
const UNSPECIFIED = 0;

/** The tags of the image or of an overview, all but where its tiles are. */
export function cogTags(
  { bands, nodata, georeference, colours, metadata = {} }: CogLayout,
  image: { width: number; height: number; array: CogArray; predictor: number; overview: boolean },
): TiffTag[] {
  const { width, height, array, predictor, overview } = image;
  const each = (value: number): number[] => bands.map(() => value);
  const xml = overview ? null : metadataXml(bands, metadata);
  return [
    longTag(254, overview ? 1 : 0),
    longTag(256, width),
    longTag(257, height),
    shortTag(258, ...each(array.BYTES_PER_ELEMENT * 8)),
    shortTag(259, ADOBE_DEFLATE),
    shortTag(262, colours === undefined ? GREY : PALETTE),
    shortTag(277, bands.length),
    // A band after the other: whoever wants one of ten indices reads that one.
    shortTag(284, bands.length === 1 ? 1 : SEPARATE),
    ...(predictor === 1 ? [] : [shortTag(317, predictor)]),
    ...(colours === undefined ? [] : [shortTag(320, ...colourMap(colours))]),
    longTag(322, TILE),
    longTag(323, TILE),
    ...(bands.length === 1 ? [] : [shortTag(338, ...each(UNSPECIFIED).slice(1))]),
    shortTag(339, ...each(array instanceof Float32Array ? FLOAT : UNSIGNED)),
    ...(overview ? [] : georeference),
    ...(xml === null ? [] : [asciiTag(42112, xml)]),
    ...(nodata === null ? [] : [asciiTag(42113, Number.isNaN(nodata) ? 'nan' : String(nodata))]),
  ];
}

/** All reds, then all greens, then all blues, in 16 bits. */
function colourMap(colours: readonly (readonly [number, number, number])[]): number[] {
  return ([0, 1, 2] as const).flatMap((channel) =>
    Array.from({ length: 256 }, (_, index) => (colours[index]?.[channel] ?? 0) * 257),
  );
}

/** As gdalinfo -stats writes them, so that programs need not count to draw a picture. */
function statisticsOf(row: StatisticsRow | null): [string, string][] {
  if (row === null || row.count === 0) return [];
  const { count, nodataCount, minimum, maximum, mean } = row;
  return [
    ['MAXIMUM', String(maximum)],
    ['MEAN', String(mean)],
    ['MINIMUM', String(minimum)],
    ['STDDEV', String(deviationOf(row))],
    ['VALID_PERCENT', String(Number(((100 * count) / (count + nodataCount)).toPrecision(4)))],
  ];
}

/** Names, units and statistics as GDAL keeps them. */
function metadataXml(bands: readonly CogBand[], metadata: Readonly<Record<string, string>>): string {
  const items = [
    ...Object.entries(metadata).map(
      ([name, value]) => `<Item name="${escaped(name)}">${itemText(value)}</Item>`,
    ),
    ...bands.flatMap(({ name, unit, statistics }, index) => [
      `<Item name="DESCRIPTION" sample="${index}" role="description">${itemText(name)}</Item>`,
      ...(unit === undefined
        ? []
        : [`<Item name="UNITTYPE" sample="${index}" role="unittype">${itemText(unit)}</Item>`]),
      ...statisticsOf(statistics?.() ?? null).map(
        ([key, value]) => `<Item name="STATISTICS_${key}" sample="${index}">${value}</Item>`,
      ),
    ]),
  ];
  return `<GDALMetadata>\n  ${items.join('\n  ')}\n</GDALMetadata>\n`;
}

/** GDAL takes entities out of the text of an item once more after reading the XML, and cuts it off at a bare ampersand. */
function itemText(text: string): string {
  return escaped(escaped(text));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
