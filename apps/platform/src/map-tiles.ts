import { isAbsolute } from 'node:path';

/** Where the base map of the dashboard comes from. */
export type MapTiles =
  | { readonly kind: 'xyz' | 'pmtiles'; readonly address: string }
  | { readonly kind: 'pmtiles'; readonly file: string };

export const mapTilesForms =
  'an address of tiles with {z}, {x} and {y}, or of a PMTiles archive (https://…/world.pmtiles), of a plain host (letters, digits, dots and dashes), or the absolute path of a .pmtiles file';

/** The origin goes into the dashboard's content security policy: nothing in it may end a source or a directive. */
const plainHost = /^https?:\/\/(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/[^\s#]*$/iu;

/** What a setting means; undefined when it is none of the forms. */
export function readMapTiles(text: string): MapTiles | undefined {
  if (isAbsolute(text)) return text.endsWith('.pmtiles') ? { kind: 'pmtiles', file: text } : undefined;
  if (!plainHost.test(text) || !URL.canParse(text.replaceAll(/[{}]/g, ''))) return undefined;
  if (text.includes('{z}') && text.includes('{x}') && /\{-?y\}/.test(text))
    return { kind: 'xyz', address: text };
  const { pathname } = new URL(text);
  return pathname.endsWith('.pmtiles') && !/[{}]/.test(text) ? { kind: 'pmtiles', address: text } : undefined;
}

/** The origin that the page asks then; undefined when that is the platform itself. */
export const originOfTiles = (tiles: MapTiles): string | undefined =>
  'address' in tiles ? new URL(tiles.address.replaceAll(/[{}]/g, '')).origin : undefined;
