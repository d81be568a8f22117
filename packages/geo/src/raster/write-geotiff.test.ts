import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { withRaster } from './open-raster.ts';
import { writeCog } from './write-cog.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const bounds = [-4.5, 55.25, -4, 55.5] as const;

test.skipIf(nativeAbsent).each([
  { data: Float32Array.from({ length: 200 }, (_, index) => index / 7), type: 'Float32', nodata: Number.NaN },
  { data: Float64Array.from({ length: 200 }, (_, index) => index / 7), type: 'Float64', nodata: -1e30 },
  { data: Uint16Array.from({ length: 200 }, (_, index) => index * 300), type: 'UInt16', nodata: 0 },
  { data: Int16Array.from({ length: 200 }, (_, index) => index - 100), type: 'Int16', nodata: -9999 },
  { data: Uint8Array.from({ length: 200 }, (_, index) => index), type: 'Byte', nodata: null },
])(
  'GDAL reads $type where it was put (skipped where gdalinfo is not on the PATH)',
  async ({ data, type, nodata }) => {
    for (const pixelIsPoint of [false, true]) {
      const path = file(`${type}.tif`);
      await writeGeoTiff(path, {
        data,
        width: 20,
        height: 10,
        bounds,
        crs: 'EPSG:4326',
        nodata,
        pixelIsPoint,
      });
      const info = await gdalInfo(path);
      expect(info.size).toEqual([20, 10]);
      for (const [index, value] of [-4.5, 0.025, 0, 55.5, 0, -0.025].entries())
        expect(info.geoTransform[index]).toBeCloseTo(value, 12);
      expect(info.stac['proj:epsg']).toBe(4326);
      expect(info.metadata['']?.['AREA_OR_POINT']).toBe(pixelIsPoint ? 'Point' : 'Area');
      const [band] = info.bands;
      expect(band?.type).toBe(type);
      expect(noData(band?.noDataValue)).toBe(nodata);
      expect(Number(band?.metadata['']?.['STATISTICS_MAXIMUM'])).toBeCloseTo(data[199] ?? 0, 4);
    }
  },
);

test.skipIf(nativeAbsent)(
  'a description is read by GDAL and carried into a COG (skipped where gdalinfo is not on the PATH)',
  async () => {
    await writeGeoTiff(file('described.tif'), {
      data: new Float32Array(200),
      width: 20,
      height: 10,
      bounds,
      crs: 'EPSG:4326',
      description: 'Generated, not observed',
    });
    for (const native of ['always', 'never'] as const) {
      await writeCog({ input: file('described.tif'), output: file('described-cog.tif'), native });
      const info = await gdalInfo(file('described-cog.tif'));
      expect(info.metadata['']?.['TIFFTAG_IMAGEDESCRIPTION']).toBe('Generated, not observed');
    }
  },
);

test.skipIf(nativeAbsent)(
  'several bands in a projected system (skipped where gdalinfo is not on the PATH)',
  async () => {
    const data = [1, 2, 3, 4].map((value) => new Uint16Array(6).fill(value));
    await writeGeoTiff(file('bands.tif'), {
      data,
      width: 3,
      height: 2,
      bounds: [500_000, 6_000_000, 500_030, 6_000_020],
      crs: 'EPSG:32630',
    });
    const info = await gdalInfo(file('bands.tif'));
    expect(info.stac['proj:epsg']).toBe(32630);
    expect(info.geoTransform).toEqual([500_000, 10, 0, 6_000_020, 0, -10]);
    expect(info.bands.map((band) => Number(band.metadata['']?.['STATISTICS_MEAN']))).toEqual([1, 2, 3, 4]);
  },
);

/** gdalinfo writes NaN as text. */
function noData(value: unknown): number | null {
  return value === undefined ? null : Number(value);
}

test('what is written is read back, strip by strip', async () => {
  const data = Float32Array.from({ length: 600 * 500 }, (_, index) => index);
  await writeGeoTiff(file('strips.tif'), { data, width: 600, height: 500, bounds, crs: 'EPSG:4326' });
  const [read] = await withRaster(file('strips.tif'), { fileName: 'strips.tif' }, ({ image }) =>
    image.readRasters({ interleave: false }),
  );
  expect(read).toEqual(data);
});

test('sizes that do not agree are refused, and nothing is left', async () => {
  const wrong = writeGeoTiff(file('wrong.tif'), {
    data: new Uint8Array(5),
    width: 2,
    height: 2,
    bounds,
    crs: 'EPSG:4326',
  });
  await expect(wrong).rejects.toThrow(RangeError);
  await expect(
    writeGeoTiff(file('wrong.tif'), { data: new Uint8Array(4), width: 2, height: 2, bounds, crs: 'moon' }),
  ).rejects.toThrow(/moon/);
  expect((await readdir(dirname(file('x')))).filter((name) => name.startsWith('wrong'))).toEqual([]);
  expect((await readFile(file('strips.tif'))).length).toBeGreaterThan(1_200_000);
});
