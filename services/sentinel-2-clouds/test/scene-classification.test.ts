import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseStatistics, validateCog, writeGeoTiff } from '@fusion-platform/geo';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readBand, real, realAbsent } from './support/rasters.ts';
import { clouds } from './support/run.ts';

let folder: string;
/** The values 0 to 11, one a pixel. */
let all: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clouds-rasters-'));
  all = join(folder, 'SCL.tif');
  const data = Uint8Array.from({ length: 12 }, (_, value) => value);
  await writeGeoTiff(all, {
    data,
    width: 4,
    height: 3,
    bounds: [0, 0, 80, 60],
    crs: 'EPSG:32630',
    nodata: 0,
  });
});
afterAll(() => rm(folder, { recursive: true }));

test('each class of level 2A becomes ground, shadow, thick or thin cloud, or no data', async () => {
  const { outcome, classification } = await clouds([all]);
  expect(outcome).toMatchObject({ success: true });
  expect([...(await readBand(classification))]).toEqual([255, 255, 0, 1, 0, 0, 0, 0, 2, 2, 3, 0]);
});

test.each([
  ['shadow', 1],
  ['no_data', 255],
])('unclassified pixels become %s when that is chosen', async (unclassified, expected) => {
  const { classification } = await clouds([all], { unclassified });
  expect((await readBand(classification))[7]).toBe(expected);
});

test('the statistics hold the classes 0 to 3 in bins 0, 3, 6 and 9', async () => {
  const { statistics, log } = await clouds([all]);
  const rows = parseStatistics(await readFile(statistics, 'utf8'));
  expect(rows).toMatchObject([
    { selector: 'Classification', count: 10, nodataCount: 2, sum: 8, minimum: 0, maximum: 3, mean: 0.8 },
  ]);
  expect(rows[0]?.bins).toEqual([6, 0, 0, 1, 0, 0, 2, 0, 0, 1]);
  expect(log).toContain('10 pixels: Ground 60.0 %, Shadow 10.0 %, Thick Cloud 20.0 %, Thin Cloud 10.0 %');
});

test('a scene without data ends with a warning', async () => {
  const path = join(folder, 'empty_SCL.tif');
  await writeGeoTiff(path, {
    data: new Uint8Array(12),
    width: 4,
    height: 3,
    bounds: [0, 0, 80, 60],
    crs: 'EPSG:32630',
  });
  const { outcome } = await clouds([path]);
  expect(outcome).toMatchObject({
    success: true,
    abort_reason: 'No pixel has data: the scene does not reach this place',
  });
});

test.skipIf(realAbsent)(
  'the real scene (needs ../shared/data) is classified as its producer did',
  async () => {
    const path = real('29RKH_20200219_L2A/SCL.tif');
    const { classification, statistics } = await clouds([path]);
    const [given, found] = [await readBand(path), await readBand(classification)];
    const count = (values: ArrayLike<number>, ...wanted: number[]): number =>
      Array.from(values).filter((value) => wanted.includes(value)).length;
    const expected = [count(given, 2, 4, 5, 6, 7, 11), count(given, 3), count(given, 8, 9), count(given, 10)];
    expect([0, 1, 2, 3].map((value) => count(found, value))).toEqual(expected);
    const [row] = parseStatistics(await readFile(statistics, 'utf8'));
    expect([0, 3, 6, 9].map((bin) => row?.bins[bin])).toEqual(expected);
    expect((row?.bins[9] ?? 0) / (row?.count ?? 1)).toBeCloseTo(0.035, 2);
    expect(await validateCog(classification)).toEqual({ errors: [], warnings: [] });
  },
);
