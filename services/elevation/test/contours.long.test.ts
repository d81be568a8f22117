import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { crsOf } from '@fusion-platform/geo';
import type { Crs } from '@fusion-platform/geo';
import { Refusal } from '@fusion-platform/service-kit';
import type { Region } from '@fusion-platform/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { writeContours } from '../src/contours/write-contours.ts';
import { cropTo } from '../src/crop.ts';
import { RegionIndex } from '../src/contours/region-index.ts';
import type { Place } from '../src/contours/region-index.ts';
import { hills, nativeAbsent, realAbsent, realTile, writeHeights } from './support/rasters.ts';
import { box, elevation } from './support/run.ts';

const run = promisify(execFile);
const utm = crsOf(32_632) as Crs;

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elevation-contours-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Lines {
  readonly features: readonly {
    readonly properties: { readonly elevation: number };
    readonly geometry:
      | { readonly type: 'LineString'; readonly coordinates: Place[] }
      | { readonly type: 'MultiLineString'; readonly coordinates: Place[][] };
  }[];
}

async function readLines(path: string): Promise<Lines> {
  return JSON.parse(await readFile(path, 'utf8')) as Lines;
}

interface Level {
  /** In degrees; near the equator they are as long one way as the other. */
  length: number;
  /** Sums of the middles of segments times their lengths. */
  x: number;
  y: number;
}

function levelsOf({ features }: Lines): Map<number, Level> {
  const levels = new Map<number, Level>();
  for (const { properties, geometry } of features) {
    const level = levels.get(properties.elevation) ?? { length: 0, x: 0, y: 0 };
    levels.set(properties.elevation, level);
    const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
    for (const line of lines)
      for (const [index, [x = 0, y = 0]] of line.entries()) {
        const [fromX = x, fromY = y] = line[index - 1] ?? [];
        const length = Math.hypot(x - fromX, y - fromY);
        level.length += length;
        level.x += (length * (x + fromX)) / 2;
        level.y += (length * (y + fromY)) / 2;
      }
  }
  return levels;
}

/** Not convex, with a hole, across the mountains of the island. */
const region: Region = {
  type: 'Polygon',
  coordinates: [
    [
      [6.52, 0.15],
      [6.7, 0.12],
      [6.64, 0.24],
      [6.72, 0.36],
      [6.55, 0.33],
      [6.52, 0.15],
    ],
    [
      [6.57, 0.2],
      [6.6, 0.2],
      [6.6, 0.24],
      [6.57, 0.24],
      [6.57, 0.2],
    ],
  ],
};

describe('contours of real mountains (skipped without native GDAL and ../shared/data)', () => {
  test.skipIf(nativeAbsent || realAbsent).each([
    ['in degrees', []],
    ['in metres', ['-t_srs', 'EPSG:32632', '-tr', '50', '50', '-r', 'cubic']],
  ] as const)('are those of gdal_contour, clipped by ogr2ogr: %s', async (name, args) => {
    const dem = file(`${name}.tif`);
    const place = ['-te', '6.4', '0.05', '6.8', '0.45', '-te_srs', 'EPSG:4326'];
    await run('gdalwarp', ['-q', ...place, ...args, realTile, dem]);
    await writeFile(file('region.geojson'), JSON.stringify(region));
    const own = ['-a', 'elevation', '-i', '50'];
    await run('gdal_contour', ['-q', ...own, '-f', 'GPKG', dem, file(`${name}.gpkg`)]);
    const clip = [
      '-clipsrc',
      file('region.geojson'),
      '-t_srs',
      'EPSG:4326',
      '-lco',
      'COORDINATE_PRECISION=9',
    ];
    const lonLat = name === 'in degrees' ? file(`${name}.gpkg`) : file('lon-lat.gpkg');
    if (lonLat !== file(`${name}.gpkg`))
      await run('ogr2ogr', ['-t_srs', 'EPSG:4326', lonLat, file(`${name}.gpkg`)]);
    const reference = file(`${name}.geojson`);
    await run('ogr2ogr', [...clip, reference, lonLat]);

    const made = await elevation({ dem, region, options: { contours: true, contour_interval: 50 } });
    expect(made.outcome).toMatchObject({ success: true });
    const lines = await readLines(made.contours);
    const [found, expected] = [levelsOf(lines), levelsOf(await readLines(reference))];
    expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(
      [...expected.keys()].toSorted((a, b) => a - b),
    );
    expect(found.size).toBeGreaterThan(30);
    const [east, north] = [[] as number[], [] as number[]];
    for (const [height, level] of found) {
      const { length, x, y } = expected.get(height) as Level;
      expect(level.length / length, `length of ${height} m`).toBeCloseTo(1, 2);
      east.push(level.x / level.length - x / length);
      north.push(level.y / level.length - y / length);
    }
    // Where a contour could be joined in two ways some are longer here or there; half a pixel of all would be 15 m.
    for (const offsets of [east, north]) {
      expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(3e-4);
      expect(Math.abs(offsets.reduce((sum, one) => sum + one, 0) / offsets.length)).toBeLessThan(2e-5);
    }
  });
});

test('a contour lies where the land has its height, is closed round a hill and ends at the edge of the region', async () => {
  const dem = file('hills.tif');
  const [west, south] = [498_000, 6_650_000];
  await writeHeights(
    dem,
    { size: [600, 600], bounds: [west, south, west + 12_000, south + 12_000], crs: 'EPSG:32632' },
    hills,
  );
  const [left, bottom] = utm.toLonLat(west + 1000, south + 1000);
  const [right, top] = utm.toLonLat(west + 11_000, south + 11_000);
  const within = box(left, bottom, right, top);
  const made = await elevation({ dem, region: within, options: { contours: true, contour_interval: 25 } });
  const { features } = await readLines(made.contours);
  expect(features.length).toBeGreaterThan(20);
  const open: Place[] = [];
  for (const { properties, geometry } of features) {
    const line = geometry.coordinates as Place[];
    for (const [lon, lat] of line)
      expect(Math.abs(hills(...utm.fromLonLat(lon, lat)) - properties.elevation)).toBeLessThan(0.1);
    const [first, last] = [line[0], line.at(-1)] as [Place, Place];
    if (first.join() !== last.join()) open.push(first, last);
  }
  expect(open.length).toBeGreaterThan(20);
  expect(open.length / 2).toBeLessThan(features.length - 3);
  const onEdge = ([lon, lat]: Place): boolean =>
    [lon - left, lon - right, lat - bottom, lat - top].some((off) => Math.abs(off) < 2e-7);
  expect(open.filter((end) => !onEdge(end))).toEqual([]);
  // Half the interval: the same lines, and others between them.
  const halved = await elevation({
    dem,
    region: within,
    options: { contours: true, contour_interval: 12.5 },
  });
  const half = levelsOf(await readLines(halved.contours));
  for (const [height, { length }] of levelsOf({ features }))
    expect(half.get(height)?.length).toBeCloseTo(length, 9);
  expect(half.has(1012.5)).toBe(true);
});

test('more than can be drawn is refused before it is drawn, with an interval that can', async () => {
  const dem = file('steep.tif');
  const bounds = [500_000, 5_500_000, 506_000, 5_506_000] as const;
  await writeHeights(dem, { size: [600, 600], bounds, crs: 'EPSG:32632' }, (x, y) => hills(x, y) + (x % 50));
  const around = box(...utm.toLonLat(500_000, 5_500_000), ...utm.toLonLat(505_900, 5_505_900));
  const made = await elevation({ dem, region: around, options: { contours: true, contour_interval: 0.5 } });
  const refusal =
    /^Contours every ([\d.]+) m would have ([\d.]+) million points here, and at most ([\d.]+) million are drawn\. Choose a contour interval of ([\d.]+) m or more, or a smaller region$/;
  expect(made.outcome).toMatchObject({ success: false, exit_type: 'refused' });
  const [, , points] = refusal.exec(made.outcome.abort_reason ?? '') ?? [];
  expect(Number(points)).toBeGreaterThan(4);
  expect(existsSync(made.contours)).toBe(false);

  const crop = await cropTo(dem, around);
  const draw = async (interval: number): Promise<number> =>
    writeContours({
      dem,
      crop,
      region: around,
      interval,
      output: file('few.geojson'),
      most: 200_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  const error: unknown = await draw(2).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Refusal);
  const [, , , most, interval] = refusal.exec((error as Error).message) ?? [];
  expect(most).toBe('0.2');
  expect(existsSync(file('few.geojson'))).toBe(false);
  expect(await draw(Number(interval))).toBeGreaterThan(0);
});

test('where no contour is, there is a warning and no file', async () => {
  const dem = file('flat.tif');
  const bounds = [500_000, 5_500_000, 501_000, 5_501_000] as const;
  await writeHeights(dem, { size: [50, 50], bounds, crs: 'EPSG:32632' }, () => 0);
  const around = box(...utm.toLonLat(500_100, 5_500_100), ...utm.toLonLat(500_900, 5_500_900));
  const made = await elevation({ dem, region: around, options: { contours: true, contour_interval: 10 } });
  expect(made.outcome).toMatchObject({
    success: true,
    abort_reason:
      'There are no contours: the land of the region passes no multiple of 10 m. Choose a shorter interval',
  });
  expect(made.outcome.outputs?.map(({ number }) => number)).toEqual([1, 2, 3]);
});

describe('what of a line lies in a region', () => {
  const index = new RegionIndex({
    type: 'MultiPolygon',
    coordinates: [
      [box(0, 0, 10, 10).coordinates[0], box(4, 4, 6, 6).coordinates[0]],
      [box(20, 0, 30, 10).coordinates[0]],
    ] as never,
  });

  test.each<[string, Place[], Place[][]]>([
    [
      'all of it',
      [
        [1, 1],
        [2, 2],
        [3, 1],
      ],
      [
        [
          [1, 1],
          [2, 2],
          [3, 1],
        ],
      ],
    ],
    [
      'nothing',
      [
        [11, 1],
        [12, 2],
      ],
      [],
    ],
    [
      'from edge to edge, a hole and a gap left out',
      [
        [-5, 5],
        [35, 5],
      ],
      [
        [
          [0, 5],
          [4, 5],
        ],
        [
          [6, 5],
          [10, 5],
        ],
        [
          [20, 5],
          [30, 5],
        ],
      ],
    ],
    [
      'a corner that it touches from outside',
      [
        [-1, 1],
        [1, -1],
      ],
      [],
    ],
    [
      'both sides of a point on the edge',
      [
        [1, 1],
        [0, 2],
        [1, 3],
      ],
      [
        [
          [1, 1],
          [0, 2],
          [1, 3],
        ],
      ],
    ],
    [
      'a point on the edge, from outside',
      [
        [-1, 1],
        [0, 2],
        [-1, 3],
      ],
      [],
    ],
    [
      'from a point on the edge inwards',
      [
        [-1, 5],
        [0, 5],
        [1, 5],
      ],
      [
        [
          [0, 5],
          [1, 5],
        ],
      ],
    ],
    [
      'across a corner',
      [
        [-1, -1],
        [0, 0],
        [1, 1],
      ],
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ],
  ])('%s', (_, line, expected) => {
    const parts = index
      .clip(line)
      .map((part) => part.filter((point, place) => place === 0 || point.join() !== part[place - 1]?.join()));
    expect(parts.filter((part) => part.length > 1)).toEqual(expected);
  });
});
