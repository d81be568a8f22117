import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import type { Bounds, StacAsset } from '@fusion-platform/geo';
import type { Geometry } from 'geojson';

/** A scene of several files that comes with an item of its own. */
export interface ItemScene {
  readonly kind: 'item';
  readonly collection: string;
  readonly id: string;
  /** The folder of its files. */
  readonly folder: string;
  readonly synthetic: boolean;
  readonly datetime: Date;
  readonly bounds: Bounds;
  readonly geometry: Geometry;
  /** The item as it was written, whatever its version of STAC. */
  readonly document: ItemDocument;
  /** Those whose files are there, by key; `href` is the name of the file. */
  readonly assets: Readonly<Record<string, StacAsset>>;
}

interface ItemDocument {
  readonly id: string;
  readonly bbox: readonly number[];
  readonly geometry: Geometry;
  readonly properties: { readonly datetime: string; readonly [field: string]: unknown };
  readonly assets: Readonly<Record<string, StacAsset>>;
  readonly [field: string]: unknown;
}

/**
 * Reads an item whose files lie beside it. Assets that are elsewhere are left out: the archive serves what it has.
 * @throws {TypeError} when the file is no item with a place and a time
 */
export async function readItemScene(path: string, collection: string): Promise<ItemScene> {
  const folder = dirname(resolve(path));
  const document: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isItem(document)) throw new TypeError(`${path} is no STAC item with a place, a time and assets`);
  const there = new Set(await readdir(folder));
  const named = Object.entries(document.assets).map(
    ([key, asset]) => [key, { ...asset, href: basename(new URL(asset.href, 'file:///').pathname) }] as const,
  );
  const { bbox } = document;
  const [west, south, east, north] = bbox.length === 6 ? bbox.filter((_, axis) => axis % 3 !== 2) : bbox;
  return {
    kind: 'item',
    collection,
    id: document.id,
    folder,
    synthetic: document.properties['fusion:synthetic'] === true,
    datetime: new Date(document.properties.datetime),
    bounds: [west, south, east, north] as unknown as Bounds,
    geometry: document.geometry,
    document,
    assets: Object.fromEntries(named.filter(([, { href }]) => there.has(href))),
  };
}

function isItem(value: unknown): value is ItemDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { type, id, bbox, geometry, properties, assets } = value as Record<string, unknown>;
  return (
    type === 'Feature' &&
    typeof id === 'string' &&
    Array.isArray(bbox) &&
    (bbox.length === 4 || bbox.length === 6) &&
    typeof geometry === 'object' &&
    geometry !== null &&
    typeof assets === 'object' &&
    assets !== null &&
    !Number.isNaN(Date.parse(String((properties as Record<string, unknown> | undefined)?.['datetime'])))
  );
}
