import TileLayer from 'ol/layer/Tile.js';
import XYZ from 'ol/source/XYZ.js';

/** Map tiles that whoever runs the platform has chosen, from the page itself; undefined without. */
export function createOwnTiles(): TileLayer | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="fusion-map-tiles"]');
  if (!meta?.content) return undefined;
  // OpenLayers takes attributions as HTML: what is given is plain text.
  const text = document.createElement('span');
  text.textContent = meta.dataset['attribution'] ?? '';
  return new TileLayer({
    source: new XYZ({ url: meta.content, attributions: text.innerHTML }),
    zIndex: 0,
  });
}
