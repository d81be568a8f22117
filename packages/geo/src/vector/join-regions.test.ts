import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import type { MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { analyse } from '../analysis/index.ts';
import { planarArea } from '../crs/index.ts';
import { joinRegions, shareGround } from './join-regions.ts';

const file = temporaryFolder();

interface Judged {
  readonly name: string;
  readonly files: Polygon[];
  /** Square metres, each file by itself. */
  readonly areaOfAll: number;
  /** Square metres of what the files cover together. */
  readonly area: number;
  readonly squareDegrees: number;
  readonly overlap: boolean;
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../test/data/overlapping-files.json', import.meta.url), 'utf8'),
) as { cases: Judged[] };

const planar = (polygons: readonly Position[][][]): number =>
  polygons.reduce(
    (sum, rings) =>
      sum + rings.reduce((all, ring, at) => all + (at === 0 ? 1 : -1) * Math.abs(planarArea(ring)), 0),
    0,
  );

/** Where none covers ground of another. */
const unioned = (files: readonly Polygon[]): string =>
  JSON.stringify({ coordinates: files.map(({ coordinates }) => coordinates) });
const said = /^files of this item cover the same ground, which counts once: /;

const analysed = async (geometry: Polygon) => {
  await writeFile(file('one.geojson'), JSON.stringify(geometry));
  return await analyse(file('one.geojson'), { fileName: 'one.geojson', fileType: 'GeoJSON' });
};

test.each(cases)('shapely and PROJ agree on $name', async (judged) => {
  const found = [];
  for (const geometry of judged.files) found.push(await analysed(geometry));
  expect(found.reduce((sum, { area }) => sum + area!, 0) / judged.areaOfAll).toBeCloseTo(1, 8);
  const { area, region, warnings } = await joinRegions(found.map((one) => one.region ?? one.geojson!));
  expect(area! / judged.area).toBeCloseTo(1, 8);
  expect(warnings).toHaveLength(judged.overlap ? 1 : 0);
  expect(region !== null).toBe(judged.overlap);
  // Without that nothing is looked at.
  expect(shareGround(found.map(({ bounds }) => bounds!)) || !judged.overlap).toBe(true);
  const { coordinates } = JSON.parse(region ?? unioned(judged.files)) as MultiPolygon;
  expect(planar(coordinates) / judged.squareDegrees).toBeCloseTo(1, 12);
  expect(warnings.every((text) => said.test(text))).toBe(true);
});

test('points and lines beside polygons are no ground', async () => {
  const texts = [
    '{"type":"Point","coordinates":[0,0]}',
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}',
    '{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[0,0],[1,1]]}]}',
  ];
  expect(await joinRegions(texts)).toEqual({ area: null, region: null, warnings: [] });
});

test('rectangles share ground where they overlap, over the antimeridian too, and not where they touch', () => {
  expect(shareGround([])).toBe(false);
  expect(shareGround([[0, 0, 1, 1]])).toBe(false);
  expect(
    shareGround([
      [0, 0, 1, 1],
      [1, 0, 2, 1],
      [0, 1, 1, 2],
    ]),
  ).toBe(false);
  expect(
    shareGround([
      [5, 5, 6, 6],
      [0, 0, 9, 1],
      [8, 0.5, 10, 3],
    ]),
  ).toBe(true);
  expect(
    shareGround([
      [170, 0, -170, 1],
      [-175, 0, -172, 1],
    ]),
  ).toBe(true);
  expect(
    shareGround([
      [170, 0, -170, 1],
      [-170, 0, -160, 1],
      [160, 0, 170, 1],
    ]),
  ).toBe(false);
});
