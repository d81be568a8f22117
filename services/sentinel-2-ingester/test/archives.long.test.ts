import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { crsOf, validateCog } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';
import { startSampleArchive } from '@fusion-platform/sample-archive';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gdalwarp, nativeAbsent, partThatDiffers, readImage } from './support/rasters.ts';
import { box, ingest } from './support/run.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'node_modules/.cache/sample-archive');
const realItem = resolve(root, '../shared/data/sentinel-2/29RKH_20200219_L2A/S2A_29RKH_20200219_0_L2A.json');
const realAbsent = !existsSync(realItem);
const BANDS = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B11', 'B12'];

let archive: Awaited<ReturnType<typeof startSampleArchive>>;

beforeAll(async () => {
  const extra = realAbsent ? [] : [{ collection: 'sentinel-2-l2a', item: realItem }];
  archive = await startSampleArchive({ folder, collections: ['sentinel-2-l2a'], extra });
});
afterAll(async () => await archive.close());

const sceneFile = (id: string, band: string): string => join(folder, 'sentinel-2-l2a', id, `${band}.tif`);
const on = (day: string) => ({ latest_date: false, start_date: `${day}T00:00:00.000Z`, find_nearest: false });

async function regionOf(name: string): Promise<Region> {
  const text = await readFile(join(root, 'examples/regions', `${name}.geojson`), 'utf8');
  const { features } = JSON.parse(text) as { features: { geometry: Region }[] };
  return features[0]?.geometry as Region;
}

describe('the sample archive', () => {
  test('Glasgow gets the latest image: every band as a COG with its name, by a part of the files only', async () => {
    const { outcome, band, preview, status } = await ingest({
      region: await regionOf('glasgow'),
      archive: archive.stacUrl,
      options: { mask: true },
    });
    expect(outcome).toMatchObject({ success: true, abort_reason: null });
    const [bands, pictures] = outcome.outputs ?? [];
    expect(bands?.files.map(({ name }) => name).toSorted()).toEqual(
      [...BANDS, 'SCL'].map((name) => `${name}.tif`).toSorted(),
    );
    expect(pictures?.files.map(({ name }) => name)).toEqual(['preview.png']);
    for (const name of [...BANDS, 'SCL']) expect((await validateCog(band(name))).errors).toEqual([]);
    const red = await readImage(band('B04'));
    expect(red).toMatchObject({ pixel: 150, epsg: 32630, nodata: 0, band: 'Red' });
    expect(red.metadata).toMatchObject({ ACQUISITION_DATE: '2026-06-18', SYNTHETIC: 'YES' });
    const { width, height, channels } = decode(await readFile(preview));
    expect([width, height, channels]).toEqual([red.width, red.height, 4]);
    const all = await Promise.all(
      BANDS.map(async (name) => (await stat(sceneFile('S2A_30UVG_20260618_0_L2A', name))).size),
    );
    expect(status.transfer.internal).toBeGreaterThan(100_000);
    expect(status.transfer.internal).toBeLessThan(all.reduce((sum, size) => sum + size, 0));
    expect(status.progress).toBe(100);
  });

  test.skipIf(nativeAbsent).each([
    ['2021-03-27', 'S2B_30UVG_20210327_0_L2A', 0],
    ['2025-05-14', 'S2A_30UVG_20250514_0_L2A', -1000],
    ['2025-08-12', 'S2C_30UVG_20250812_0_L2A', 0],
    ['2026-02-21', 'S2B_30UVG_20260221_0_L2A', -1000],
    ['2026-06-18', 'S2A_30UVG_20260618_0_L2A', -1000],
  ])('the offset of %s is taken off once (needs native GDAL)', async (day, id, offset) => {
    const region = box(-4.2, 55.82, -4.1, 55.88);
    const { outcome, band } = await ingest({
      region,
      archive: archive.stacUrl,
      options: { ...on(day), clip: false },
    });
    expect(outcome).toMatchObject({ success: true });
    for (const name of ['B04', 'B8A']) {
      const image = await readImage(band(name));
      const expected = await gdalwarp([sceneFile(id, name)], image, 'bilinear');
      expect(partThatDiffers(image, expected, offset)).toBeLessThan(0.001);
    }
  });

  test('the two tiles of the Lake District are joined without a gap', async () => {
    const { outcome, band, log } = await ingest({
      region: await regionOf('lake-district'),
      archive: archive.stacUrl,
      options: on('2021-03-27'),
    });
    expect(outcome).toMatchObject({ success: true });
    expect(log).toMatch(
      /S2B_30UVF_20210327_0_L2A[^]*S2B_30UWF_20210327_0_L2A|S2B_30UWF_20210327_0_L2A[^]*S2B_30UVF_20210327_0_L2A/,
    );
    for (const name of ['B04', 'SCL']) {
      const { values, width } = await readImage(band(name));
      // The region is convex enough that what has data in a row is in one piece.
      const gaps = values.filter(
        (value, at) =>
          value === 0 && at % width > 0 && (values[at - 1] ?? 0) > 0 && (values[at + 1] ?? 0) > 0,
      );
      expect(gaps).toHaveLength(0);
    }
  });

  test('two days are put together where each covers half of the region', async () => {
    const region = await regionOf('glasgow');
    const { outcome, band, log } = await ingest({
      region,
      archive: archive.stacUrl,
      options: on('2025-08-12'),
    });
    expect(outcome).toMatchObject({ success: true });
    expect(log).toMatch(/Taking 2025-08-12, which covers 100 %[^]*S2C_30UVG_20250812[^]*S2B_30UVG_20250813/);
    const { values } = await readImage(band('B04'));
    expect(values.filter((value) => value > 0).length / values.length).toBeGreaterThan(0.6);
    const alone = await ingest({
      region,
      archive: archive.stacUrl,
      options: { ...on('2025-08-12'), merge_image_days: 0 },
    });
    expect(alone.outcome.abort_reason).toMatch(/2025-08-12 covers \d\d(\.\d)? % of the region\. At most/);
  });

  test('a day with too many clouds is passed over for the nearest', async () => {
    const options = {
      ...on('2026-05-09'),
      find_nearest: true,
      maximum_scan_days: 60,
      generate_preview: false,
    };
    const region = box(-4.2, 55.82, -4.1, 55.88);
    const { log, preview } = await ingest({ region, archive: archive.stacUrl, options });
    expect(log).toMatch(/2026-05-09 has 9\d(\.\d)? % cloud/);
    expect(log).toMatch(/Taking 2026-06-18/);
    expect(decode(await readFile(preview))).toMatchObject({ width: 1, height: 1 });
  });
});

describe.skipIf(realAbsent || nativeAbsent)('a real scene (needs ../shared/data and native GDAL)', () => {
  const file = (band: string): string => join(dirname(realItem), `${band}.tif`);

  test('agrees with gdalwarp in its own zone', async () => {
    const region = box(-11.9, 24.35, -10.95, 25.25);
    const options = { ...on('2020-02-19'), clip: false };
    const { outcome, band } = await ingest({ region, archive: archive.stacUrl, options });
    expect(outcome).toMatchObject({ success: true, abort_reason: null });
    for (const name of [...BANDS, 'SCL']) {
      const image = await readImage(band(name));
      expect(image.epsg).toBe(32629);
      const expected = await gdalwarp([file(name)], image, name === 'SCL' ? 'near' : 'bilinear');
      expect([name, partThatDiffers(image, expected)]).toEqual([name, expect.closeTo(0, 3)]);
      expect(new Set(expected.values).size).toBeGreaterThan(2);
    }
  });

  test('agrees with gdalwarp in the zone beside it, where the region lies', async () => {
    const region = box(-13.2, 24.6, -11.4, 25);
    const options = { ...on('2020-02-19'), clip: false, coverage_tolerance: 80 };
    const { outcome, band } = await ingest({ region, archive: archive.stacUrl, options });
    expect(outcome).toMatchObject({ success: true });
    expect(crsOf(32628)?.fromLonLat(-12.3, 24.8)[0]).toBeGreaterThan(700_000);
    for (const name of ['B02', 'B8A', 'SCL']) {
      const image = await readImage(band(name));
      expect(image.epsg).toBe(32628);
      const expected = await gdalwarp([file(name)], image, name === 'SCL' ? 'near' : 'bilinear');
      expect([name, partThatDiffers(image, expected)]).toEqual([name, expect.closeTo(0, 3)]);
    }
  });
});
