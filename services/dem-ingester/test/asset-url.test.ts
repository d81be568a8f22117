import { expect, test } from 'vitest';

import { assetUrl } from '../src/asset-url.ts';

const archive = 'https://stac.example/v1';

function item(href: string, asset: object = {}, links: { rel: string; href: string }[] = []) {
  return {
    id: 'tile',
    bbox: [0, 0, 1, 1],
    properties: {},
    links,
    assets: { thumbnail: { href: 'a.png', type: 'image/png' }, data: { href, ...asset } },
  };
}

test.each([
  ['https://files.example/a.tif', 'https://files.example/a.tif'],
  // The public archive lists its tiles so.
  ['s3://copernicus-dem-30m/a/a.tif', 'https://copernicus-dem-30m.s3.eu-central-1.amazonaws.com/a/a.tif'],
  ['s3://other/a.tif', 'https://other.s3.amazonaws.com/a.tif'],
])('%s is fetched from %s', (href, url) => {
  expect(assetUrl(item(href), archive)).toBe(url);
});

test('the region of a bucket is taken from the item', () => {
  expect(assetUrl(item('s3://other/a.tif', { 'storage:region': 'us-west-2' }), archive)).toBe(
    'https://other.s3.us-west-2.amazonaws.com/a.tif',
  );
});

test('an address without a host is seen from the item', () => {
  const self = { rel: 'self', href: 'https://files.example/items/tile.json' };
  expect(assetUrl(item('../a.tif', {}, [self]), archive)).toBe('https://files.example/a.tif');
});

test('a tile without elevations is named', () => {
  const bare = { ...item(''), assets: { thumbnail: { href: 'a.png', type: 'image/png' } } };
  expect(() => assetUrl(bare, archive)).toThrow(
    'The tile tile of the elevation archive at https://stac.example/v1 has no data',
  );
});
