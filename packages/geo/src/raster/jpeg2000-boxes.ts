import { DOMParser } from '@xmldom/xmldom';
import type { Document } from '@xmldom/xmldom';

import { epsgCodeOf } from '../crs/index.ts';
import type { GeoTransform } from './georeference.ts';

interface Place {
  readonly transform: GeoTransform;
  /** `EPSG:32631` and the like. */
  readonly crs: string;
}

const NESTED = new Set(['asoc', 'jp2h']);
const MOST_BOXES = 100;
const MOST_NESTED = 3;

/**
 * Where the image lies by the GML in its boxes (GMLJP2), as Sentinel-2 has it; null where there is none, or where it
 * names a system by latitude and longitude and does not show in which order it has them.
 */
export function placeOfJpeg2000(bytes: Buffer): Place | null {
  for (const xml of xmlBoxes(bytes)) {
    if (!xml.includes('RectifiedGrid') || xml.includes('<!ENTITY')) continue;
    const place = placeOfGml(xml);
    if (place !== null) return place;
  }
  return null;
}

function* xmlBoxes(bytes: Buffer, depth = 0): Generator<string> {
  let offset = 0;
  for (let box = 0; box < MOST_BOXES && offset + 8 <= bytes.length; box++) {
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    let [length, header] = [bytes.readUInt32BE(offset), 8];
    if (length === 1 && offset + 16 <= bytes.length)
      [length, header] = [Number(bytes.readBigUInt64BE(offset + 8)), 16];
    if (length === 0) length = bytes.length - offset;
    if (length < header) return;
    const body = bytes.subarray(offset + header, offset + length);
    if (type === 'xml ') yield body.toString('utf8').replace(/\0+$/, '');
    if (NESTED.has(type) && depth < MOST_NESTED) yield* xmlBoxes(body, depth + 1);
    offset += length;
  }
}

function placeOfGml(xml: string): Place | null {
  let document: Document;
  try {
    document = new DOMParser({ onError: () => undefined }).parseFromString(xml.trim(), 'text/xml');
  } catch {
    return null;
  }
  const [grid] = document.getElementsByTagNameNS('*', 'RectifiedGrid');
  if (grid === undefined) return null;
  const texts = (name: string): number[][] =>
    [...grid.getElementsByTagNameNS('*', name)].map((element) =>
      (element.textContent ?? '')
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    );
  const named = [grid, ...grid.getElementsByTagNameNS('*', '*')]
    .map((element) => element.getAttribute('srsName'))
    .find((name) => name !== null && name !== '');
  const code = epsgCodeOf(named ?? '');
  const [origin] = [...texts('pos'), ...texts('coordinates')];
  const [column, row] = texts('offsetVector');
  if (code === null) return null;
  // Columns that lead along the second axis go east by it: the first one is that of the north.
  const northFirst = column?.[0] === 0 && row?.[1] === 0;
  // Geographic systems of EPSG name latitude first, and not all writers keep to it.
  if (!northFirst && code >= 4000 && code < 5000) return null;
  const ordered = (pair: readonly number[] = []): readonly number[] =>
    northFirst ? [pair[1] ?? Number.NaN, pair[0] ?? Number.NaN] : pair;
  const [x = Number.NaN, y = Number.NaN] = ordered(origin);
  const [dx = Number.NaN, skewY = 0] = ordered(column);
  const [skewX = 0, dy = Number.NaN] = ordered(row);
  if (![x, y, dx, dy].every(Number.isFinite) || skewX !== 0 || skewY !== 0) return null;
  // The position is that of the middle of the first pixel.
  return { transform: [x - dx / 2, dx, 0, y - dy / 2, 0, dy], crs: `EPSG:${code}` };
}
