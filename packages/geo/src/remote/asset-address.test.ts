import { expect, test } from 'vitest';

import { assetAddress, transferKind } from './index.ts';

test.each([
  ['https://files.example/a.tif', 'https://files.example/a.tif'],
  ['s3://sentinel-cogs/a/B04.tif', 'https://sentinel-cogs.s3.us-west-2.amazonaws.com/a/B04.tif'],
  ['gs://scenes/a/B04.tif', 'https://storage.googleapis.com/scenes/a/B04.tif'],
  ['./B04.tif', 'https://stac.example/v1/B04.tif'],
])('%s is fetched from %s', (href, address) => {
  // Items of Earth Search name themselves by a place in a bucket, which is no base of an address.
  const links = [{ rel: 'self', href: 's3://sentinel-cogs/a/item.json' }];
  expect(assetAddress({ href }, { links }, 'https://stac.example/v1')).toBe(address);
});

test.each([
  ['https://sentinel-cogs.s3.us-west-2.amazonaws.com/a.tif', 's3'],
  ['https://s3.amazonaws.com/bucket/a.tif', 's3'],
  ['https://s3-eu-west-1.amazonaws.com/bucket/a.tif', 's3'],
  ['https://storage.googleapis.com/bucket/a.tif', 'gcs'],
  ['https://bucket.storage.googleapis.com/a.tif', 'gcs'],
  ['http://127.0.0.1:8090/assets/a.tif', 'external'],
  ['https://s3.amazonaws.com.example.org/a.tif', 'external'],
])('bytes of %s are counted as %s', (address, kind) => {
  expect(transferKind(address)).toBe(kind);
});
