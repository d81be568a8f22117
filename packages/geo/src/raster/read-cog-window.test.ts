import { stat } from 'node:fs/promises';

import { beforeAll, describe, expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { serveRanges } from '../../test/support/range-server.ts';
import { terrain } from '../../test/support/terrain.ts';
import { runGdal, translate } from '../gdal/index.ts';
import { readCogWindow } from './read-cog-window.ts';
import { RemoteRasterError } from '../ranges/index.ts';
import { writeCog } from './write-cog.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const ground = terrain(2000, 2000, { pixelIsPoint: true, nodata: -9999 });

beforeAll(async () => {
  await writeGeoTiff(file('ground.tif'), ground);
  await writeCog({ input: file('ground.tif'), output: file('cog.tif') });
});

test('a window holds the pixels that touch the bounds, and says where they lie', async () => {
  const server = await serveRanges(file('cog.tif'));
  let bytes = 0;
  const window = await readCogWindow({
    url: server.url,
    bounds: [-4.5001, 55.4999, -4.4, 55.6],
    onBytes: (count) => (bytes += count),
  });
  expect(window).toMatchObject({
    width: 201,
    height: 201,
    crs: 'EPSG:4326',
    pixelIsPoint: true,
    nodata: -9999,
  });
  for (const [index, edge] of [-4.5005, 55.4995, -4.4, 55.6].entries())
    expect(window?.bounds[index]).toBeCloseTo(edge, 9);
  expect(window?.resolution[0]).toBeCloseTo(0.0005, 12);
  for (const [x, y] of [
    [0, 0],
    [200, 0],
    [100, 57],
    [200, 200],
  ] as const)
    expect(window?.data[y * 201 + x]).toBe(ground.data[(800 + y) * 2000 + 999 + x]);
  expect(bytes).toBe(server.sent);
  expect(bytes).toBeLessThan((await stat(file('cog.tif'))).size / 2);
});

test('padding adds pixels on every side but not beyond the raster', async () => {
  const server = await serveRanges(file('cog.tif'));
  const window = await readCogWindow({ url: server.url, bounds: [-5, 55.99, -4.99, 56], padding: 2 });
  expect([window?.width, window?.height]).toEqual([22, 22]);
  expect(window?.bounds[0]).toBe(-5);
});

test('an overview is read where it is fine enough', async () => {
  const server = await serveRanges(file('cog.tif'));
  const window = await readCogWindow({ url: server.url, bounds: [-5, 55, -4, 56], resolution: 0.0012 });
  expect(window?.width).toBe(1000);
  expect(window?.bounds.map((edge) => edge.toFixed(9))).toEqual([
    '-5.000000000',
    '55.000000000',
    '-4.000000000',
    '56.000000000',
  ]);
});

test('bounds apart from the raster give nothing', async () => {
  const server = await serveRanges(file('cog.tif'));
  expect(await readCogWindow({ url: server.url, bounds: [3, 50, 4, 51] })).toBeNull();
});

describe('a server in trouble', () => {
  test('is asked again when it fails or hangs up', async () => {
    const server = await serveRanges(file('cog.tif'));
    server.trouble.push(503, 0, 429, 500);
    const window = await readCogWindow({ url: server.url, bounds: [-4.5, 55.5, -4.49, 55.51], backoff: 1 });
    expect(window?.width).toBe(20);
    expect(server.requests.slice(0, 3).map(({ status }) => status)).toEqual([503, 429, 500]);
  });

  test.each([
    ['for ever', Array.from({ length: 20 }, () => 503), 'unreachable', 503],
    ['because it forbids', [403], 'refused', 403],
    ['by sending all of the file', [200], 'unusable', 200],
  ])('that fails %s is given up', async (_name, trouble, code, status) => {
    const server = await serveRanges(file('cog.tif'));
    server.trouble.push(...trouble);
    const error: unknown = await readCogWindow({
      url: server.url,
      bounds: [-4.5, 55.5, -4.4, 55.6],
      backoff: 1,
      tries: 3,
    }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RemoteRasterError);
    expect(error).toMatchObject({ code, status });
  });

  test('that has no such file says so at once', async () => {
    const server = await serveRanges(file('cog.tif'));
    await expect(readCogWindow({ url: `${server.url}-not`, bounds: [0, 0, 1, 1] })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is left alone once the reader is told to stop', async () => {
    const server = await serveRanges(file('cog.tif'));
    server.trouble.push(...Array.from({ length: 50 }, () => 503));
    const controller = new AbortController();
    const reading = readCogWindow({
      url: server.url,
      bounds: [-4.5, 55.5, -4.4, 55.6],
      backoff: 60_000,
      signal: controller.signal,
    });
    setImmediate(() => controller.abort(new Error('stop')));
    await expect(reading).rejects.toThrow('stop');
  });
});

test('what is no GeoTIFF, or too much, is refused', async () => {
  const other = await serveRanges(new URL('./read-cog-window.test.ts', import.meta.url).pathname);
  await expect(readCogWindow({ url: other.url, bounds: [0, 0, 1, 1] })).rejects.toMatchObject({
    code: 'unusable',
  });
  const server = await serveRanges(file('cog.tif'));
  await expect(
    readCogWindow({ url: server.url, bounds: [-5, 55, -4, 56], maxPixels: 1000 }),
  ).rejects.toMatchObject({ code: 'too_large' });
});

const tile = sharedFile('dem/Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif');
test.skipIf(tile.absent || nativeAbsent)(
  'a window of the real tile is what GDAL cuts out of it (skipped without the shared data or GDAL)',
  async () => {
    const server = await serveRanges(tile.path);
    const window = await readCogWindow({ url: server.url, bounds: [6.5, 0.1, 6.65, 0.3] });
    if (window === null) throw new Error('no window');
    await writeGeoTiff(file('window.tif'), window);
    const [west, south, east, north] = window.bounds;
    const cut = translate({
      input: tile.path,
      output: file('cut.tif'),
      format: 'GTiff',
      bounds: [west, south, east, north],
    });
    await runGdal(cut);
    const [ours, theirs] = [await gdalInfo(file('window.tif')), await gdalInfo(file('cut.tif'))];
    expect(ours.size).toEqual(theirs.size);
    expect(ours.bands[0]?.checksum).toBe(theirs.bands[0]?.checksum);
    expect(ours.metadata['']).toEqual(theirs.metadata['']);
    for (const [index, value] of theirs.geoTransform.entries())
      expect(ours.geoTransform[index]).toBeCloseTo(value, 10);
  },
);
