import TileLayer from 'ol/layer/Tile.js';
import XYZ from 'ol/source/XYZ.js';

import { asHtml } from './base-map.ts';
import type { BaseMap } from './base-map.ts';

/** What the platform was set to, from the page itself; undefined without. */
const setting = (): HTMLMetaElement | undefined => {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="fusion-map-tiles"]');
  return meta?.content ? meta : undefined;
};

export const hasOwnTiles = (): boolean => setting() !== undefined;

/** The base map that whoever runs the platform has chosen. @throws where an archive cannot be read */
export async function createOwnTiles(): Promise<BaseMap | undefined> {
  const meta = setting();
  if (!meta) return undefined;
  const { kind, attribution = '' } = meta.dataset;
  if (kind === 'pmtiles') {
    const { createArchiveTiles } = await import('./archive-tiles.ts');
    return await createArchiveTiles(meta.content, attribution);
  }
  const source = new XYZ({ url: meta.content, attributions: asHtml(attribution) });
  return { layer: new TileLayer({ source, zIndex: 0 }) };
}
