import { basename } from 'node:path';

import { stacCollection, stacItem } from '@fusion-platform/geo';
import type { StacCollection, StacItem, StacLink } from '@fusion-platform/geo';

import { DESCRIPTION } from '../dem/index.ts';
import { NOTE } from '../sentinel-2/index.ts';
import type { FileScene } from './file-scene.ts';
import type { Scene } from './scene.ts';

const JSON_TYPE = 'application/json';
const GEOJSON = 'application/geo+json';

const path = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

/** Where a scene's file is served, below the archive's address. */
function assetPath(scene: Scene, name: string): string {
  return path('assets', scene.collection, ...(scene.kind === 'file' ? [] : [scene.id]), name);
}

/** The item of a scene, with full addresses below `base`. */
export function itemOf(scene: Scene, base: string): object {
  switch (scene.kind) {
    case 'file':
      return itemOfFile(scene, base);
    case 'item': {
      const assets = Object.entries(scene.assets).map(([key, asset]) => [
        key,
        { ...asset, href: `${base}${assetPath(scene, asset.href)}` },
      ]);
      const { collection, document } = scene;
      return { ...document, collection, links: linksOf(scene, base), assets: Object.fromEntries(assets) };
    }
  }
}

function itemOfFile(scene: FileScene, base: string): StacItem {
  const { collection, id, synthetic } = scene;
  return stacItem({
    id,
    collection,
    datetime: scene.datetime,
    analysis: scene.analysis,
    fileName: basename(scene.path),
    href: `${base}${assetPath(scene, basename(scene.path))}`,
    checksumMultihash: scene.checksum,
    synthetic,
    ...(synthetic ? { title: `Synthetic terrain: ${cell(id)}`, description: DESCRIPTION } : {}),
    links: linksOf(scene, base),
  });
}

function linksOf({ collection, id }: Scene, base: string): StacLink[] {
  const home = `${base}${path('collections', collection)}`;
  return [
    { rel: 'self', href: `${home}${path('items', id)}`, type: GEOJSON },
    { rel: 'parent', href: home, type: JSON_TYPE },
    { rel: 'collection', href: home, type: JSON_TYPE },
    { rel: 'root', href: `${base}/`, type: JSON_TYPE },
  ];
}

const cell = (id: string): string => /[NS]\d\d_\d\d_[EW]\d\d\d/.exec(id)?.[0].replace(/_\d\d_/, ' ') ?? id;

/** What the collections of generated scenes say of themselves. */
const GENERATED: Readonly<Record<string, { title: string; description: string; keywords: string[] }>> = {
  'cop-dem-glo-30': {
    title: 'Synthetic terrain in the form of Copernicus DEM GLO-30',
    description: `${DESCRIPTION} Tiles have the names, the grid and the form of the public archive's.`,
    keywords: ['dem', 'elevation', 'synthetic'],
  },
  'sentinel-2-l2a': {
    title: 'Synthetic scenes in the form of Sentinel-2 level 2A',
    description: `${NOTE} Scenes have the tiles, the names and the bands of the public archive's, with coarser pixels.`,
    keywords: ['sentinel-2', 'reflectance', 'synthetic'],
  },
};

/** The collection of scenes, which are all of it and at least one. */
export function collectionOf(id: string, scenes: readonly Scene[], base: string): StacCollection {
  const home = `${base}${path('collections', id)}`;
  const generated = scenes.filter(({ synthetic }) => synthetic).length;
  const own = generated === 0 ? undefined : GENERATED[id];
  const mixed = generated < scenes.length;
  const collection = stacCollection({
    id,
    items: scenes.map(extentOf),
    ...(own === undefined
      ? { title: id, description: `Files of ${id}, served on this machine` }
      : {
          ...own,
          description: `${own.description}${mixed ? ' Items without fusion:synthetic are real files that were added to it.' : ''}`,
          providers: [{ name: 'fusion-platform', roles: ['producer', 'host'] }],
        }),
    license: mixed ? 'other' : 'MIT',
    links: [
      { rel: 'self', href: home, type: JSON_TYPE },
      { rel: 'parent', href: `${base}/`, type: JSON_TYPE },
      { rel: 'root', href: `${base}/`, type: JSON_TYPE },
      { rel: 'items', href: `${home}/items`, type: GEOJSON },
    ],
  });
  const flags = [...new Set(scenes.map(({ synthetic }) => synthetic))];
  return {
    ...collection,
    summaries: { ...collection.summaries, ...(generated === 0 ? {} : { 'fusion:synthetic': flags }) },
  };
}

/** As much of an item as tells where and when its collection is. */
function extentOf(scene: Scene): StacItem {
  if (scene.kind === 'file') return itemOfFile(scene, '');
  const { id, bounds, geometry, datetime, document } = scene;
  const epsg = document.properties['proj:epsg'];
  return {
    type: 'Feature',
    stac_version: '1.1.0',
    stac_extensions: [],
    id,
    bbox: bounds,
    geometry,
    properties: {
      datetime: datetime.toISOString(),
      ...(typeof epsg === 'number' ? { 'proj:code': `EPSG:${epsg}` } : {}),
    },
    links: [],
    assets: {},
  };
}

export const conformance: readonly string[] = [
  'https://api.stacspec.org/v1.0.0/core',
  'https://api.stacspec.org/v1.0.0/collections',
  'https://api.stacspec.org/v1.0.0/ogcapi-features',
  'https://api.stacspec.org/v1.0.0/item-search',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson',
];

/** The landing page, where a client starts. */
export function landingPage(base: string, collections: readonly string[]): Record<string, unknown> {
  const link = (rel: string, href: string, type = JSON_TYPE, more: object = {}): StacLink => ({
    rel,
    href: `${base}${href}`,
    type,
    ...more,
  });
  return {
    type: 'Catalog',
    stac_version: '1.1.0',
    id: 'fusion-platform-sample-archive',
    title: 'Sample archive of fusion-platform',
    description: 'Generated scenes for trying out software. They show no real ground.',
    conformsTo: conformance,
    links: [
      link('self', '/'),
      link('root', '/'),
      link('conformance', '/conformance'),
      link('data', '/collections'),
      link('search', '/search', GEOJSON, { method: 'GET' }),
      link('search', '/search', GEOJSON, { method: 'POST' }),
      ...collections.map((id) => link('child', path('collections', id))),
    ],
  };
}
