import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { combineStatistics, crsOf, parseStatistics, validateCog, writeGeoTiff } from '@fusion-platform/geo';
import type { Crs } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  hills,
  NODATA,
  nativeAbsent,
  readImage,
  realAbsent,
  realTile,
  writeHeights,
  writePlane,
} from './support/rasters.ts';
import type { Image } from './support/rasters.ts';
import { box, elevation } from './support/run.ts';

const run = promisify(execFile);
const rioAbsent = await run('rio', ['cogeo', '--help']).then(
  () => false,
  () => true,
);
const utm = crsOf(32_632) as Crs;
const all = { slope: true, aspect: true, hillshade: true } as const;

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elevation-terrain-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Over the pixels that both have: the differences, sorted. */
function differences(one: Image, other: Image, turn = Infinity): Float64Array {
  const found: number[] = [];
  for (const [pixel, value] of one.values.entries()) {
    const expected = other.values[pixel] as number;
    if (value === one.nodata || expected === other.nodata || Number.isNaN(expected)) continue;
    const difference = Math.abs(value - expected);
    found.push(Math.min(difference, turn - difference));
  }
  return Float64Array.from(found).sort();
}

const at = (sorted: Float64Array, part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] as number;

describe('on a grid in metres (skipped without native GDAL and ../shared/data)', () => {
  test.skipIf(nativeAbsent || realAbsent)(
    'slope, aspect and hillshade of real mountains agree with gdaldem, up to the edge of the region',
    async () => {
      const dem = file('metres.tif');
      const place = ['-t_srs', 'EPSG:32632', '-te', '232000', '13000', '262000', '43000', '-tr', '40', '40'];
      await run('gdalwarp', ['-q', ...place, '-r', 'cubic', '-dstnodata', String(NODATA), realTile, dem]);
      const region: Region = {
        type: 'Polygon',
        coordinates: [
          [
            [6.63, 0.15],
            [6.83, 0.16],
            [6.8, 0.36],
            [6.63, 0.15],
          ],
        ],
      };
      const light = { sun_azimuth: 250, sun_altitude: 30, vertical_exaggeration: 2 };
      const made = await elevation({ dem, region, options: { ...all, ...light } });
      expect(made.outcome).toMatchObject({ success: true });
      const inside = await readImage(made.elevation);
      const { cornerCoordinates: corners } = JSON.parse(
        (await run('gdalinfo', ['-json', made.elevation])).stdout,
      ) as {
        cornerCoordinates: { lowerLeft: number[]; upperRight: number[] };
      };
      const window = ['-te', ...[...corners.lowerLeft, ...corners.upperRight].map(String)];
      const gdaldem = async (mode: string, ...args: string[]): Promise<Image> => {
        await run('gdaldem', [mode, dem, file('whole.tif'), '-q', ...args]);
        await run('gdalwarp', ['-q', '-overwrite', ...window, file('whole.tif'), file(`${mode}.tif`)]);
        return readImage(file(`${mode}.tif`));
      };

      const slope = await readImage(made.slope);
      expect(slope.values.map((value) => Number(value === NODATA))).toEqual(
        inside.values.map((value) => Number(value === NODATA)),
      );
      const slopes = differences(slope, await gdaldem('slope'));
      expect(slopes.length).toBeGreaterThan(100_000);
      expect(at(slopes, 1)).toBeLessThan(1e-3);

      // gdaldem adds up heights as 32 bit floats, so where the land is nearly level its aspects are rough.
      const aspect = await readImage(made.aspect);
      const steep = {
        ...aspect,
        values: aspect.values.map((value, pixel) => ((slope.values[pixel] as number) > 2 ? value : NODATA)),
      };
      const aspects = differences(steep, await gdaldem('aspect'), 360);
      expect(aspects.length).toBeGreaterThan(30_000);
      expect(at(aspects, 1)).toBeLessThan(1e-3);
      const level = (image: Image): number => image.values.filter((value) => value === NODATA).length;
      expect(level(aspect) - level(slope)).toBe(slope.values.filter((value) => value === 0).length);

      const lights = ['-az', '250', '-alt', '30', '-z', '2'];
      const shade = differences(await readImage(made.hillshade), await gdaldem('hillshade', ...lights));
      expect(shade.length).toBe(slopes.length);
      expect(at(shade, 1)).toBeLessThanOrEqual(1);

      const percent = await elevation({ dem, region, options: { slope: true, slope_unit: 'percent' } });
      const percents = differences(await readImage(percent.slope), await gdaldem('slope', '-p'));
      expect(at(percents, 1)).toBeLessThan(1e-3 * 200);
      expect(at(percents, 0.5)).toBeLessThan(1e-4);
    },
  );
});

describe('on a grid in degrees, at 60 degrees north', () => {
  const region = box(9.02, 60.005, 9.17, 60.085);
  let dem: string;
  beforeAll(async () => {
    dem = file('degrees.tif');
    // Pixels of 1/2400 of a degree by 1/3600: 23 by 31 m.
    await writeHeights(dem, { size: [480, 360], bounds: [9, 60, 9.2, 60.1], crs: 'EPSG:4326' }, (lon, lat) =>
      hills(...utm.fromLonLat(lon, lat)),
    );
  });

  test.skipIf(nativeAbsent)(
    'slopes and aspects are those that gdaldem finds of the same hills in UTM (skipped without native GDAL)',
    async () => {
      const made = await elevation({ dem, region, options: all });
      const truth = file('hills.tif');
      const [west, south] = [498_000, 6_650_000];
      const bounds = [west, south, west + 15_000, south + 15_000] as const;
      await writeHeights(truth, { size: [750, 750], bounds, crs: 'EPSG:32632' }, hills);
      const compare = async (mode: string, path: string, turn?: number): Promise<Float64Array> => {
        const found = await readImage(path);
        const [w = 0, n = 0] = found.origin;
        const window = [w, n - found.height / 3600, w + found.width / 2400, n].map(String);
        const size = ['-ts', String(found.width), String(found.height)];
        await run('gdaldem', [mode, truth, file('truth.tif'), '-q']);
        const target = [
          '-t_srs',
          'EPSG:4326',
          '-te',
          ...window,
          ...size,
          '-r',
          mode === 'aspect' ? 'near' : 'cubic',
        ];
        await run('gdalwarp', ['-q', '-overwrite', ...target, file('truth.tif'), file('seen.tif')]);
        return differences(found, await readImage(file('seen.tif')), turn);
      };
      const slopes = await compare('slope', made.slope);
      expect(slopes.length).toBeGreaterThan(100_000);
      // Up to 24 degrees steep. With one scale for both directions they are off by degrees.
      expect(at(slopes, 0.5)).toBeLessThan(0.02);
      expect(at(slopes, 0.99)).toBeLessThan(0.06);
      // Of the nearest pixel, so some are of up to 10 m away; and grid north is not quite north.
      const aspects = await compare('aspect', made.aspect, 360);
      expect(at(aspects, 0.5)).toBeLessThan(0.3);
    },
  );

  test('a slope of one in ten is so towards every side', async () => {
    for (const [side, facing] of [
      ['east', 270],
      ['north', 180],
    ] as const) {
      const ramp = file(`ramp-${side}.tif`);
      const [east, north] = utm.fromLonLat(9, 60);
      await writeHeights(
        ramp,
        { size: [240, 180], bounds: [8.95, 59.975, 9.05, 60.025], crs: 'EPSG:4326' },
        (lon, lat) => {
          const [x, y] = utm.fromLonLat(lon, lat);
          return (side === 'east' ? x - east : y - north) / 10 + 1000;
        },
      );
      const made = await elevation({
        dem: ramp,
        region: box(8.96, 59.98, 9.04, 60.02),
        options: { ...all, slope_unit: 'percent' },
      });
      const { values, nodata } = await readImage(made.slope);
      const slopes = values.filter((value) => value !== nodata).sort();
      // UTM itself is 0.04 % short at its middle, and its north up to 0.05 degrees off so near to it.
      expect([slopes[0], slopes.at(-1)].map((percent) => Number(percent?.toFixed(2)))).toEqual([10, 10]);
      const aspect = await readImage(made.aspect);
      const aspects = aspect.values.filter((value) => value !== aspect.nodata).sort();
      expect(Math.abs((aspects[0] as number) - facing)).toBeLessThan(0.1);
      expect(Math.abs((aspects.at(-1) as number) - facing)).toBeLessThan(0.1);
    }
  });

  test('parts side by side are the whole, in their pixels and in their statistics', async () => {
    const halves = [box(9.02, 60.005, 9.1, 60.085), box(9.1, 60.005, 9.17, 60.085)];
    const [whole, ...parts] = await Promise.all(
      [region, ...halves].map(async (one) => {
        const made = await elevation({ dem, region: one, options: all });
        const rows = parseStatistics(await readFile(made.statistics, 'utf8'));
        return { rows, slope: await readImage(made.slope), shade: await readImage(made.hillshade) };
      }),
    );
    const [left, right] = parts;
    for (const kind of ['slope', 'shade'] as const) {
      const [a, b, c] = [whole?.[kind], left?.[kind], right?.[kind]] as Image[];
      expect((b?.width ?? 0) + (c?.width ?? 0)).toBe(a?.width);
      const joined = a?.values.map((_, pixel) => {
        const [column, row] = [pixel % (a?.width ?? 1), Math.floor(pixel / (a?.width ?? 1))];
        const part = (column < (b?.width ?? 0) ? b : c) as Image;
        return part.values[
          row * part.width + (column < (b?.width ?? 0) ? column : column - (b?.width ?? 0))
        ] as number;
      });
      expect(joined).toEqual(a?.values);
    }
    expect(whole?.rows.map(({ selector }) => selector)).toEqual([
      'Elevation',
      'Slope',
      'Aspect',
      'Northness',
      'Eastness',
      'Hillshade',
    ]);
    for (const [index, row] of (whole?.rows ?? []).entries()) {
      const both = combineStatistics(parts.map(({ rows }) => rows[index] as (typeof rows)[number]));
      const { sum, mean, squares, ...counts } = both;
      expect(counts).toEqual({
        selector: row.selector,
        count: row.count,
        nodataCount: row.nodataCount,
        minimum: row.minimum,
        maximum: row.maximum,
        edges: row.edges,
        bins: row.bins,
      });
      expect(sum).toBeCloseTo(row.sum, 4);
      expect(mean).toBeCloseTo(row.mean ?? Number.NaN, 9);
      expect(squares / row.squares).toBeCloseTo(1, 9);
    }
  });

  test('GDAL in WebAssembly gives the same', async () => {
    const [native, wasm] = await Promise.all(
      [process.env['PATH'], '/nowhere'].map(async (path) => {
        const made = await elevation({ dem, region, options: { hillshade: true }, ...(path && { path }) });
        return readImage(made.hillshade);
      }),
    );
    expect(wasm?.values).toEqual(native?.values);
  });

  test('the outputs are Cloud Optimised GeoTIFFs with names, units and statistics', async () => {
    const made = await elevation({ dem, region, options: all });
    expect(made.outcome.outputs?.find(({ number }) => number === 4)?.files.map(({ name }) => name)).toEqual([
      'elevation_slope.tif',
      'elevation_aspect.tif',
      'elevation_hillshade.tif',
    ]);
    const rows = parseStatistics(await readFile(made.statistics, 'utf8'));
    for (const [name, unit, nodata] of [
      ['Elevation', 'm', NODATA],
      ['Slope', 'degree', NODATA],
      ['Aspect', 'degree', NODATA],
      ['Hillshade', undefined, 0],
    ] as const) {
      const path = made[name.toLowerCase() as 'slope'];
      expect(await validateCog(path)).toEqual({ errors: [], warnings: [] });
      const image = await readImage(path);
      const row = rows.find(({ selector }) => selector === name);
      expect(image.nodata).toBe(nodata);
      expect(image.band).toMatchObject({
        DESCRIPTION: name,
        ...(unit === undefined ? {} : { UNITTYPE: unit }),
        STATISTICS_MINIMUM: String(row?.minimum),
        STATISTICS_MAXIMUM: String(row?.maximum),
        STATISTICS_MEAN: String(row?.mean),
      });
      // It takes seconds to start; one of floats and one of bytes will do.
      if (rioAbsent || name === 'Elevation' || name === 'Aspect') continue;
      const { stdout } = await run('rio', ['cogeo', 'validate', '--strict', path]);
      expect(stdout).toMatch(/is a valid cloud optimized GeoTIFF/);
    }
  });
});

test('at the edge of the DEM and beside a gap the land goes on as it comes', async () => {
  const dem = file('plane.tif');
  await writePlane(dem, [500_000, 5_500_000, 501_000, 5_501_000], 'EPSG:32632');
  // A pixel of 10 m: 1 m up to the east, 10 m up to the south.
  const steep = (Math.atan(Math.hypot(0.1, 1)) * 180) / Math.PI;
  const corners = [...utm.toLonLat(499_900, 5_499_900), ...utm.toLonLat(501_100, 5_501_100)] as const;
  const made = await elevation({ dem, region: box(...corners), options: { slope: true } });
  const { values, width, height } = await readImage(made.slope);
  expect([width, height]).toEqual([100, 100]);
  expect(Math.min(...values)).toBeCloseTo(steep, 4);
  expect(Math.max(...values)).toBeCloseTo(steep, 4);
});

test('whole numbers without a nodata value count as they are, 0 too', async () => {
  const dem = file('whole-numbers.tif');
  const data = Int16Array.from({ length: 10_000 }, (_, pixel) => (pixel % 100) - 50);
  await writeGeoTiff(dem, {
    data,
    width: 100,
    height: 100,
    bounds: [500_000, 5_500_000, 501_000, 5_501_000],
    crs: 'EPSG:32632',
  });
  const corners = [...utm.toLonLat(500_100, 5_500_100), ...utm.toLonLat(500_900, 5_500_900)] as const;
  const made = await elevation({
    dem,
    region: box(...corners),
    options: { slope: true, slope_unit: 'percent', contours: true, contour_interval: 5 },
  });
  const { values, nodata } = await readImage(made.slope);
  for (const value of values.filter((one) => one !== nodata)) expect(value).toBeCloseTo(10, 4);
  const lines = JSON.parse(await readFile(made.contours, 'utf8')) as {
    features: { properties: { elevation: number } }[];
  };
  expect(lines.features.map(({ properties }) => properties.elevation)).toEqual([
    -40, -35, -30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30, 35,
  ]);
});
