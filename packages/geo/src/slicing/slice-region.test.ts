import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';

import { describeGeometry, learnCrs, sliceRegion } from '../index.ts';
import { selfIntersection } from '../vector/self-intersection.ts';

type Region = Polygon | MultiPolygon;
const km2 = (geometry: Region): number => (describeGeometry(geometry).area ?? 0) / 1e6;
const sumOf = (slices: readonly Region[]): number => slices.reduce((sum, slice) => sum + km2(slice), 0);
const polygonsOf = (geometry: Region): Position[][][] =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
const box = (west: number, south: number, east: number, north: number): Position[][] => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ],
];
const longitudesOf = (slices: readonly Region[]): number[] =>
  slices.flatMap((slice) => polygonsOf(slice).flatMap((rings) => rings.flat().map(([x = 0]) => x)));
const expectValid = (slices: readonly Region[]): void => {
  for (const slice of slices)
    for (const polygon of polygonsOf(slice)) expect(selfIntersection(polygon)).toBeNull();
};

test('a region that is not too large stays as it is', () => {
  const region: Polygon = { type: 'Polygon', coordinates: box(0, 0, 1, 1) };
  expect(sliceRegion(region, { maximumAreaKm2: km2(region) })).toEqual([region]);
});

test('rows go from north to south and from west to east', () => {
  const region: Polygon = { type: 'Polygon', coordinates: box(0, 0, 2, 2) };
  const middles = sliceRegion(region, { maximumAreaKm2: km2(region) / 3.9 }).map((slice) => {
    const [west, south, east, north] = describeGeometry(slice).bounds;
    return [(west + east) / 2, (south + north) / 2].map((middle) => Math.round(middle * 10) / 10);
  });
  expect(middles).toEqual([
    [0.5, 1.5],
    [1.5, 1.5],
    [0.5, 0.5],
    [1.5, 0.5],
  ]);
});

test('slices of a box from the equator to the far north are alike on the ellipsoid, not in degrees', () => {
  const region: Polygon = { type: 'Polygon', coordinates: box(-20, 0, 40, 80) };
  const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 30 });
  const areas = cut.map(km2);
  expect(Math.min(...areas) / Math.max(...areas)).toBeGreaterThan(0.9999);
  expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 3);
  const heights = cut.map((slice) => {
    const [, south, , north] = describeGeometry(slice).bounds;
    return north - south;
  });
  expect(heights[0]! / heights.at(-1)!).toBeGreaterThan(2);
});

test('a region across the antimeridian is cut as one, into slices within the world', () => {
  const region: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: [box(178, -18, 180, -16), box(-180, -18, -179, -16)],
  };
  const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 5.9 });
  expect(cut).toHaveLength(6);
  expect(Math.min(...longitudesOf(cut))).toBe(-180);
  expect(Math.max(...longitudesOf(cut))).toBe(180);
  expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 4);
  // The slice in the middle of a row is the one that has both ends of the world.
  const across = cut.map(
    (slice) => new Set(longitudesOf([slice]).filter((x) => Math.abs(x) === 180)).size === 2,
  );
  expect(across).toEqual([false, true, false, false, true, false]);
});

test('a region across the antimeridian that reaches far is cut from its western end on', () => {
  const region: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: [box(-180, 0, -70, 10), box(150, 0, 180, 10)],
  };
  const [first] = sliceRegion(region, { maximumAreaKm2: km2(region) / 9.9 });
  expect(describeGeometry(first!).bounds[0]).toBe(150);
});

test('a vertex that lies a rounding error beyond the antimeridian does not turn its slice out of the world', () => {
  const beyond = 180.00000000000003;
  for (const region of [
    { type: 'Polygon', coordinates: box(170, 0, beyond, 10) },
    { type: 'Polygon', coordinates: box(-beyond, 0, -170, 10) },
    { type: 'MultiPolygon', coordinates: [box(150, 0, 155, 10), box(170, 0, beyond, 10)] },
  ] satisfies Region[]) {
    const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 3.9 });
    const given = longitudesOf([region]);
    expect(Math.min(...longitudesOf(cut))).toBe(Math.min(...given));
    expect(Math.max(...longitudesOf(cut))).toBe(Math.max(...given));
  }
});

test('the whole world is cut', () => {
  const region: Polygon = { type: 'Polygon', coordinates: box(-180, -90, 180, 90) };
  const cut = sliceRegion(region, { maximumAreaKm2: 10_000_000 });
  expect(cut).toHaveLength(52);
  expect(sumOf(cut) / 510_065_622).toBeCloseTo(1, 4);
});

test('a hole that touches its outer ring at its first point stays a hole', () => {
  const hole: Position[] = [
    [1, 2],
    [1.3, 1.4],
    [0.7, 1.4],
    [1, 2],
  ];
  const [outer] = box(0, 0, 2, 2);
  const ring: Position[] = [...outer!.slice(0, 3), [1, 2], ...outer!.slice(3)];
  const island = box(3, 0, 4, 2);
  const region: MultiPolygon = { type: 'MultiPolygon', coordinates: [[ring, hole], island] };
  for (const slices of [1.5, 3.5, 7.5]) {
    const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / slices });
    expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 4);
    expectValid(cut);
  }
});

test('slices are the same whichever way the rings of a region run', () => {
  const region: Polygon = { type: 'Polygon', coordinates: [...box(0, 40, 3, 42), ...box(1, 41, 1.5, 41.5)] };
  const turned: Polygon = { ...region, coordinates: region.coordinates.map((ring) => ring.toReversed()) };
  const bounds = (one: Polygon): number[][] =>
    sliceRegion(one, { maximumAreaKm2: km2(region) / 6.5 }).map((slice) => [
      ...describeGeometry(slice).bounds,
    ]);
  const [once, again] = [bounds(region), bounds(turned)];
  expect(once).toHaveLength(7);
  for (const [index, slice] of once.entries())
    for (const [at, value] of slice.entries()) expect(again[index]![at]).toBeCloseTo(value, 7);
});

test('a thousand slices of a country are cut', () => {
  const region: Polygon = { type: 'Polygon', coordinates: box(-5, 40, 15, 52) };
  const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 999.4 });
  expect(cut).toHaveLength(1000);
  expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 4);
});

const regions = resolve(import.meta.dirname, '../../../../../shared/data/regions');
const glasgow = resolve(regions, 'glasgow.geojson');
test.skipIf(!existsSync(glasgow))('a real region is cut (needs shared/data/regions/glasgow.geojson)', () => {
  const file = JSON.parse(readFileSync(glasgow, 'utf8')) as FeatureCollection<Polygon>;
  const region = file.features[0]!.geometry;
  const cut = sliceRegion(region, { maximumAreaKm2: 25 });
  expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 4);
  expect(Math.max(...cut.map(km2))).toBeLessThanOrEqual(25);
});

const lakes = resolve(regions, 'lake_district.geojson');
test.skipIf(!existsSync(lakes))(
  'a boundary of a hundred thousand points is cut (needs shared/data/regions/lake_district.geojson)',
  async () => {
    const file = JSON.parse(readFileSync(lakes, 'utf8')) as FeatureCollection<Region>;
    const { toLonLat } = (await learnCrs(27_700))!;
    const coordinates = file.features.flatMap(({ geometry }) =>
      polygonsOf(geometry).map((rings) => rings.map((ring) => ring.map(([x = 0, y = 0]) => toLonLat(x, y)))),
    );
    const region: MultiPolygon = { type: 'MultiPolygon', coordinates };
    const started = performance.now();
    const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 19.9 });
    console.log(`the Lake District in ${cut.length} slices: ${Math.round(performance.now() - started)} ms`);
    expect(cut).toHaveLength(20);
    expect(sumOf(cut) / km2(region)).toBeCloseTo(1, 6);
    expectValid(cut);
  },
);
