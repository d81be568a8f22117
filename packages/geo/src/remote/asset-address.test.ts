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
  ['https://bucket.s3.cn-north-1.amazonaws.com.cn/a.tif', 's3'],
  ['https://s3.amazonaws.com.example.org/a.tif', 'external'],
  ['https://files.example.org/a.tif', 'external'],
  ['http://93.184.216.34/a.tif', 'external'],
  ['http://172.32.0.1/a.tif', 'external'],
  ['http://[2606:2800:220::1]/a.tif', 'external'],
  ['http://127.0.0.1:8090/assets/a.tif', 'internal'],
  ['http://localhost:8090/assets/a.tif', 'internal'],
  ['http://172.31.255.255/a.tif', 'internal'],
  ['http://192.168.1.2/a.tif', 'internal'],
  ['http://[::1]:8090/a.tif', 'internal'],
  ['http://[fd12::1]/a.tif', 'internal'],
  ['http://[::ffff:10.0.0.1]/a.tif', 'internal'],
  ['http://archive:8090/a.tif', 'internal'],
  ['http://tiles.internal/a.tif', 'internal'],
])('bytes of %s are counted as %s', (address, kind) => {
  expect(transferKind(address)).toBe(kind);
});

test.each([
  ['http://minio:9000/bucket/a.tif', 's3'],
  ['https://objects.example.org/bucket/a.tif', 's3'],
  ['http://minio:9001/bucket/a.tif', 'internal'],
  ['https://other.example.org/a.tif', 'external'],
])('with S3 servers of our own bytes of %s are counted as %s', (address, kind) => {
  expect(transferKind(address, 'minio:9000, Objects.example.org')).toBe(kind);
});
