import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { runGdal, translate, validateCog } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  NODATA,
  nativeAbsent,
  planeAt,
  readImage,
  realAbsent,
  realTile,
  writePlane,
} from './support/rasters.ts';
import { elevation } from './support/run.ts';

const run = promisify(execFile);
let folder: string;
let plane: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elevation-rasters-'));
  plane = join(folder, 'plane.tif');
  await writePlane(plane, [10, 50, 11, 51], 'EPSG:4326');
});
afterAll(() => rm(folder, { recursive: true }));

interface Info {
  readonly cornerCoordinates: { readonly lowerLeft: number[]; readonly upperRight: number[] };
  readonly bands: readonly Record<'minimum' | 'maximum' | 'mean' | 'stdDev', number>[];
}

async function info(path: string): Promise<Info> {
  const quiet = ['--config', 'GDAL_PAM_ENABLED', 'NO'];
  return JSON.parse((await run('gdalinfo', ['-json', '-stats', ...quiet, path])).stdout) as Info;
}

function polygon(...ring: [number, number][]): Region {
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as [number, number]]] };
}

/** The lower left half of the square of columns 20 to 39 and rows 40 to 59; the diagonal misses all middles. */
const triangle = polygon([10.2, 50.4], [10.4, 50.4], [10.2, 50.6]);

async function expectTriangle(path: string): Promise<void> {
  const { values, width, height, origin, nodata } = await readImage(path);
  expect([width, height, nodata]).toEqual([20, 20, NODATA]);
  expect(origin[0]).toBeCloseTo(10.2, 9);
  expect(origin[1]).toBeCloseTo(50.6, 9);
  for (let row = 0; row < 20; row++)
    for (let column = 0; column < 20; column++) {
      // A middle on the diagonal itself may fall to either side.
      if (column === row) continue;
      const expected = column < row ? planeAt(column + 20, row + 40) : NODATA;
      expect(values[row * 20 + column], `column ${column}, row ${row}`).toBe(expected);
    }
}

test('the region is cut out on the grid of the DEM, what is outside is no data', async () => {
  const { code, outcome, elevation: path } = await elevation({ dem: plane, region: triangle });
  expect(code).toBe(0);
  expect(outcome.outputs?.map(({ number, files }) => [number, files[0]?.name, files[0]?.file_type])).toEqual([
    [1, 'elevation.tif', 'GeoTIFF'],
    [2, 'elevation_statistics.csv', 'CSV'],
    [3, 'elevation_relief.png', 'PNG'],
  ]);
  await expectTriangle(path);
  expect(await validateCog(path)).toEqual({ errors: [], warnings: [] });
  expect((await readImage(path)).band).toMatchObject({ DESCRIPTION: 'Elevation', UNITTYPE: 'm' });
});

test.skipIf(nativeAbsent)(
  'a region whose edges run through the middles of pixels has the same ones without GDAL (skipped where it is absent)',
  async () => {
    // Clockwise and counter-clockwise, with a hole; every edge of the DEM's 0.01 degrees on middles.
    const outer = [
      [10.205, 50.405],
      [10.505, 50.405],
      [10.505, 50.655],
      [10.355, 50.805],
      [10.205, 50.655],
      [10.205, 50.405],
    ];
    const hole = [
      [10.305, 50.505],
      [10.405, 50.505],
      [10.405, 50.605],
      [10.305, 50.605],
      [10.305, 50.505],
    ];
    const regions: Region[] = [
      { type: 'Polygon', coordinates: [outer] },
      { type: 'Polygon', coordinates: [outer.toReversed()] },
      { type: 'Polygon', coordinates: [outer, hole.toReversed()] },
    ];
    for (const region of regions) {
      const [installed, without] = [
        await elevation({ dem: plane, region }),
        await elevation({ dem: plane, region, path: '/nowhere' }),
      ];
      const [a, b] = [await readImage(installed.elevation), await readImage(without.elevation)];
      expect(b).toEqual(a);
      expect(await readFile(without.statistics, 'utf8')).toBe(await readFile(installed.statistics, 'utf8'));
    }
  },
);

test('GDAL in WebAssembly gives the same pixels', async () => {
  const { outcome, elevation: path } = await elevation({ dem: plane, region: triangle, path: '/nowhere' });
  expect(outcome).toMatchObject({ success: true });
  await expectTriangle(path);
  expect((await readImage(path)).band).toMatchObject({ DESCRIPTION: 'Elevation', UNITTYPE: 'm' });
});

test('statistics are those of the pixels inside', async () => {
  // Columns 20 to 29 of row 40 alone: 520 to 529 m.
  const region = polygon([10.2, 50.59], [10.3, 50.59], [10.3, 50.6], [10.2, 50.6]);
  const { statistics } = await elevation({ dem: plane, region });
  const [header, row, ...rest] = (await readFile(statistics, 'utf8')).split('\n');
  expect(header).toMatch(
    /^band,unit,count,minimum,maximum,mean,standard_deviation,percentile_5,percentile_25,percentile_50,percentile_75,percentile_95,selector,/,
  );
  expect(row).toMatch(/^Elevation,m,10,520,529,524.5,2.872,520,522,524,527,529,Elevation,0,5245,/);
  expect(rest).toEqual(['']);
});

test('the relief is a picture of the region, square on the ground, transparent outside', async () => {
  const { relief } = await elevation({ dem: plane, region: triangle });
  const { width, height, channels, data } = decode(await readFile(relief));
  // At 50.5° north a degree of longitude is 0.636 of one of latitude.
  expect([width, height, channels]).toEqual([20, 31, 4]);
  const alpha = (column: number, row: number): number | undefined => data[(row * width + column) * 4 + 3];
  expect([alpha(1, 29), alpha(18, 2)]).toEqual([255, 0]);
  // Coloured by height: not one flat tone.
  expect(new Set(data).size).toBeGreaterThan(20);
});

test('what the DEM says of its source is carried over', async () => {
  const dem = join(folder, 'noted.tif');
  const command = translate({ input: plane, output: dem, format: 'GTiff' });
  await runGdal({ ...command, args: [...command.args, '-mo', 'SOURCE=hills', '-mo', 'SYNTHETIC=YES'] });
  const { elevation: path } = await elevation({ dem, region: triangle });
  expect((await readImage(path)).metadata).toMatchObject({ SOURCE: 'hills', SYNTHETIC: 'YES' });
});

test('a DEM in metres works as well', async () => {
  const dem = join(folder, 'metres.tif');
  await writePlane(dem, [500_000, 5_500_000, 510_000, 5_510_000], 'EPSG:32632');
  // About 1.4 km by 2.2 km in the middle of it.
  const region = polygon([9.06, 49.69], [9.08, 49.69], [9.08, 49.71], [9.06, 49.71]);
  const { outcome, elevation: path } = await elevation({ dem, region });
  expect(outcome).toMatchObject({ success: true });
  const { values, width, height, origin } = await readImage(path);
  expect([(origin[0] ?? 1) % 100, (origin[1] ?? 1) % 100]).toEqual([0, 0]);
  const [left, top] = [((origin[0] ?? 0) - 500_000) / 100, (5_510_000 - (origin[1] ?? 0)) / 100];
  const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
  expect(values[middle]).toBe(planeAt(left + Math.floor(width / 2), top + Math.floor(height / 2)));
});

test.skipIf(realAbsent || nativeAbsent)(
  'a real tile (needs ../shared/data and native GDAL) agrees with gdalwarp -cutline',
  async () => {
    const region = polygon([6.52, 0.12], [6.71, 0.08], [6.76, 0.33], [6.6, 0.41]);
    const { elevation: path, statistics, relief, cutline } = await elevation({ dem: realTile, region });
    const found = await readImage(path);
    // Asked of GDAL, because the tile and so the result is PixelIsPoint, which the library here does not honour.
    const { cornerCoordinates: corners } = await info(path);
    const bounds = [...corners.lowerLeft, ...corners.upperRight].map(String);
    const reference = join(folder, 'reference.tif');
    const size = ['-ts', String(found.width), String(found.height)];
    const cut = ['-cutline', cutline, '-dstnodata', String(NODATA)];
    await run('gdalwarp', ['-q', '-te', ...bounds, ...size, ...cut, realTile, reference]);
    const expected = await readImage(reference);
    const differing = found.values.filter(
      (value, index) => !(Math.abs(value - (expected.values[index] ?? Number.NaN)) <= 0.01),
    );
    expect(differing.length / found.values.length).toBeLessThan(0.001);
    expect(found.width * found.height).toBeGreaterThan(500_000);
    expect(await validateCog(path)).toEqual({ errors: [], warnings: [] });

    const { bands } = await info(reference);
    const [, row = ''] = (await readFile(statistics, 'utf8')).split('\n');
    const [, , , minimum, maximum, mean, sd] = row.split(',').map(Number);
    expect(minimum).toBeCloseTo(bands[0]?.minimum ?? 0, 2);
    expect(maximum).toBeCloseTo(bands[0]?.maximum ?? 0, 2);
    expect(mean).toBeCloseTo(bands[0]?.mean ?? 0, 2);
    expect(sd).toBeCloseTo(bands[0]?.stdDev ?? 0, 2);
    const { width, height } = decode(await readFile(relief));
    expect(Math.max(width, height)).toBeLessThanOrEqual(2000);
  },
);

test('a DEM that lies elsewhere is refused', async () => {
  const { code, outcome } = await elevation({
    dem: plane,
    region: polygon([20, 50], [21, 50], [20, 51]),
  });
  expect(code).toBe(1);
  expect(outcome).toMatchObject({
    success: false,
    exit_type: 'refused',
    abort_reason: 'The DEM and the region lie apart',
  });
});

test('a region between the middles of pixels is refused', async () => {
  const { outcome } = await elevation({
    dem: plane,
    region: polygon([10.201, 50.401], [10.203, 50.401], [10.201, 50.403]),
  });
  expect(outcome).toMatchObject({
    exit_type: 'refused',
    abort_reason:
      'The DEM has no elevation within the region: they lie apart, or the region is smaller than a pixel',
  });
});

test('a file that is no GeoTIFF ends with its reason', async () => {
  const { outcome } = await elevation({ dem: import.meta.filename, region: triangle });
  expect(outcome).toMatchObject({ success: false, exit_type: 'refused' });
  expect(outcome.abort_reason).toMatch(/^The DEM cannot be read as a GeoTIFF: /);
});
