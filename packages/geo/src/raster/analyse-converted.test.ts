import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { decode, encode } from 'fast-png';
import { describe, expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { analyse, analyseInChild } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';
import { validateCog } from './validate-cog.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);

function analyseFile(path: string, fileName: string, fileType: string): Promise<Analysis> {
  return analyse(path, {
    fileName,
    fileType,
    previewPath: file('preview.png'),
    alternativePath: file('alternative.tif'),
  });
}

describe('an SRTM tile', () => {
  const height = (column: number, row: number): number => (column < 10 && row < 10 ? -32768 : column + row);
  async function tile(): Promise<string> {
    const bytes = Buffer.alloc(1201 * 1201 * 2);
    for (let row = 0; row < 1201; row++)
      for (let column = 0; column < 1201; column++)
        bytes.writeInt16BE(height(column, row), (row * 1201 + column) * 2);
    await writeFile(file('stored'), bytes);
    return file('stored');
  }

  test('lies where its name says, in heights without the voids, with a Cloud Optimised GeoTIFF beside it', async () => {
    const analysis = await analyseFile(await tile(), 'N55W005.hgt', 'DEM');
    expect(analysis).toMatchObject({ crs: 'EPSG:4326', publishable: false, preview: true, size: 2884802 });
    expect(analysis.alternative).toEqual({ fileType: 'GeoTIFF', fileName: 'N55W005.tif' });
    // Points lie on the whole degrees: pixels reach half a step beyond.
    const half = 1 / 2400;
    for (const [index, edge] of [-5 - half, 55 - half, -4 + half, 56 + half].entries())
      expect(analysis.bounds?.[index]).toBeCloseTo(edge, 9);
    expect(analysis.selectors?.[0]).toMatchObject({
      data_type: 'int16',
      unit: 'm',
      minimum: 10,
      maximum: 2400,
    });
    expect((await validateCog(file('alternative.tif'))).errors).toEqual([]);
    expect(decode(await readFile(file('preview.png'))).width).toBe(512);
  });

  test('without a place in its name is refused', async () => {
    await expect(analyseFile(await tile(), 'heights.dem', 'DEM')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('N55W005.hgt') as string,
    });
  });
});

test('an ASCII grid is analysed as the raster that it is', async () => {
  await writeFile(
    file('grid.asc'),
    'ncols 3\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 1\nNODATA_value -9999\n1 2 3\n4 5 -9999\n',
  );
  const { selectors, crs, bounds, stac, publishable, warnings } = await analyseFile(
    file('grid.asc'),
    'grid.dem',
    'DEM',
  );
  expect(selectors?.[0]).toMatchObject({ minimum: 1, maximum: 5, mean: 3 });
  // It does not say in which system it lies, and that is said.
  expect(warnings?.join()).toMatch(/^it has coordinates and names no coordinate system that is known here/);
  expect([crs, bounds, publishable]).toEqual([null, null, false]);
  expect([stac.shape, stac.projectedBounds]).toEqual([
    [2, 3],
    [10, 20, 13, 22],
  ]);
});

const head = 'ncols 3\nnrows 2\nxllcenter 10\nyllcenter 20\ncellsize 1\n';

test.each([
  ['that is cut off', '1 2 3\n4 5', 'damaged', /cut off: it declares 3 x 2 values and holds 5/],
  ['with nothing in it', '', 'damaged', /./],
  ['of integers beyond 32 bits', '1 2 3\n4 5 3000000000\n', 'unsupported', /the integer 3000000000, which/],
])('an ASCII grid %s is refused', async (_, values, code, message) => {
  await writeFile(file('grid.asc'), `${head}NODATA_value -9999\n${values}`);
  await expect(analyseFile(file('grid.asc'), 'grid.asc', 'DEM')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});

test.each([
  ['words for no value', 'NODATA_value nan\n1.5 nan 3\n4 5 6\n', [1.5, 6]],
  ['all values in one line, more than there are', '1 2 3 4 5 6 7', [1, 6]],
  ['its smallest and largest integers', '-2147483648 2147483647 0 0 0 0', [-(2 ** 31), 2 ** 31 - 1]],
])('an ASCII grid with %s is read as GDAL reads it', async (_, values, [minimum, maximum]) => {
  await writeFile(file('grid.asc'), `${head}${values}`);
  const { selectors, warnings } = await analyseFile(file('grid.asc'), 'grid.asc', 'DEM');
  expect(selectors?.[0]).toMatchObject({ minimum, maximum });
  // Placed by the middles of its pixels it is no building site.
  expect(warnings?.join()).toMatch(/names no coordinate system/);
});

test.skipIf(nativeAbsent)(
  'a JPEG 2000 image lies in the same place without GDAL, whatever the order of its axes (skipped where GDAL is absent)',
  async () => {
    const data = Uint16Array.from({ length: 64 * 48 }, (_, at) => at % 4000);
    const size = { data, width: 64, height: 48 };
    const { PATH } = process.env;
    for (const [crs, bounds] of [
      ['EPSG:4326', [10, 49, 10.64, 50]],
      ['EPSG:3035', [4_321_000, 3_209_000, 4_321_640, 3_210_000]],
      ['EPSG:32633', [500_000, 6_199_000, 500_640, 6_200_000]],
    ] as const) {
      await writeGeoTiff(file('grid.tif'), { ...size, bounds, crs });
      const words = ['-of', 'JP2OpenJPEG', '-co', 'REVERSIBLE=YES', '-co', 'QUALITY=100', '-co', 'GeoJP2=NO'];
      await run('gdal_translate', ['-q', ...words, file('grid.tif'), file('grid.jp2')]);
      const options = { fileName: 'grid.jp2', fileType: 'JPEG2000' };
      const installed = await analyseInChild(file('grid.jp2'), options);
      expect(installed.crs).toBe(crs);
      process.env['PATH'] = '/nowhere';
      try {
        const bare = await analyseInChild(file('grid.jp2'), options);
        expect(bare.crs).toBe(crs);
        for (const [side, degrees] of installed.bounds!.entries())
          expect(bare.bounds?.[side]).toBeCloseTo(degrees, 9);
      } finally {
        process.env['PATH'] = PATH;
      }
    }
  },
);

test('a PNG has its size, its bands and a preview in its colours', async () => {
  const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, index) =>
    index % 3 === 0 ? 200 : index % 3 === 1 ? 100 : 0,
  );
  await writeFile(file('rgb.png'), encode({ width: 40, height: 20, data, channels: 3 }));
  const analysis = await analyseFile(file('rgb.png'), 'rgb.png', 'PNG');
  expect(analysis).toMatchObject({
    publishable: true,
    preview: true,
    bounds: null,
    alternative: null,
    stac: { shape: [20, 40], mediaType: 'image/png' },
  });
  expect(analysis.selectors?.map(({ mean }) => mean)).toEqual([200, 100, 0]);
  const preview = decode(await readFile(file('preview.png')));
  expect([preview.width, preview.height, ...preview.data.subarray(0, 4)]).toEqual([40, 20, 200, 100, 0, 255]);
});

test('a JPEG is read too, and a plain GeoTIFF gets a Cloud Optimised one beside it', async () => {
  const { runGdal, translate } = await import('../gdal/index.ts');
  const grey = new Uint8Array(700 * 600).fill(128);
  await writeGeoTiff(file('grey.tif'), {
    data: grey,
    width: 700,
    height: 600,
    bounds: [0, 0, 7, 6],
    crs: 'EPSG:4326',
  });
  await runGdal(translate({ input: file('grey.tif'), output: file('grey.jpg'), format: 'JPEG' }));
  const analysis = await analyseFile(file('grey.jpg'), 'grey.jpg', 'JPEG');
  expect(analysis).toMatchObject({ stac: { shape: [600, 700], mediaType: 'image/jpeg' } });
  expect(analysis.selectors?.[0]?.mean).toBeCloseTo(128, 0);
  const plain = await analyseFile(file('grey.tif'), 'grey.tiff', 'GeoTIFF');
  expect(plain).toMatchObject({
    publishable: false,
    alternative: { fileType: 'GeoTIFF', fileName: 'grey.tif' },
  });
  expect((await validateCog(file('alternative.tif'))).errors).toEqual([]);
  const again = await analyseFile(file('alternative.tif'), 'grey.tif', 'GeoTIFF');
  expect([again.alternative, again.selectors]).toEqual([null, plain.selectors]);
});

const band = sharedFile('jp2/img-15bit.jp2');
describe('a real JPEG 2000 band of Sentinel-2 (skipped without the shared data or gdalinfo)', () => {
  test.skipIf(band.absent || nativeAbsent)('has the values and the place that GDAL finds', async () => {
    const info = await gdalInfo(band.path);
    const analysis = await analyseFile(band.path, 'B04.jp2', 'JPEG2000');
    expect(analysis).toMatchObject({
      crs: 'EPSG:32631',
      publishable: false,
      alternative: { fileName: 'B04.tif' },
    });
    const stated = info.bands[0]?.metadata[''] ?? {};
    expect(analysis.selectors?.[0]?.mean).toBeCloseTo(Number(stated['STATISTICS_MEAN']), 9);
    expect((await gdalInfo(file('alternative.tif'))).bands[0]?.checksum).toBe(info.bands[0]?.checksum);
  });

  test.skipIf(band.absent || nativeAbsent)(
    'is decoded without GDAL to the same values in the same place',
    async () => {
      const info = await gdalInfo(band.path);
      await decodeJpeg2000(band.path, file('decoded.tif'), 'B04.jp2');
      const decoded = await gdalInfo(file('decoded.tif'));
      expect(decoded.bands[0]?.checksum).toBe(info.bands[0]?.checksum);
      expect(decoded.geoTransform).toEqual(info.geoTransform);
      expect(decoded.stac['proj:epsg']).toBe(32631);
    },
  );
});

test.skipIf(nativeAbsent)(
  'a USGS DEM that GDAL wrote has the heights that were in it (skipped without gdal_translate)',
  async () => {
    const data = Float32Array.from(terrain(1201, 1201).data, Math.round);
    await writeGeoTiff(file('whole.tif'), {
      data,
      width: 1201,
      height: 1201,
      bounds: [-5 - 1 / 2400, 55 - 1 / 2400, -4 + 1 / 2400, 56 + 1 / 2400],
      crs: 'EPSG:4326',
    });
    await run('gdal_translate', ['-q', '-of', 'USGSDEM', file('whole.tif'), file('usgs.dem')]);
    const analysis = await analyseFile(file('usgs.dem'), 'usgs.dem', 'DEM');
    const stated = (await gdalInfo(file('usgs.dem'))).bands[0]?.metadata[''] ?? {};
    expect(analysis.selectors?.[0]?.mean).toBeCloseTo(Number(stated['STATISTICS_MEAN']), 9);
    expect(analysis.selectors?.[0]?.sd).toBeCloseTo(Number(stated['STATISTICS_STDDEV']), 9);
    expect(analysis.alternative).toEqual({ fileType: 'GeoTIFF', fileName: 'usgs.tif' });
  },
);

describe('refuses, saying why', () => {
  async function refusal(fileType: string, bytes: Uint8Array): Promise<unknown> {
    await writeFile(file('bad'), bytes);
    return analyseFile(file('bad'), 'bad', fileType).catch((caught: unknown) => caught);
  }

  /** A PNG of a size that it does not have. */
  function declaring(width: number, height: number): Buffer {
    const bytes = Buffer.from(encode({ width: 4, height: 4, data: new Uint8Array(16), channels: 1 }));
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    return bytes;
  }

  test('an image that declares more pixels than are converted', async () => {
    expect(await refusal('PNG', declaring(60_000, 60_000))).toMatchObject({
      name: 'AnalysisError',
      code: 'too_large',
      message: expect.stringContaining('60000 x 60000 pixels') as string,
    });
  });

  test.each<[string, string, () => Uint8Array]>([
    ['a PNG that holds less than it declares', 'PNG', () => declaring(4000, 4000)],
    ['a JPEG that is cut off', 'JPEG', () => Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    [
      'a JPEG 2000 image that is cut off',
      'JPEG2000',
      () =>
        Buffer.concat([
          Buffer.from([0, 0, 0, 12]),
          Buffer.from('jP  \r\n\u0087\n', 'latin1'),
          Buffer.alloc(40),
        ]),
    ],
    [
      'an ASCII grid that is cut off',
      'DEM',
      () => Buffer.from('ncols 3000\nnrows 2000\nxllcorner 10\nyllcorner 20\ncellsize 1\n1 2 3\n'),
    ],
  ])('%s', async (_name, fileType, bytes) => {
    expect(await refusal(fileType, bytes())).toMatchObject({ name: 'AnalysisError', code: 'damaged' });
  });
});
