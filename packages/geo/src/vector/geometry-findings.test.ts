import { writeFile } from 'node:fs/promises';

import type { Geometry } from 'geojson';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';
import { nestingFault } from './ring-nesting.ts';

const file = temporaryFolder();

const square = (x: number, y: number, side: number): [number, number][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];

async function analysed(geometry: Geometry, crs?: string): Promise<Analysis> {
  const named = crs === undefined ? {} : { crs: { type: 'name', properties: { name: crs } } };
  const feature = { type: 'Feature', properties: {}, geometry };
  await writeFile(
    file('some.geojson'),
    JSON.stringify({ type: 'FeatureCollection', ...named, features: [feature] }),
  );
  return analyse(file('some.geojson'), { fileName: 'some.geojson', fileType: 'GeoJSON' });
}

test.each([
  [
    'outside of its shell',
    [square(0, 0, 1), square(5, 5, 2)],
    /outside of its outer ring near longitude 5, latitude 5/,
  ],
  ['around its shell', [square(1, 1, 1), square(0, 0, 4)], /outside of its outer ring/],
  [
    'in another hole',
    [square(0, 0, 9), square(1, 1, 5), square(2, 2, 1)],
    /in another hole near longitude 2/,
  ],
])('a hole %s is refused, with the place', async (_, coordinates, message) => {
  await expect(analysed({ type: 'Polygon', coordinates })).rejects.toThrow(message);
});

test('a hole may touch its shell and other holes at points', () => {
  const diamond = [
    [0, 2],
    [1, 1],
    [2, 2],
    [1, 3],
    [0, 2],
  ];
  const beside = diamond.map(([x = 0, y = 0]) => [x + 2, y]);
  expect(nestingFault([square(0, 0, 9), diamond, beside])).toBeNull();
});

test('ground that parts of a multi-polygon share counts once, and that is said', async () => {
  const one = await analysed({ type: 'Polygon', coordinates: [square(0, 0, 2)] });
  for (const twice of [square(0, 0, 2), square(0.5, 0.5, 1)]) {
    const found = await analysed({
      type: 'MultiPolygon',
      coordinates: [[square(0, 0, 2)], [twice]],
    });
    expect(found.area! / one.area!).toBeCloseTo(1, 9);
    expect(found).toMatchObject({ polygons: 1 });
    expect(found.warnings?.join()).toMatch(/covered the same ground/);
  }
  const beside = await analysed({
    type: 'MultiPolygon',
    coordinates: [[square(0, 0, 2)], [square(2, 0, 2)]],
  });
  expect(beside).toMatchObject({ polygons: 2, warnings: [] });
});

test('the sides of a square around the pole are bent, as PROJ bends them', async () => {
  // 2,000 km a side in NSIDC's polar stereographic system; the area by pyproj on a ring of 40,000 points.
  const found = await analysed({ type: 'Polygon', coordinates: [square(-1e6, -1e6, 2e6)] }, 'EPSG:3413');
  expect(found.area! / 4.216026e12).toBeCloseTo(1, 4);
});

test('geometries without a position are none, and the others count', async () => {
  const found = await analysed({
    type: 'GeometryCollection',
    geometries: [
      { type: 'Polygon', coordinates: [] },
      { type: 'MultiPolygon', coordinates: [[]] },
      { type: 'Polygon', coordinates: [square(10, 50, 1)] },
    ],
  });
  expect(found).toMatchObject({ polygons: 1, bounds: [10, 50, 11, 51] });
  // STAC has no collections of geometries.
  expect(found.stac.geometry?.type).toBe('Polygon');
});

test('how a long edge was taken is said', async () => {
  const [west, east] = [-179, 179];
  const over = await analysed({
    type: 'LineString',
    coordinates: [
      [east, 0],
      [west, 0],
    ],
  });
  expect(over.warnings?.join()).toMatch(/the short way, over the antimeridian/);
  const around = [
    [east, -18],
    [east, -16],
    [west, -16],
    [west, -18],
    [east, -18],
  ];
  const long = await analysed({ type: 'Polygon', coordinates: [around] });
  expect(long.warnings?.join()).toMatch(/taken the long way, as drawn/);
  const short = await analysed({ type: 'Polygon', coordinates: [around.toReversed()] });
  expect(short.warnings?.join()).toMatch(/the short way, over the antimeridian/);
});
