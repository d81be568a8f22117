import MVT from 'ol/format/MVT.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorTileLayer from 'ol/layer/VectorTile.js';
import ImageTile from 'ol/source/ImageTile.js';
import VectorTileSource from 'ol/source/VectorTile.js';
import type Tile from 'ol/Tile.js';
import { createXYZ } from 'ol/tilegrid.js';
import TileState from 'ol/TileState.js';
import type VectorTile from 'ol/VectorTile.js';
import { FetchSource, PMTiles, TileType } from 'pmtiles';
import type { Header } from 'pmtiles';

import { asHtml } from './base-map.ts';
import type { BaseMap } from './base-map.ts';
import { backgroundOf, styleOfTiles } from './tile-style.ts';

interface Metadata {
  readonly attribution?: unknown;
  readonly vector_layers?: unknown;
}

/** The tiles of a PMTiles archive, read by range: its pictures, or its vectors in the colours of the page. */
export async function createArchiveTiles(address: string, attribution: string): Promise<BaseMap> {
  // The platform's own is given to who is signed in, and to pages of its own alone; no other host is sent a word of that.
  const own = address.startsWith('/');
  const headers = new Headers(own ? { 'x-fusion-platform-session': 'cookie' } : {});
  const archive = new PMTiles(new FetchSource(address, headers));
  const header = await archive.getHeader();
  const metadata = (await archive.getMetadata().catch(() => undefined)) as Metadata | null | undefined;
  const attributions = asHtml(attribution || plainText(metadata?.attribution));
  if (header.tileType === TileType.Mvt)
    return vectors(archive, header, attributions, layersOf(metadata?.vector_layers));
  if (pictures.has(header.tileType)) return rasters(archive, header, attributions);
  throw new Error(`its tiles are of a kind (${header.tileType}) that cannot be shown`);
}

const pictures: ReadonlySet<TileType> = new Set([TileType.Png, TileType.Jpeg, TileType.Webp, TileType.Avif]);

const layersOf = (layers: unknown): readonly string[] =>
  Array.isArray(layers) ? layers.map((layer) => String((layer as { id?: unknown } | null)?.id)) : [];

/** Archives say in HTML who made them. A document that is only parsed loads nothing and runs nothing. */
const plainText = (html: unknown): string =>
  typeof html === 'string'
    ? (new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '').trim()
    : '';

function rasters(
  archive: PMTiles,
  { minZoom, maxZoom }: Pick<Header, 'minZoom' | 'maxZoom'>,
  attributions: string,
): BaseMap {
  const nothing = document.createElement('canvas');
  nothing.width = 1;
  nothing.height = 1;
  const source = new ImageTile({
    attributions,
    minZoom,
    maxZoom,
    loader: async (z, x, y, { signal }) => {
      const tile = await archive.getZxy(z, x, y, signal);
      return tile ? await createImageBitmap(new Blob([tile.data])) : nothing;
    },
  });
  return { layer: new TileLayer({ source, zIndex: 0 }) };
}

function vectors(
  archive: PMTiles,
  { minZoom, maxZoom }: Pick<Header, 'minZoom' | 'maxZoom'>,
  attributions: string,
  layers: readonly string[],
): BaseMap {
  const source = new VectorTileSource({
    attributions,
    format: new MVT(),
    tileGrid: createXYZ({ minZoom, maxZoom, tileSize: 512 }),
    tileUrlFunction: (place) => place.join('/'),
    tileLoadFunction: (tile, place) => loadVectors(archive, tile as VectorTile<never>, place),
  });
  const layer = new VectorTileLayer({ source, zIndex: 0, declutter: true });
  const restyle = (): void => {
    layer.setBackground(backgroundOf(layers));
    layer.setStyle(styleOfTiles());
  };
  restyle();
  return { layer, restyle };
}

function loadVectors(archive: PMTiles, tile: Tile & VectorTile<never>, place: string): void {
  const [z = 0, x = 0, y = 0] = place.split('/').map(Number);
  tile.setLoader((extent, _resolution, featureProjection) => {
    archive
      .getZxy(z, x, y)
      .then((found) => {
        const format = tile.getFormat();
        tile.setFeatures(found ? format.readFeatures(found.data, { extent, featureProjection }) : []);
        tile.setState(found ? TileState.LOADED : TileState.EMPTY);
        return undefined;
      })
      .catch(() => tile.setState(TileState.ERROR));
  });
}
