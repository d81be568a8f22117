import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { analyse, calculate, stacCollection, stacItem, stacItemWith, writeGeoTiff } from '../src/index.ts';
import type { Outline, StacItem, StacItemOptions } from '../src/index.ts';
import { temporaryFolder } from './support/files.ts';
import { faults, itemFaults } from './support/stac-schemas.ts';
import { terrain } from './support/terrain.ts';

const file = temporaryFolder();
async function imageItem(options: Partial<StacItemOptions> = {}): Promise<StacItem> {
  await writeGeoTiff(
    file('dem.tif'),
    terrain(64, 64, {
      nodata: Number.NaN,
      crs: 'EPSG:32630',
      bounds: [400_000, 6_100_000, 401_920, 6_101_920],
    }),
  );
  const analysis = await analyse(file('dem.tif'), { fileName: 'dem.tif', fileType: 'GeoTIFF' });
  const checksum = createHash('sha256')
    .update(await readFile(file('dem.tif')))
    .digest('hex');
  return stacItem({
    id: 'dem',
    datetime: new Date('2024-01-02T03:04:05Z'),
    analysis,
    fileName: 'dem.tif',
    href: './dem.tif',
    checksumMultihash: `1220${checksum}`,
    ...options,
  });
}

test('the item of a raster is valid, and says where its pixels lie', async () => {
  const item = await imageItem({ title: 'Terrain', synthetic: true, previewHref: './dem.png' });
  expect(itemFaults(item)).toEqual([]);
  expect(item.stac_extensions).toHaveLength(3);
  expect(item.properties).toMatchObject({
    datetime: '2024-01-02T03:04:05.000Z',
    'proj:code': 'EPSG:32630',
    'proj:shape': [64, 64],
    'proj:transform': [30, 0, 400_000, 0, -30, 6_101_920],
    'proj:bbox': [400_000, 6_100_000, 401_920, 6_101_920],
    gsd: 30,
    'fusion:synthetic': true,
  });
  expect(item.assets['data']?.['bands']).toMatchObject([
    {
      data_type: 'float32',
      nodata: 'nan',
      'raster:spatial_resolution': 30,
      statistics: { valid_percent: 100 },
    },
  ]);
});

test('the item of a vector is valid, with a span of time', async () => {
  await writeFile(
    file('region.geojson'),
    JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    }),
  );
  const analysis = await analyse(file('region.geojson'), { fileName: 'region.geojson', fileType: 'GeoJSON' });
  const datetime = { start: new Date('2024-01-01T00:00:00Z'), end: new Date('2024-02-01T00:00:00Z') };
  const item = stacItem({
    id: 'region',
    datetime,
    analysis,
    fileName: 'region.geojson',
    href: './region.geojson',
  });
  expect(itemFaults(item)).toEqual([]);
  expect(item.bbox).toEqual([0, 0, 1, 1]);
  expect(item.properties.datetime).toBeNull();
});

test('the item of a file without a place is valid', async () => {
  await writeFile(file('table.csv'), 'a,b\n');
  const analysis = await analyse(file('table.csv'), { fileName: 'table.csv', fileType: 'CSV' });
  const item = stacItem({
    id: 'table',
    datetime: new Date(0),
    analysis,
    fileName: 'table.csv',
    href: './table.csv',
  });
  expect(itemFaults(item)).toEqual([]);
  expect(item).not.toHaveProperty('bbox');
});

test('a collection is valid and reaches as far as its items', async () => {
  const links = [{ rel: 'collection', href: './collection.json', type: 'application/json' }];
  const items = [
    await imageItem({ collection: 'terrain', links }),
    await imageItem({ id: 'later', datetime: new Date('2025-01-01T00:00:00Z') }),
  ];
  expect(itemFaults(items[0] as StacItem)).toEqual([]);
  const collection = stacCollection({
    id: 'terrain',
    title: 'Terrain',
    license: 'MIT',
    items,
    itemHref: ({ id }) => `./${id}.json`,
  });
  expect(
    faults('https://schemas.stacspec.org/v1.1.0/collection-spec/json-schema/collection.json', collection),
  ).toEqual([]);
  expect(collection.extent.temporal.interval).toEqual([
    ['2024-01-02T03:04:05.000Z', '2025-01-01T00:00:00.000Z'],
  ]);
  expect(collection.extent.spatial.bbox[0]).toEqual(items[0]?.bbox);
  expect(collection.links.map(({ href }) => href)).toEqual(['./dem.json', './later.json']);
});

test('an item says which part of the spectrum its bands show, and how it was made', async () => {
  await writeGeoTiff(file('grey.tif'), terrain(16, 16));
  await calculate({
    output: file('red.tif'),
    dataType: 'float32',
    nodata: -1,
    reduction: 'average',
    bands: ['red', 'rededge1'].map((name) => ({
      name,
      sources: [{ path: file('grey.tif') }],
      calculate: ([input = []], output) => output.set(input),
    })),
  });
  const item = await imageItem({
    analysis: await analyse(file('red.tif'), { fileName: 'red.tif', fileType: 'GeoTIFF' }),
    properties: { 'eo:cloud_cover': 12.5 },
    processing: {
      level: 'L2A',
      software: { 'Sentinel-2 (Multispectral)': '3' },
      datetime: new Date('2024-01-03T00:00:00Z'),
    },
  });
  expect(itemFaults(item)).toEqual([]);
  expect(item.stac_extensions.map((address) => address.split('/')[3])).toEqual([
    'projection',
    'raster',
    'eo',
    'processing',
    'file',
  ]);
  expect(item.assets['data']?.['bands']).toMatchObject([
    { name: 'red', 'eo:common_name': 'red' },
    { name: 'rededge1', 'eo:common_name': 'rededge071' },
  ]);
  expect(itemFaults({ ...item, properties: { ...item.properties, 'eo:cloud_cover': 120 } })).not.toEqual([]);
  expect(itemFaults({ ...item, properties: { ...item.properties, 'processing:level': 2 } })).not.toEqual([]);
});

test('an item stays valid with what is found out later, and says it', async () => {
  const item = await imageItem();
  const outline = {
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [-4, 55],
          [-3, 55],
          [-3, 56],
          [-4, 55],
        ],
      ],
    },
    bounds: [-4, 55, -3, 56],
  } as const;
  const found = { minimum: 1, maximum: 3, mean: 2, sd: 0.5, histogram: [1], validPercent: 40 };
  const later = stacItemWith(
    { ...item },
    {
      bands: [found],
      outline: outline as unknown as Outline,
      cloudCover: 12.5,
    },
  ) as unknown as StacItem;
  expect(itemFaults(later)).toEqual([]);
  expect(later).toMatchObject({
    bbox: [-4, 55, -3, 56],
    geometry: outline.geometry,
    properties: { 'eo:cloud_cover': 12.5, 'proj:code': 'EPSG:32630' },
    assets: {
      data: {
        bands: [
          {
            data_type: 'float32',
            statistics: { minimum: 1, maximum: 3, mean: 2, stddev: 0.5, valid_percent: 40 },
          },
        ],
      },
    },
  });
  expect(later.stac_extensions).toHaveLength(item.stac_extensions.length + 1);
});

test('the item of a raster around a pole, with a gap there, is valid', async () => {
  const size = 60;
  const data = Float32Array.from({ length: size * size }, (_, index) => {
    const radius = Math.hypot((index % size) - 29.5, Math.floor(index / size) - 29.5);
    return radius > 8 && radius < 25 ? radius : -1;
  });
  const place = { crs: 'EPSG:3413', bounds: [-1e6, -1e6, 1e6, 1e6], nodata: -1 } as const;
  await writeGeoTiff(file('polar.tif'), { width: size, height: size, ...place, data });
  const analysis = await analyse(file('polar.tif'), { fileName: 'polar.tif', fileType: 'GeoTIFF' });
  const item = await imageItem({ analysis });
  expect(itemFaults(item)).toEqual([]);
  expect(item.bbox?.map(Math.round)).toEqual([-180, 82, 180, 88]);
  expect((item.properties['proj:bbox'] as number[]).map(Math.round)).toEqual(place.bounds);
});

test('items on both sides of the antimeridian are valid, and their collection reaches over it', async () => {
  const place = async (name: string, west: number, east: number): Promise<StacItem> => {
    await writeGeoTiff(file(name), terrain(16, 16, { bounds: [west, -20, east, -16] }));
    const analysis = await analyse(file(name), { fileName: name, fileType: 'GeoTIFF' });
    return imageItem({ id: name, analysis });
  };
  const items = [await place('over.tif', 179, 181), await place('west.tif', -178, -177)];
  for (const item of items) expect(itemFaults(item)).toEqual([]);
  expect(items[0]?.bbox).toEqual([179, -20, -179, -16]);
  const collection = stacCollection({ id: 'fiji', items });
  expect(collection.extent.spatial.bbox[0]).toEqual([179, -20, -177, -16]);
  expect(
    faults('https://schemas.stacspec.org/v1.1.0/collection-spec/json-schema/collection.json', collection),
  ).toEqual([]);
});

test('the schemas refuse an item that is wrong', async () => {
  const item = await imageItem();
  const wrong = { ...item, properties: { ...item.properties, 'proj:shape': ['wide', 'high'] } };
  expect(itemFaults(wrong)).not.toEqual([]);
  expect(itemFaults({ ...item, properties: { datetime: 'yesterday' } })).not.toEqual([]);
});

test('the ground sample distance keeps the fraction of a metre', async () => {
  await writeGeoTiff(
    file('drone.tif'),
    terrain(64, 64, { crs: 'EPSG:32630', bounds: [420_000, 6_190_000, 420_003.2, 6_190_003.2] }),
  );
  const analysis = await analyse(file('drone.tif'), { fileName: 'drone.tif', fileType: 'GeoTIFF' });
  const item = await imageItem({ analysis });
  expect(itemFaults(item)).toEqual([]);
  expect(item.properties).toMatchObject({ gsd: 0.05 });
  // The API's own field is an integer.
  expect(analysis.resolution).toBe(1);
});
