import { DOMParser } from '@xmldom/xmldom';
import type { GeoTIFFImage } from 'geotiff';

/** An item of the metadata that GDAL writes into a TIFF. */
export interface MetadataItem {
  readonly name: string;
  /** As it was given, without the XML around it. */
  readonly text: string;
  /** Counted from 0; null for what holds of the whole raster. */
  readonly band: number | null;
  /** `description`, `unittype`, `scale` or `offset` of a band; null for what a producer said. */
  readonly role: string | null;
}

const MOST_LENGTH = 1024 * 1024;

/** The items of the default domain. What is no XML, or too long for metadata, holds none: it is not what a file stands or falls by. */
export async function metadataItems(image: GeoTIFFImage): Promise<MetadataItem[]> {
  const directory = image.fileDirectory;
  if (!directory.hasTag('GDAL_METADATA')) return [];
  const text: unknown = await directory.loadValue('GDAL_METADATA');
  if (typeof text !== 'string' || text.length > MOST_LENGTH) return [];
  return itemsOf(text.replaceAll('\0', ''));
}

function itemsOf(xml: string): MetadataItem[] {
  const parser = new DOMParser({ onError: () => undefined });
  let elements;
  try {
    elements = parser.parseFromString(xml, 'text/xml').getElementsByTagName('Item');
  } catch {
    return [];
  }
  return Array.from(elements).flatMap((element) => {
    if ((element.getAttribute('domain') ?? '') !== '') return [];
    const sample = element.getAttribute('sample');
    const item = {
      name: element.getAttribute('name') ?? '',
      text: plain(element.textContent ?? ''),
      band: sample === null || sample === '' ? null : Number(sample),
      role: element.getAttribute('role') || null,
    };
    return [item];
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** GDAL escapes texts before it writes them as XML, which escapes them once more. */
function plain(text: string): string {
  return text.replaceAll(
    /&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (entity, name: string | undefined, decimal: string | undefined, hexadecimal: string | undefined) => {
      if (name !== undefined) return ENTITIES[name] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
      return code > 0x10ffff ? entity : String.fromCodePoint(code);
    },
  );
}
