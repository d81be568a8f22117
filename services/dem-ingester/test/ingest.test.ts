import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { validateCog } from '@fusion-platform/geo';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { serveArchive } from './support/archive.ts';
import type { Tile } from './support/archive.ts';
import { box, ingest } from './support/run.ts';
import {
  heightAt,
  makeTile,
  nativeAbsent,
  partThatDiffers,
  readImage,
  realAbsent,
  realTile,
} from './support/tiles.ts';

const run = promisify(execFile);
let folder: string;
let tiles: Tile[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dem-tiles-'));
  // Two side by side, and nothing to the south.
  tiles = [await makeTile(folder, 100, 100), await makeTile(folder, 200, 100)];
});
afterAll(() => rm(folder, { recursive: true }));

/** What the service makes of a box over the seam of both tiles and the sea to their south. */
const across = box(0.1504, 0.7804, 0.2502, 0.8499);

async function expectAcross(path: string): Promise<void> {
  const { values, width, height, origin } = await readImage(path);
  expect([width, height]).toEqual([101, 70]);
  expect(origin[0]).toBeCloseTo(0.15, 9);
  expect(origin[1]).toBeCloseTo(0.85, 9);
  const expected = Float32Array.from(values, (_, index) => {
    const [column, row] = [150 + (index % width), 150 + Math.floor(index / width)];
    return row < 200 ? heightAt(column, row) : 0;
  });
  expect(values).toEqual(expected);
}

test('tiles are joined without changing a pixel, and what none covers is sea', async () => {
  const archive = await serveArchive(tiles);
  const { code, outcome, output, status } = await ingest({ region: across, archive: archive.url });
  expect(outcome).toMatchObject({ success: true, abort_reason: null });
  expect(code).toBe(0);
  await expectAcross(output);
  expect((await validateCog(output)).errors).toEqual([]);
  expect(archive.requests.filter((line) => line.startsWith('POST'))).toEqual([
    'POST /search',
    'POST /search?page=1',
  ]);
  expect(status.progress).toBe(100);
  expect(status.transfer.internal).toBeGreaterThan(0);
});

test('GDAL in WebAssembly gives the same pixels', async () => {
  const archive = await serveArchive(tiles);
  const { outcome, output } = await ingest({ region: across, archive: archive.url, path: '/nowhere' });
  expect(outcome).toMatchObject({ success: true });
  await expectAcross(output);
});

test('the result says where it comes from and that it is made up', async () => {
  const archive = await serveArchive(tiles);
  const { output } = await ingest({ region: box(0.12, 0.82, 0.13, 0.83), archive: archive.url });
  expect((await readImage(output)).metadata).toMatchObject({
    SOURCE: `hills from ${archive.url}`,
    SOURCE_LICENSE: 'MIT',
    SOURCE_TILES: '1',
    SYNTHETIC: 'YES',
    NOTE: 'This terrain is synthetic.',
  });
});

test('a resolution in metres gives square pixels in a UTM zone', async () => {
  const archive = await serveArchive(tiles);
  const { output } = await ingest({
    region: box(0.12, 0.82, 0.18, 0.88),
    archive: archive.url,
    options: { resolution: 200, crs: 'utm' },
  });
  const { width, height, origin, values } = await readImage(output);
  expect([width, height]).toEqual([34, 34]);
  expect(origin.slice(0, 2).map((metres) => metres % 200)).toEqual([0, 0]);
  expect(Math.min(...values)).toBeGreaterThan(200);
});

test.skipIf(realAbsent || nativeAbsent)(
  'a real tile (needs ../shared/data and native GDAL) agrees with gdal_translate',
  async () => {
    const archive = await serveArchive([realTile]);
    const { output, status } = await ingest({ region: box(6.5, 0.2, 6.6, 0.3), archive: archive.url });
    const reference = join(folder, 'translated.tif');
    const { width, height, origin, values, metadata } = await readImage(output);
    const [west = 0, north = 0] = origin;
    const edges = [west, north, west + width / 3600, north - height / 3600].map(String);
    await run('gdal_translate', ['-q', '-projwin', ...edges, realTile.path, reference]);
    const expected = await readImage(reference);
    expect(partThatDiffers({ width, height, origin, values, metadata }, expected)).toBe(0);
    expect([width, height]).toEqual([361, 361]);
    // A part of the tile, not all of its 3.7 MB.
    expect(status.transfer.internal).toBeLessThan(2_500_000);
    expect(metadata).not.toHaveProperty('SYNTHETIC');
  },
);

test.skipIf(realAbsent || nativeAbsent)(
  'a real tile in UTM (needs ../shared/data and native GDAL) agrees with gdalwarp',
  async () => {
    const archive = await serveArchive([realTile]);
    const { output } = await ingest({
      region: box(6.55, 0.2, 6.65, 0.3),
      archive: archive.url,
      options: { crs: 'utm' },
    });
    const found = await readImage(output);
    const [west = 0, north = 0] = found.origin;
    const bounds = [west, north - found.height * 30, west + found.width * 30, north].map(String);
    const reference = join(folder, 'warped.tif');
    const to = ['-t_srs', 'EPSG:32632', '-te', ...bounds, '-tr', '30', '30', '-r', 'bilinear'];
    await run('gdalwarp', ['-q', ...to, realTile.path, reference]);
    expect(partThatDiffers(found, await readImage(reference))).toBeLessThan(0.001);
  },
);
