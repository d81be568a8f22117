import { isAbsolute } from 'node:path';

import type { MapTiles } from './http/index.ts';

export const mapTilesForms =
  'an address of tiles with {z}, {x} and {y}, or of a PMTiles archive (https://…/world.pmtiles), of a plain host (letters, digits, dots and dashes), or the absolute path of a .pmtiles file';

/** The origin goes into the dashboard's content security policy: nothing in it may end a source or a directive. */
const plainHost = /^https?:\/\/(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/[^\s#]*$/iu;

/** What a setting means; undefined when it is none of the forms. */
export function readMapTiles(text: string): MapTiles | undefined {
  if (isAbsolute(text)) return text.endsWith('.pmtiles') ? { kind: 'pmtiles', file: text } : undefined;
  const plain = text.replaceAll(/[{}]/g, '');
  if (!plainHost.test(text) || !URL.canParse(plain)) return undefined;
  const { origin, pathname } = new URL(plain);
  if (text.includes('{z}') && text.includes('{x}') && /\{-?y\}/.test(text))
    return { kind: 'xyz', address: text, origin };
  return pathname.endsWith('.pmtiles') && plain === text
    ? { kind: 'pmtiles', address: text, origin }
    : undefined;
}
