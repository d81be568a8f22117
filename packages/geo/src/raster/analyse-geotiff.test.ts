import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { analyse } from '../analysis/index.ts';
import { AnalysisError } from '../findings/index.ts';
import type { Analysis, AnalysisLimits } from '../findings/index.ts';
import { rasterStatistics } from './statistics.ts';
import { writeCog } from './write-cog.ts';
import { writeGeoTiff } from './write-geotiff.ts';
import type { RasterData } from './write-geotiff.ts';

const file = temporaryFolder();

function analyseFile(
  path: string,
  options: { previewPath?: string; limits?: AnalysisLimits } = {},
): Promise<Analysis> {
  return analyse(path, { fileName: 'image.tif', fileType: 'GeoTIFF', ...options });
}

test('statistics leave out nodata and NaN, and are exact', async () => {
  const data = Float32Array.from([1, 2, Number.NaN, 4, -3.4e38, 9]);
  await writeGeoTiff(file('small.tif'), {
    data,
    width: 3,
    height: 2,
    bounds: [0, 0, 3, 2],
    crs: 'EPSG:4326',
    nodata: -3.4e38,
  });
  const [band] = await rasterStatistics(file('small.tif'), { bins: 4 });
  expect(band).toMatchObject({ count: 4, minimum: 1, maximum: 9, mean: 4, histogram: [2, 1, 0, 1] });
  expect(band?.sd).toBeCloseTo(Math.sqrt((9 + 4 + 0 + 25) / 4), 12);
  expect(band?.validPercent).toBeCloseTo(66.667, 3);
});

test('a band without a valid pixel has no statistics', async () => {
  await writeGeoTiff(file('empty.tif'), {
    data: new Uint8Array(6).fill(255),
    width: 3,
    height: 2,
    bounds: [0, 0, 3, 2],
    crs: 'EPSG:4326',
    nodata: 255,
  });
  const { selectors } = await analyseFile(file('empty.tif'), { previewPath: file('empty.png') });
  expect(selectors?.[0]).toMatchObject({ minimum: null, mean: null, histogram: null, data_type: 'uint8' });
  expect(decode(await readFile(file('empty.png'))).data.every((value) => value === 0)).toBe(true);
});

test('four classes fall into the bins that a reader of the histogram expects', async () => {
  const data = Uint8Array.from([0, 0, 1, 2, 3, 3, 3, 3]);
  await writeGeoTiff(file('classes.tif'), {
    data,
    width: 4,
    height: 2,
    bounds: [0, 0, 4, 2],
    crs: 'EPSG:4326',
  });
  const { selectors } = await analyseFile(file('classes.tif'));
  expect(selectors?.[0]?.histogram).toEqual([2, 0, 0, 1, 0, 0, 1, 0, 0, 4]);
});

test('a file that places the middle of its pixels has the same bounds as one that places their corners', async () => {
  await writeGeoTiff(file('area.tif'), terrain(20, 10));
  await writeGeoTiff(file('point.tif'), terrain(20, 10, { pixelIsPoint: true }));
  const [area, point] = [await analyseFile(file('area.tif')), await analyseFile(file('point.tif'))];
  expect(area.bounds).toEqual([-5, 55, -4, 56]);
  for (const [index, edge] of (point.bounds ?? []).entries())
    expect(edge).toBeCloseTo(area.bounds?.[index] ?? 0, 12);
  expect([area.stac.bands?.[0]?.sampling, point.stac.bands?.[0]?.sampling]).toEqual(['area', 'point']);
});

test('bounds in degrees hold the bent edges of a projected image, and its resolution is what it says', async () => {
  await writeGeoTiff(
    file('utm.tif'),
    terrain(30, 30, { crs: 'EPSG:32630', bounds: [300_000, 6_100_000, 600_000, 6_400_000] }),
  );
  const { bounds, resolution, crs, area } = await analyseFile(file('utm.tif'));
  // By gdaltransform: the corners are -6.128 55.007, -1.435 55.037, -6.356 57.698, -1.321 57.731; the upper edge reaches 57.742.
  expect(bounds?.map((edge) => edge.toFixed(2))).toEqual(['-6.36', '55.01', '-1.32', '57.74']);
  expect([crs, resolution]).toEqual(['EPSG:32630', 10_000]);
  expect((area ?? 0) / 9e10).toBeCloseTo(1, 2);
});

test.each<[string, Partial<RasterData>, number[], string]>([
  [
    'crosses the antimeridian in UTM',
    { crs: 'EPSG:32601', bounds: [200_000, 5_000_000, 300_000, 5_100_000] },
    [179.1, 45.1, -179.5, 46],
    'MultiPolygon',
  ],
  [
    'counts its longitudes from 0 to 360',
    { bounds: [170, -20, 190, -10] },
    [170, -20, -170, -10],
    'MultiPolygon',
  ],
  [
    'covers the world in longitudes from 0 to 360',
    { bounds: [0, -90, 360, 90] },
    [-180, -90, 180, 90],
    'Polygon',
  ],
  [
    'reaches half a pixel beyond the poles',
    { bounds: [-180.5, -90.5, 179.5, 90.5] },
    [-180, -90, 180, 90],
    'Polygon',
  ],
  ['holds a pole', { crs: 'EPSG:3031', bounds: [-1e6, -1e6, 2e6, 2e6] }, [-180, -90, 180, -64.4], 'Polygon'],
  [
    'has a pole in a corner',
    { crs: 'EPSG:3413', bounds: [-100_000, 0, 0, 100_000] },
    [135, 88.7, -135, 90],
    'MultiPolygon',
  ],
  [
    'has a pole in the middle of an edge',
    { crs: 'EPSG:3413', bounds: [-100_000, -100_000, 0, 100_000] },
    [-180, 88.7, 180, 90],
    'MultiPolygon',
  ],
])('an image that %s has right bounds', async (_name, place, wanted, type) => {
  await writeGeoTiff(file('place.tif'), terrain(30, 30, place));
  const { bounds, area, stac } = await analyseFile(file('place.tif'));
  expect(bounds?.map((edge) => Math.round(edge * 10) / 10)).toEqual(wanted);
  expect(stac.geometry?.type).toBe(type);
  const [west = 0, south = 0, east = 0, north = 0] = place.bounds ?? [];
  // Square metres of the map, or of a band of degrees.
  const band =
    Math.sin((Math.min(90, north) * Math.PI) / 180) - Math.sin((Math.max(-90, south) * Math.PI) / 180);
  const expected =
    place.crs === undefined ? ((east - west) / 360) * 255e12 * band : (east - west) * (north - south);
  expect((area ?? 0) / expected).toBeGreaterThan(0.9);
  expect((area ?? 0) / expected).toBeLessThan(1.1);
});

/** Areas by pyproj 3.7 (geographiclib): of a strip of one degree with 2000 positions on each side, 360 times. */
test.each<[number, RasterData['bounds'], RasterData['bounds'], number]>([
  [361, [-180.5, -90.5, 180.5, 90.5], [-180, -90, 180, 90], 510_065_621_724_088.56],
  [400, [-200, -10, 200, 10], [-180, -10, 180, 10], 88_187_925_166_946.1],
  [720, [0, -10, 720, 10], [-180, -10, 180, 10], 88_187_925_166_946.1],
])(
  '%i degrees of longitude cover the Earth once, which is said',
  async (reach, bounds, covered, expected) => {
    const [width, height] = [reach, 20];
    const data = new Uint8Array(width * height).fill(1);
    await writeGeoTiff(file('around.tif'), { width, height, bounds, crs: 'EPSG:4326', data });
    const found = await analyse(file('around.tif'), { fileName: 'around.tif', fileType: 'GeoTIFF' });
    expect(found.area! / expected).toBeCloseTo(1, 6);
    expect(found.bounds).toEqual(covered);
    expect(found.warnings).toContainEqual(
      expect.stringContaining(`reaches over ${reach} degrees of longitude`),
    );
  },
);

/** Areas and resolutions by pyproj 3.7 (PROJ 9, geographiclib) from 2000 positions on each side of the image. */
test.each<[string, RasterData['bounds'], number[], number, number]>([
  ['EPSG:3413', [-1e6, -1e6, 1.5e6, 1e6], [-180, 73.469072, 180, 90], 5_253_209_160_173, 6653],
  ['EPSG:3031', [-3e6, -2e6, 1e6, 2.5e6], [-180, -90, 180, -55.132556], 18_077_421_807_528, 12_505],
  [
    'EPSG:3413',
    [1e5, 1e5, 1.5e6, 1e6],
    [48.814075, 73.469072, 129.289407, 88.694554],
    1_319_449_114_953,
    3321,
  ],
  ['EPSG:32601', [1e5, 7e6, 4e5, 7.2e6], [174.596875, 62.90886, -178.982302, 64.909147], 59_945_210_208, 707],
  ['EPSG:32660', [6e5, 7e6, 9e5, 7.2e6], [178.982302, 62.90886, -174.596875, 64.909147], 59_945_210_208, 707],
  [
    'EPSG:32760',
    [6e5, 8e6, 9e5, 8.2e6],
    [177.935926, -18.086395, -179.222642, -16.24777],
    59_944_211_343,
    707,
  ],
  // Not built in: GDAL describes them.
  ['EPSG:3995', [-1e6, -1e6, 1.5e6, 1e6], [-180, 73.517884, 180, 90], 5_222_183_594_528, 6633],
  [
    'EPSG:6350',
    [-1e6, 1e6, 1.5e6, 2e6],
    [-107.922667, 30.949779, -78.231562, 41.009012],
    2_500_000_000_000,
    4564,
  ],
])('an image in %s at %s lies where PROJ says', async (crs, bounds, wanted, area, resolution) => {
  const data = new Uint8Array(400 * 300);
  const code = Number(crs.slice(5));
  await writeGeoTiff(file('proj.tif'), { data, width: 400, height: 300, bounds, crs: 'EPSG:32601' });
  const bytes = await readFile(file('proj.tif'));
  // The writer knows no systems but those built in: the code is the only thing in the file that is 32601.
  bytes.writeUInt16LE(code, bytes.indexOf(Buffer.from(Uint16Array.of(3072, 0, 1, 32601).buffer)) + 6);
  await writeFile(file('proj.tif'), bytes);
  const found = await analyseFile(file('proj.tif'));
  expect(found).toMatchObject({ crs, resolution });
  expect(found.bounds?.map((edge) => Math.round(edge * 1e6) / 1e6)).toEqual(wanted);
  expect(Math.abs((found.area ?? 0) / area - 1)).toBeLessThan(2e-5);
});

test('a preview is small, north up, in true colour for three bands of 8 bits', async () => {
  const [width, height] = [1024, 512];
  const fill = (value: (x: number, y: number) => number): Uint8Array =>
    Uint8Array.from({ length: width * height }, (_, index) =>
      value(index % width, Math.floor(index / width)),
    );
  const bands = [fill((_x, y) => (y < 256 ? 200 : 10)), fill((x) => (x < 512 ? 100 : 0)), fill(() => 50)];
  await writeGeoTiff(file('rgb.tif'), { data: bands, width, height, bounds: [0, 0, 2, 1], crs: 'EPSG:4326' });
  await analyseFile(file('rgb.tif'), { previewPath: file('rgb.png') });
  const png = decode(await readFile(file('rgb.png')));
  expect([png.width, png.height]).toEqual([512, 256]);
  const pixel = (x: number, y: number): number[] => [
    ...png.data.subarray((y * 512 + x) * 4, (y * 512 + x) * 4 + 4),
  ];
  expect(pixel(0, 0)).toEqual([200, 100, 50, 255]);
  expect(pixel(511, 255)).toEqual([10, 0, 50, 255]);
});

describe('against the real DEM tile (skipped without the shared data or gdalinfo)', () => {
  const tile = sharedFile('dem/Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif');
  test.skipIf(tile.absent || nativeAbsent)('values are those of GDAL', async () => {
    const info = await gdalInfo(tile.path);
    const analysis = await analyseFile(tile.path, { previewPath: file('dem.png') });
    const [band] = analysis.selectors ?? [];
    const stated = info.bands[0]?.metadata[''] ?? {};
    expect(band?.minimum).toBeCloseTo(Number(stated['STATISTICS_MINIMUM']), 9);
    expect(band?.maximum).toBeCloseTo(Number(stated['STATISTICS_MAXIMUM']), 9);
    expect(band?.mean).toBeCloseTo(Number(stated['STATISTICS_MEAN']), 9);
    expect((band?.sd ?? 0) / Number(stated['STATISTICS_STDDEV'])).toBeCloseTo(1, 9);
    const [x = 0, dx = 0, , y = 0, , dy = 0] = info.geoTransform;
    expect(analysis.bounds?.map((edge) => edge.toFixed(9))).toEqual(
      [x, y + 3600 * dy, x + 3600 * dx, y].map((edge) => edge.toFixed(9)),
    );
    expect(analysis).toMatchObject({ crs: 'EPSG:4326', resolution: 31, preview: true });
    expect(decode(await readFile(file('dem.png'))).width).toBe(512);
  });
});

describe('against a real Sentinel-2 scene (skipped without the shared data or gdalinfo)', () => {
  const scene = sharedFile('sentinel-2/29RKH_20200219_L2A');
  test.skipIf(scene.absent || nativeAbsent).each(['B04', 'SCL'])(
    'the statistics of %s are those of GDAL',
    async (name) => {
      const path = `${scene.path}/${name}.tif`;
      const [stated] = (await gdalInfo(path)).bands.map(({ metadata }) => metadata[''] ?? {});
      const [band] = (await analyseFile(path)).selectors ?? [];
      for (const [found, key] of [
        [band?.minimum, 'MINIMUM'],
        [band?.maximum, 'MAXIMUM'],
        [band?.mean, 'MEAN'],
        [band?.sd, 'STDDEV'],
      ] as const)
        expect((found ?? 0) / Number(stated?.[`STATISTICS_${key}`])).toBeCloseTo(1, 9);
    },
  );
});

test('what is aborted ends with the reason for it, and leaves no preview', async () => {
  await writeGeoTiff(file('long.tif'), terrain(3000, 3000));
  const controller = new AbortController();
  const analysing = analyse(file('long.tif'), {
    fileName: 'long.tif',
    fileType: 'GeoTIFF',
    previewPath: file('long.png'),
    signal: controller.signal,
  });
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(analysing).rejects.toThrow(/^enough$/);
  expect(existsSync(file('long.png'))).toBe(false);
});

test('a preview that cannot be written is not called a damaged file', async () => {
  await writeGeoTiff(file('fine.tif'), terrain(10, 10));
  const analysing = analyseFile(file('fine.tif'), { previewPath: file('no/such/folder.png') });
  await expect(analysing).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('refuses, saying why', () => {
  async function refusal(bytes: Uint8Array, limits?: AnalysisLimits): Promise<AnalysisError> {
    await writeFile(file('bad.tif'), bytes);
    const error: unknown = await analyseFile(file('bad.tif'), limits === undefined ? {} : { limits }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AnalysisError);
    return error as AnalysisError;
  }

  async function sound(): Promise<Buffer> {
    await writeGeoTiff(file('sound.tif'), terrain(400, 400));
    return readFile(file('sound.tif'));
  }

  /** Overwrites the 32-bit value of a tag of the first directory. */
  function withTag(bytes: Buffer, tag: number, value: number): Buffer {
    const copy = Buffer.from(bytes);
    for (let entry = 10; entry < 10 + 12 * copy.readUInt16LE(8); entry += 12)
      if (copy.readUInt16LE(entry) === tag) copy.writeUInt32LE(value, entry + 8);
    return copy;
  }

  test('a PNG called GeoTIFF', async () => {
    const error = await refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]));
    expect(error).toMatchObject({
      code: 'wrong_type',
      message: expect.stringMatching(/image.tif is not GeoTIFF: it looks like a PNG image/) as string,
    });
  });

  test('a file that is cut off', async () => {
    const bytes = await sound();
    expect(await refusal(bytes.subarray(0, bytes.length - 1000))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('cut off') as string,
    });
    expect((await refusal(bytes.subarray(0, 40))).code).toBe('damaged');
  });

  test('sizes that the file cannot hold, without taking memory for them', async () => {
    const bytes = await sound();
    expect((await refusal(withTag(withTag(bytes, 256, 0x7fffffff), 257, 0x7fffffff))).code).toBe('too_large');
    expect((await refusal(withTag(bytes, 257, 100_000_000))).code).toBe('damaged');
    expect((await refusal(withTag(bytes, 256, 0))).code).toBe('damaged');
    expect((await refusal(bytes, { maxPixels: 1000 })).message).toMatch(/400 x 400 pixels/);
  });

  test('a compression that is not read here', async () => {
    expect(await refusal(withTag(await sound(), 259, 34712))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('34712') as string,
    });
  });

  test('compressed pixels that are damaged', async () => {
    await writeGeoTiff(file('plain.tif'), terrain(700, 700));
    await writeCog({ input: file('plain.tif'), output: file('cog.tif') });
    const bytes = await readFile(file('cog.tif'));
    bytes.fill(0xff, Math.floor(bytes.length * 0.6), Math.floor(bytes.length * 0.7));
    expect((await refusal(bytes)).code).toBe('damaged');
  });
});
