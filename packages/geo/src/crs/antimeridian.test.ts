import { expect, test } from 'vitest';

import {
  crosses,
  learnCrs,
  cutLine,
  cutPolygon,
  lonLatBounds,
  planarArea,
  ringArea,
  transformedRing,
} from './index.ts';

type Ring = [number, number][];

function rectangleRing(west: number, south: number, east: number, north: number): Ring {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

function area(pieces: readonly (readonly (readonly number[])[])[][]): number {
  return pieces.reduce(
    (sum, [outer = [], ...holes]) =>
      sum + holes.reduce((left, hole) => left - ringArea(hole), ringArea(outer)),
    0,
  );
}

test('a polygon over the antimeridian is cut there, and bounded from west to east', () => {
  const ring = rectangleRing(179, -18, -179, -16);
  expect(crosses([ring], 'orientation')).toBe(true);
  const pieces = cutPolygon([ring]);
  expect(pieces).toHaveLength(2);
  expect(lonLatBounds(pieces.map(([outer = []]) => outer))).toEqual([179, -18, -179, -16]);
  expect(area(pieces)).toBeCloseTo(ringArea(rectangleRing(9, -18, 11, -16)), -2);
});

test('a hole over the antimeridian is cut with its polygon', () => {
  const outer = rectangleRing(170, -30, -170, -10);
  const hole = rectangleRing(-178, -25, -176, -15).toReversed();
  const over = rectangleRing(179, -22, -179.5, -20).toReversed();
  const pieces = cutPolygon([outer, hole, over]);
  const wanted = area([
    [rectangleRing(0, -30, 20, -10), rectangleRing(12, -25, 14, -15), rectangleRing(9, -22, 10.5, -20)],
  ]);
  expect(area(pieces) / wanted).toBeCloseTo(1, 6);
  expect(pieces.flat(2).every(([x = 0]) => Math.abs(x) <= 180)).toBe(true);
});

test('a polygon that runs counter-clockwise the long way is meant so', () => {
  const world = rectangleRing(-179, -60, 179, 60);
  expect(planarArea(world)).toBeGreaterThan(0);
  expect(crosses([world], 'orientation')).toBe(false);
  expect(crosses([world], 'short')).toBe(true);
});

test('a ring around a pole holds it', async () => {
  const polar = await learnCrs(3031);
  if (polar === null) throw new Error('PROJ knows EPSG:3031');
  const ring = transformedRing([-3e6, -3e6, 3e6, 3e6], polar.toLonLat);
  const [outer = []] = cutPolygon([ring], -90)[0] ?? [];
  const [west, south, east, north] = lonLatBounds(cutPolygon([ring]).map(([piece = []]) => piece));
  expect([west, south, east]).toEqual([-180, -90, 180]);
  // The corners, 4,243 km from the pole on the map, reach furthest north.
  expect(north).toBeCloseTo(polar.toLonLat(3e6, 3e6)[1], 9);
  expect(planarArea(outer)).not.toBe(0);
  // The map's scale is between 0.97 and 1.03 here.
  expect(area(cutPolygon([ring])) / 36e12).toBeCloseTo(1, 0);
});

test('a gap around a pole is left out whole, wherever its ring and the one around it begin', () => {
  const circle = (latitude: number, start: number): Ring =>
    Array.from({ length: 38 }, (_, index) => {
      const turned = start + (index * 360) / 37;
      return [turned > 180 ? turned - 360 : turned, latitude];
    });
  for (let start = -179.9; start < 180; start += 7.3)
    for (const side of [1, -1])
      for (const turned of [false, true]) {
        const hole = circle(87 * side, -start / 3);
        const pieces = cutPolygon([circle(82 * side, start), turned ? hole.toReversed() : hole]);
        const bounds = lonLatBounds(pieces.map(([outer = []]) => outer));
        expect(bounds, `from ${start}`).toEqual(side > 0 ? [-180, 82, 180, 87] : [-180, -87, 180, -82]);
        expect(pieces.map((piece) => piece.length)).toEqual([1]);
        expect(Math.abs(planarArea(pieces[0]?.[0] ?? []))).toBeCloseTo(360 * 5, 6);
      }
});

test('a line over the antimeridian ends there on both sides', () => {
  expect(
    cutLine([
      [178, 0],
      [-178, 4],
      [-177, 4],
    ]),
  ).toEqual([
    [
      [178, 0],
      [180, 2],
    ],
    [
      [-180, 2],
      [-178, 4],
      [-177, 4],
    ],
  ]);
  expect(
    cutLine([
      [179, 0],
      [180, 1],
      [-179, 2],
    ]),
  ).toEqual([
    [
      [179, 0],
      [180, 1],
    ],
    [
      [-180, 1],
      [-179, 2],
    ],
  ]);
});

test('bounds take the short way round where things lie on both sides of the antimeridian, and only there', () => {
  // Fiji, of RFC 7946 section 5.2.
  expect(
    lonLatBounds([
      [
        [177, -20],
        [180, -16],
      ],
      [
        [-180, -18],
        [-178, -16],
      ],
    ]),
  ).toEqual([177, -20, -178, -16]);
  expect(lonLatBounds([[[-60, 0]], [[150, 1]]])).toEqual([150, 0, -60, 1]);
  expect(lonLatBounds([[[-60, 0]], [[100, 1]]])).toEqual([-60, 0, 100, 1]);
  expect(lonLatBounds([[[-120, 0]], [[0, 1]], [[120, 1]]])).toEqual([-120, 0, 120, 1]);
});

test('the world and its bands have the area of the ellipsoid', () => {
  // GeographicLib's Planimeter gives 510,065,621,724,089 square metres for the whole.
  expect(ringArea(rectangleRing(-180, -90, 180, 90)) / 510_065_621_724_089).toBeCloseTo(1, 9);
  expect(ringArea(rectangleRing(0, 0, 180, 90)) / (510_065_621_724_089 / 4)).toBeCloseTo(1, 6);
});
