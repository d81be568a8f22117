import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { decode } from 'fast-png';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { analyse, extendInChild } from '../analysis/index.ts';
import type { IngesterFinding } from '../findings/index.ts';
import { rasterStatistics } from './statistics.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const image = { fileName: 'image.tif', fileType: 'GeoTIFF' };

test('a large raster is told by a sample, and exactly by the ingesters that it leaves for later', async () => {
  await writeGeoTiff(file('large.tif'), terrain(1600, 1600));
  const options = { ...image, alternativePath: file('cog.tif'), previewPath: file('large.png') };
  const found = await analyse(file('large.tif'), { ...options, limits: { maxExactValues: 2_400_000 } });
  expect(found).toMatchObject({ ended: [], later: ['statistics', 'outline'], outline: null });
  // Catalogues are told of no statistics until they are exact.
  expect(found.stac.bands).toMatchObject([{ statistics: null }]);
  const [exact] = await rasterStatistics(file('large.tif'));
  const [sampled] = found.selectors ?? [];
  const counted = sampled?.histogram?.reduce((sum, count) => sum + count, 0) ?? 0;
  expect(counted / exact!.count).toBeGreaterThan(0.15);
  expect(counted / exact!.count).toBeLessThan(0.35);
  for (const name of ['mean', 'sd'] as const)
    expect(Math.abs((sampled?.[name] ?? 0) / exact![name]! - 1)).toBeLessThan(0.2);
  expect(decode(await readFile(file('large.png'))).width).toBe(512);

  // From the alternative, as the platform does: it holds the same values.
  const findings: IngesterFinding[] = [];
  await extendInChild(file('cog.tif'), { fileName: 'image.tif', ingesters: found.later }, (finding) =>
    findings.push(finding),
  );
  expect(findings.map(({ ingester }) => ingester)).toEqual(['statistics', 'outline']);
  expect(findings[0]).toMatchObject({ bands: [{ minimum: exact!.minimum, maximum: exact!.maximum }] });
  const [{ bands = [] } = {}] = findings as { bands?: { mean: number; histogram: number[] }[] }[];
  expect(bands[0]!.mean / exact!.mean!).toBeCloseTo(1, 12);
  expect(bands[0]!.histogram).toEqual(exact!.histogram);
  expect(findings[1]).toMatchObject({ outline: { bounds: [-5, 55, -4, 56] } });
});

test('the first values of a band are told, without nodata', async () => {
  const data = Int16Array.from({ length: 30 }, (_, index) => (index < 3 ? -1 : index));
  await writeGeoTiff(file('few.tif'), {
    width: 6,
    height: 5,
    bounds: [0, 0, 6, 5],
    crs: null,
    nodata: -1,
    data,
  });
  const { selectors, ended, outline } = await analyse(file('few.tif'), image);
  expect(selectors?.[0]?.initial_values).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  expect([ended, outline]).toEqual([[], null]);
});

test.skipIf(nativeAbsent).each([
  ['TIFFTAG_DATETIME=2020:02:19 11:30:05', '2020-02-19T11:30:05.000Z'],
  ['ACQUISITION_DATE=2021-07-01', '2021-07-01T00:00:00.000Z'],
  ['PRODUCT_START_TIME=2022-03-04T05:06:07.890+0200', '2022-03-04T03:06:07.890Z'],
  ['TIFFTAG_DATETIME=yesterday', null],
  ['DATETIME=2999-01-01', null],
])('a raster with %s shows what was at %s (skipped without gdal_translate)', async (item, wanted) => {
  await writeGeoTiff(file('undated.tif'), terrain(8, 8));
  await run('gdal_translate', ['-q', '-mo', item, file('undated.tif'), file('dated.tif')]);
  expect((await analyse(file('dated.tif'), image)).acquired).toBe(wanted);
});
