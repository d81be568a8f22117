import type { GeoTIFFImage } from 'geotiff';

import { metadataItems } from './gdal-metadata.ts';

/** What producers call the time of a picture in GDAL's metadata, in the order in which they are believed. */
const NAMES = [
  'datetime',
  'acquisition_datetime',
  'acquisitiondatetime',
  'acquisition_date',
  'date_acquired',
  'sensing_time',
  'product_start_time',
  'datatake_1_datatake_sensing_start',
  'start_datetime',
  'time_coverage_start',
];
const DATE = /^(\d{4})[-:/](\d\d)[-:/](\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/;
const EARLIEST = Date.UTC(1840, 0);

/**
 * When what an image shows was so, as its metadata or its own tag DateTime says; null when neither does. Without a
 * time zone it is taken to be UTC.
 */
export async function acquiredOf(image: GeoTIFFImage): Promise<string | null> {
  const metadata = (await metadataItems(image))
    .filter(({ band }) => band === null)
    .map(({ name, text }) => [name.toLowerCase(), text] as const);
  const named = NAMES.map((name) => metadata.find(([given]) => given === name)?.[1]);
  for (const text of [...named, await image.fileDirectory.loadValue('DateTime')]) {
    const found = typeof text === 'string' ? momentOf(text) : null;
    if (found !== null) return found;
  }
  return null;
}

function momentOf(text: string): string | null {
  const [, year, month, day, time = '00:00:00', zone = 'Z'] =
    DATE.exec(text.replaceAll('\0', '').trim()) ?? [];
  if (year === undefined) return null;
  const moment = Date.parse(`${year}-${month}-${day}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return moment >= EARLIEST && moment <= Date.now() ? new Date(moment).toISOString() : null;
}
