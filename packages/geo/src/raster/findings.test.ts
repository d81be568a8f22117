import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';

import { findingsFile, temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';

const file = temporaryFolder();
const run = promisify(execFile);

function analyseFinding(name: string, fileType = 'GeoTIFF'): Promise<Analysis> {
  return analyse(findingsFile(`raster/${name}`).path, {
    fileName: name,
    fileType,
    previewPath: file('preview.png'),
    alternativePath: file('alternative.tif'),
  });
}

/** Minimum and maximum of each band. */
function ranges({ selectors }: Analysis): (readonly [number | null, number | null])[] {
  return (selectors ?? []).map(({ minimum, maximum }) => [minimum, maximum]);
}

const absent = findingsFile('raster').absent;

describe('a TIFF of a kind that is not read block by block', () => {
  test.skipIf(absent)(
    'has colours as red, green and blue, however they are stored (needs ../shared/findings)',
    async () => {
      const found = ranges(await analyseFinding('R02_ycbcr_jpeg.tif'));
      for (const [index, [low, high]] of [
        [218, 222],
        [2, 157],
        [27, 34],
      ].entries()) {
        expect(Math.abs((found[index]?.[0] ?? 0) - low!)).toBeLessThanOrEqual(1);
        expect(Math.abs((found[index]?.[1] ?? 0) - high!)).toBeLessThanOrEqual(1);
      }
    },
  );

  test.skipIf(absent)('may be big-endian with a predictor (needs ../shared/findings)', async () => {
    expect(ranges(await analyseFinding('R03_be_pred2_u16.tif'))[0]?.[1]).toBe(3550);
  });

  test.skipIf(absent)('may be big-endian with many blocks (needs ../shared/findings)', async () => {
    expect(ranges(await analyseFinding('R03_be_200_strips.tif'))).toEqual([[0, 63]]);
  });

  test.skipIf(absent)('may have values of 12 bits (needs ../shared/findings)', async () => {
    const found = await analyseFinding('R09_12bit_3bands.tif');
    expect(ranges(found).map(([, high]) => high! <= 4095)).toEqual([true, true, true]);
    expect(Math.max(...ranges(found).map(([, high]) => high ?? 0))).toBe(4094);
  });

  test.skipIf(absent)('may have differences of float64 (needs ../shared/findings)', async () => {
    const { selectors } = await analyseFinding('R10_float64_pred2.tif');
    expect(selectors?.[0]?.data_type).toBe('float64');
    expect(selectors?.[0]?.mean).not.toBeNull();
  });

  test.skipIf(absent)(
    'is damaged where GDAL says so, with its words and no path (needs ../shared/findings)',
    async () => {
      const error: unknown = await analyseFinding('R11_damaged_lzw.tif').catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'damaged' });
      expect((error as Error).message).toMatch(
        /^R11_damaged_lzw\.tif cannot be read as a GeoTIFF: it is damaged/,
      );
      expect((error as Error).message).not.toContain('/');
    },
  );
});

test.skipIf(absent)(
  'an alpha hides pixels from the statistics as from the outline (needs ../shared/findings)',
  async () => {
    const { selectors, stac } = await analyseFinding('R07_rgba.tif');
    for (const band of [0, 1, 2]) {
      expect(selectors?.[band]?.mean).toBeCloseTo(98.27, 2);
      expect(selectors?.[band]?.sd).toBeCloseTo(59.93, 2);
      expect(stac.bands?.[band]?.statistics?.validPercent).toBeLessThan(100);
    }
    expect(selectors?.[3]?.mean).toBeCloseTo(188.0625, 9);
  },
);

test.skipIf(absent)(
  'the first of several tie points counts with a scale (needs ../shared/findings)',
  async () => {
    const { stac, bounds } = await analyseFinding('R08_scale_and_4_tiepoints.tif');
    expect(bounds).not.toBeNull();
    if (nativeAbsent) return;
    const { stdout } = await run('gdalinfo', [
      '-json',
      findingsFile('raster/R08_scale_and_4_tiepoints.tif').path,
    ]);
    const [x, a, b, y, d, e] = (JSON.parse(stdout) as { geoTransform: number[] }).geoTransform;
    expect(stac.transform).toEqual([a, b, x, d, e, y]);
  },
);

test.skipIf(absent)('the name of a band is as it was written (needs ../shared/findings)', async () => {
  expect((await analyseFinding('R14_band_name.tif')).selectors?.[0]?.selector).toBe('NDVI > 0.5 & wet');
});

test.skipIf(absent)(
  'an interlaced PNG of 16 bits has its own values (needs ../shared/findings)',
  async () => {
    expect(ranges(await analyseFinding('R16_interlaced16.png', 'PNG'))[0]?.[1]).toBe(255);
  },
);

test.skipIf(absent)('where zero is white the preview shows it so (needs ../shared/findings)', async () => {
  await analyseFinding('R18_miniswhite.tif');
  const ours = decode(await readFile(file('preview.png')));
  if (nativeAbsent) return;
  const args = ['-q', '-of', 'PNG', '-expand', 'rgb', findingsFile('raster/R18_miniswhite.tif').path];
  await run('gdal_translate', [...args, file('gdal.png')]);
  const theirs = decode(await readFile(file('gdal.png')));
  expect([ours.width, ours.height]).toEqual([theirs.width, theirs.height]);
  for (let pixel = 0; pixel < ours.width * ours.height; pixel += 7)
    expect(ours.data[pixel * 4]).toBe(theirs.data[pixel * theirs.channels]);
});

test.skipIf(absent)('a value for no data may have a decimal comma (needs ../shared/findings)', async () => {
  expect((await analyseFinding('R19_nodata_comma.tif')).selectors?.[0]?.mean).toBeCloseTo(192.5, 9);
});
