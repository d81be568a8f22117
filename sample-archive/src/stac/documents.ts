import { basename } from 'node:path';

import { stacCollection, stacItem } from '@fusion-platform/geo';
import type { StacCollection, StacItem, StacLink } from '@fusion-platform/geo';

import { DESCRIPTION } from '../dem/index.ts';
import type { Scene } from './scene.ts';

const JSON_TYPE = 'application/json';
const GEOJSON = 'application/geo+json';

const path = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

/** Where a scene's file is served, below the archive's address. */
export const assetPath = ({ collection, path: file }: Scene): string =>
  path('assets', collection, basename(file));

/** The item of a scene, with full addresses below `base`. */
export function itemOf(scene: Scene, base: string): StacItem {
  const { collection, id, synthetic } = scene;
  const home = `${base}${path('collections', collection)}`;
  return stacItem({
    id,
    collection,
    datetime: scene.datetime,
    analysis: scene.analysis,
    fileName: basename(scene.path),
    href: `${base}${assetPath(scene)}`,
    checksumMultihash: scene.checksum,
    synthetic,
    ...(synthetic ? { title: `Synthetic terrain: ${cell(id)}`, description: DESCRIPTION } : {}),
    links: [
      { rel: 'self', href: `${home}${path('items', id)}`, type: GEOJSON },
      { rel: 'parent', href: home, type: JSON_TYPE },
      { rel: 'collection', href: home, type: JSON_TYPE },
      { rel: 'root', href: `${base}/`, type: JSON_TYPE },
    ],
  });
}

const cell = (id: string): string => /[NS]\d\d_\d\d_[EW]\d\d\d/.exec(id)?.[0].replace(/_\d\d_/, ' ') ?? id;

/** The collection of scenes, which are all of it and at least one. */
export function collectionOf(id: string, scenes: readonly Scene[], base: string): StacCollection {
  const home = `${base}${path('collections', id)}`;
  const generated = scenes.filter(({ synthetic }) => synthetic).length;
  const collection = stacCollection({
    id,
    items: scenes.map((scene) => itemOf(scene, base)),
    ...(generated === 0
      ? { title: id, description: `Files of ${id}, served on this machine` }
      : {
          title: 'Synthetic terrain in the form of Copernicus DEM GLO-30',
          description: `${DESCRIPTION} Tiles have the names, the grid and the form of the public archive's.${
            generated < scenes.length
              ? ' Items without fusion:synthetic are real files that were added to it.'
              : ''
          }`,
          keywords: ['dem', 'elevation', 'synthetic'],
          providers: [{ name: 'fusion-platform', roles: ['producer', 'host'] }],
        }),
    license: generated === scenes.length ? 'MIT' : 'other',
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
