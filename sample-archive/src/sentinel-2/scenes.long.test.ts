import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { readCogWindow, validateCog } from '@fusion-platform/geo';
import type { Bounds, StacAsset, TypedArray } from '@fusion-platform/geo';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startSampleArchive } from '../index.ts';
import type { SampleArchive } from '../index.ts';
import { makeScenes } from './index.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'node_modules/.cache/sample-archive');
const real = resolve(root, '../shared/data/sentinel-2/29RKH_20200219_L2A/S2A_29RKH_20200219_0_L2A.json');
const realAbsent = !existsSync(real);
const extra = realAbsent ? [] : [{ collection: 'sentinel-2-l2a', item: real }];

interface Item {
  readonly id: string;
  readonly bbox: readonly number[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, StacAsset>>;
}

let archive: SampleArchive;
let items: readonly Item[];

beforeAll(async () => {
  archive = await startSampleArchive({ folder, collections: ['sentinel-2-l2a'], extra });
  items = await search({ ids: undefined });
});
afterAll(async () => await archive.close());

async function search(query: object): Promise<Item[]> {
  const response = await fetch(`${archive.stacUrl}/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ limit: 100, ...query }),
  });
  return ((await response.json()) as { features: Item[] }).features;
}

const dayOf = ({ properties }: Item): string => String(properties['datetime']).slice(0, 10);
const generated = (): readonly Item[] => items.filter(({ properties }) => properties['fusion:synthetic']);

function of(place: string, day: string): Item {
  const found = generated().find(
    (item) => item.properties['grid:code'] === `MGRS-${place}` && dayOf(item) === day,
  );
  if (!found) throw new Error(`There is no scene of ${place} on ${day}`);
  return found;
}

async function read(item: Item, key: string, bounds: Bounds = [-6, 53, -1, 57]): Promise<TypedArray> {
  const window = await readCogWindow({ url: item.assets[key]?.href ?? '', bounds });
  if (window === null) throw new Error(`${item.id} does not lie there`);
  return window.data;
}

function meanOf(values: TypedArray): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

test('scenes say that they are synthetic, in items, collection and files', async () => {
  expect(generated()).toHaveLength(15);
  for (const { properties } of generated()) expect(properties['description']).toMatch(/^Synthetic scene/);
  const collection = await (await fetch(`${archive.url}/collections/sentinel-2-l2a`)).json();
  expect(collection).toMatchObject({ title: expect.stringMatching(/^Synthetic/) as string });
  const { id } = of('30UVG', '2026-06-18');
  expect(await readFile(join(folder, 'sentinel-2-l2a', id, 'B04.tif'), 'latin1')).toContain(
    'Synthetic scene',
  );
});

test('a scene has the assets of the public archive, each a Cloud Optimised GeoTIFF that lies where its item says', async () => {
  const item = of('30UVG', '2026-06-18');
  expect(Object.keys(item.assets).toSorted()).toEqual(
    'aot blue coastal green nir nir08 nir09 red rededge1 rededge2 rededge3 scl swir16 swir22 visual wvp'.split(
      ' ',
    ),
  );
  for (const [key, asset] of Object.entries(item.assets)) {
    const window = await readCogWindow({ url: asset.href, bounds: [-6, 53, -1, 57] });
    expect([key, window?.height, window?.width]).toEqual([key, ...(asset['proj:shape'] as number[])]);
    const [pixel, , west, , , north] = asset['proj:transform'] as number[];
    expect([window?.resolution[0], window?.bounds[0], window?.bounds[3]]).toEqual([pixel, west, north]);
    expect(window).toMatchObject({ crs: 'EPSG:32630', nodata: 0 });
    const file = asset.href.split('/').at(-1) ?? '';
    expect((await validateCog(join(folder, 'sentinel-2-l2a', item.id, file))).errors).toEqual([]);
  }
});

test('clouds are as many as the items say, and every class of the classification is there', async () => {
  const seen = new Set<number>();
  for (const item of generated()) {
    const classes = await read(item, 'scl');
    for (const kind of classes) seen.add(kind);
    const known = classes.filter((kind) => kind !== 0).length;
    const clouds = classes.filter((kind) => kind >= 8 && kind <= 10).length;
    expect(item.properties['eo:cloud_cover']).toBeCloseTo((100 * clouds) / known, 4);
  }
  expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(of('30UVG', '2026-05-09').properties['eo:cloud_cover']).toBeGreaterThan(95);
});

test('the offset of baseline 04.00 is in the pixels or it is not, whatever the items say', async () => {
  // Open water off the coast, where there is no cloud on these days: about 0.01 in the near infrared.
  const water = [-4.2, 54.3, -4.1, 54.36] as const;
  const [none, added, removed] = await Promise.all(
    ['2021-03-27', '2025-05-14', '2025-08-12'].map(async (day) =>
      Math.min(...(await read(of('30UVF', day), 'nir', water))),
    ),
  );
  expect(none).toBeLessThan(200);
  expect(added).toBeGreaterThan(1000);
  expect(removed).toBeLessThan(200);
  const claims = (place: string, day: string): unknown[] => {
    const { properties, assets } = of(place, day);
    const bands = assets['red']?.['raster:bands'] as { offset?: number }[] | undefined;
    return [
      properties['s2:processing_baseline'],
      properties['earthsearch:boa_offset_applied'],
      bands?.[0]?.offset,
    ];
  };
  expect(claims('30UVF', '2021-03-27')).toEqual(['02.14', false, 0]);
  expect(claims('30UVF', '2025-05-14')).toEqual(['05.11', false, 0]);
  expect(claims('30UVF', '2025-08-12')).toEqual(['05.11', true, -0.1]);
  expect(claims('30UVG', '2026-02-21')).toEqual(['05.12', undefined, -0.1]);
  expect(claims('30UVF', '2026-06-18')).toEqual(['05.12', undefined, undefined]);
});

test('neighbouring scenes of one day show one ground under one sky', async () => {
  // Where the two tiles of the Lake District overlap.
  const both = [-2.97, 54.4, -2.87, 54.7] as const;
  const [west, east] = await Promise.all(
    ['30UVF', '30UWF'].map(async (place) => await read(of(place, '2026-06-18'), 'nir', both)),
  );
  expect(Math.abs(meanOf(west as TypedArray) - meanOf(east as TypedArray))).toBeLessThan(30);
});

test('a swath ends in no data, and its item is as wide as what was seen', async () => {
  const [east, west] = [of('30UVG', '2025-08-12'), of('30UVG', '2025-08-13')];
  const [a, b] = [await read(east, 'scl'), await read(west, 'scl')];
  expect(a.every((kind, at) => (kind === 0) !== (b[at] === 0))).toBe(true);
  expect(a.includes(0)).toBe(true);
  expect(east.bbox[0]).toBeGreaterThan(west.bbox[0] ?? 0);
  expect(west.bbox[2]).toBeLessThan(-4);
});

test('items come newest first when asked to', async () => {
  const asked = {
    sortby: [{ field: 'properties.datetime', direction: 'desc' }],
    bbox: [-4.4, 55.8, -4.1, 55.9],
  };
  const days = (await search(asked)).map(dayOf);
  expect(days).toEqual(days.toSorted().toReversed());
  expect(days).toHaveLength(7);
});

test('scenes that are there are left alone, those of an earlier version are removed', async () => {
  const old = await mkdtemp(join(tmpdir(), 'scenes-'));
  try {
    await writeFile(join(old, 'notes.txt'), 'mine');
    await writeFile(join(old, 'S2A_30UVG_20200101_0_L2A'), 'old');
    const stop = new AbortController();
    const cut = makeScenes(old, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(cut).rejects.toThrow('enough');
    expect((await readdir(old)).toSorted()).toEqual(['notes.txt', 'version.json']);
  } finally {
    await rm(old, { recursive: true });
  }
  const steps: number[] = [];
  await makeScenes(join(folder, 'sentinel-2-l2a'), { onProgress: (share) => steps.push(share) });
  expect(steps).toEqual([1]);
});

test.skipIf(realAbsent)(
  'a real scene (needs ../shared/data) is served with its own item and its own files',
  async () => {
    const [item] = items.filter(({ properties }) => !properties['fusion:synthetic']);
    expect(item).toMatchObject({ id: 'S2A_29RKH_20200219_0_L2A', stac_version: '1.0.0' });
    // Pictures and JPEG 2000 files of the public archive are not here.
    expect(Object.keys(item?.assets ?? {})).not.toContain('blue-jp2');
    for (const { href } of Object.values(item?.assets ?? {})) expect(href.startsWith(archive.url)).toBe(true);
    const red = await readCogWindow({
      url: item?.assets['red']?.href ?? '',
      bounds: [-11.5, 24.7, -11.4, 24.8],
    });
    expect(red).toMatchObject({ crs: 'EPSG:32629', resolution: [100, 100] });
  },
);
