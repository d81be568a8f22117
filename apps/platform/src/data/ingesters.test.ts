import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { gdalRuntime, writeGeoTiff } from '@fusion-platform/geo';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

const run = promisify(execFile);
const nativeAbsent = (await gdalRuntime()).kind !== 'native';

/** A STAC API with two scenes of one day: one over a quarter of the place, one over half of it. */
const asked: unknown[] = [];
const scene = (id: string, bbox: number[], cover: number) => ({
  type: 'Feature',
  id,
  bbox,
  properties: { 'eo:cloud_cover': cover },
  links: [],
  assets: {},
});
const archive = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url !== '/stac/search') return response.writeHead(404).end();
    const search = JSON.parse(Buffer.concat(chunks).toString()) as { datetime: string };
    asked.push(search);
    const features = search.datetime.startsWith('2020-02-19')
      ? [scene('east', [2, 0, 9, 4], 20), scene('west', [-9, 0, -5, 1, 4, 900], 80)]
      : [];
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ features, links: [] }));
  });
});

const platforms: TestPlatform[] = [];

async function platformWith(sentinel2Archive?: string): Promise<TestPlatform> {
  const platform = await openTestPlatform({ sentinel2Archive });
  platforms.push(platform);
  return platform;
}

beforeAll(async () => {
  archive.listen(0, '127.0.0.1');
  await once(archive, 'listening');
});

afterAll(async () => {
  for (const platform of platforms) await platform.close();
  archive.close();
});

const archiveUrl = (path: string): string =>
  `http://127.0.0.1:${(archive.address() as AddressInfo).port}/${path}`;

/** Four degrees square, with a date. */
async function dated(platform: TestPlatform, date: string): Promise<Buffer> {
  const [plain, path] = [join(platform.folder, 'plain.tif'), join(platform.folder, 'dated.tif')];
  const data = new Uint8Array(40 * 40).fill(7);
  await writeGeoTiff(plain, { width: 40, height: 40, bounds: [0, 0, 4, 4], crs: 'EPSG:4326', data });
  await run('gdal_translate', ['-q', '-mo', `ACQUISITION_DATE=${date}`, plain, path]);
  return await readFile(path);
}

test.skipIf(nativeAbsent)(
  'a dated raster is told how cloudy its day was, by the scenes that an archive has of its place (skipped without gdal_translate)',
  async () => {
    const platform = await platformWith(archiveUrl('stac/'));
    const [file] = await platform.extended(
      await platform.upload('dated.tif', 'GeoTIFF', await dated(platform, '2020-02-19')),
    );
    // The half in the east counts twice as much as the quarter in the west.
    expect(file).toMatchObject({
      publishable: true,
      number_of_ingesters: 2,
      ingesters: {
        outline: { bounds: [0, 0, 4, 4] },
        cloud_cover: { date: '2020-02-19', scenes: ['east', 'west'], percent: (2 * 20 + 80) / 3 },
      },
      stac_item: {
        properties: { datetime: '2020-02-19T00:00:00.000Z', 'eo:cloud_cover': (2 * 20 + 80) / 3 },
        stac_extensions: expect.arrayContaining([expect.stringContaining('/eo/')]) as unknown,
      },
    });
    expect(asked).toMatchObject([
      {
        collections: ['sentinel-2-l2a'],
        bbox: [0, 0, 4, 4],
        datetime: '2020-02-19T00:00:00.000Z/2020-02-19T23:59:59.999Z',
      },
    ]);
    const [other] = await platform.extended(
      await platform.upload('other.tif', 'GeoTIFF', await dated(platform, '2020-02-20')),
    );
    expect(other!.ingesters).toMatchObject({
      cloud_cover: { skipped: expect.stringContaining('no scene of the place on 2020-02-20') as string },
    });
  },
);

test.skipIf(nativeAbsent)(
  'without an archive, or with one that refuses, it is told why not (skipped without gdal_translate)',
  async () => {
    for (const [url, reason] of [
      [undefined, /no archive of Sentinel-2 is configured/],
      [archiveUrl('elsewhere'), /answers 404/],
    ] as const) {
      const platform = await platformWith(url);
      const id = await platform.upload('dated.tif', 'GeoTIFF', await dated(platform, '2020-02-19'));
      const [file] = await platform.extended(id);
      expect(file).toMatchObject({
        publishable: true,
        ingesters: { cloud_cover: { skipped: expect.stringMatching(reason) as string } },
      });
      expect(JSON.stringify(file!.stac_item)).not.toContain('eo:cloud_cover');
    }
  },
);

test('a file without a place or a date has no ingesters, and one of a sort that is not read has none', async () => {
  const platform = platforms[0] ?? (await platformWith());
  for (const [name, type, content] of [
    ['table.csv', 'CSV', 'a,b\n1,2\n'],
    ['some.bin', 'Other', 'what'],
  ] as const) {
    const [file] = await platform.analysed(await platform.upload(name, type, content));
    expect(file).toMatchObject({ number_of_ingesters: 0, ingesters: {} });
  }
});
