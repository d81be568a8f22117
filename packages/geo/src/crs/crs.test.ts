import { expect, test } from 'vitest';

import { crsOf, distance, epsgCodeOf, ringArea, transformBounds } from './index.ts';

test.each([
  ['EPSG:27700', 27700],
  ['epsg:4326', 4326],
  ['EPSG:32630', 32630],
  ['urn:ogc:def:crs:EPSG::27700', 27700],
  ['urn:ogc:def:crs:EPSG:6.18.3:3857', 3857],
  ['http://www.opengis.net/def/crs/EPSG/0/32733', 32733],
  ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326],
  ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 4326],
  ['OGC:CRS84', 4326],
  ['moon', null],
  ['EPSG:1', null],
])('%s is read as %s', (name, code) => {
  expect(epsgCodeOf(name)).toBe(code);
});

// The same points by GDAL's gdaltransform, without grids.
test.each([
  [27700, 325_897, 673_944, -3.18828774, 55.95278613],
  [32630, 500_000, 6_200_000, -3, 55.945375],
  [32733, 300_000, 8_000_000, 13.11018933, -18.07945475],
  [3035, 4_321_000, 3_210_000, 10, 52],
  [3857, -473_000, 7_530_000, -4.24903129, 55.85699542],
  [2157, 715_830, 734_697, -6.26024777, 53.34979391],
])('EPSG:%i agrees with PROJ, and comes back', (code, x, y, lon, lat) => {
  const crs = crsOf(code);
  const [foundLon = 0, foundLat = 0] = crs?.toLonLat(x, y) ?? [];
  expect(foundLon).toBeCloseTo(lon, 5);
  expect(foundLat).toBeCloseTo(lat, 5);
  const [backX = 0, backY = 0] = crs?.fromLonLat(foundLon, foundLat) ?? [];
  expect([Math.abs(backX - x) < 0.01, Math.abs(backY - y) < 0.01]).toEqual([true, true]);
});

test('an unknown code is none', () => {
  expect(crsOf(9999)).toBeNull();
});

test('bounds follow bent edges, not only corners', () => {
  const laea = crsOf(3035);
  if (laea === null) throw new Error('EPSG:3035 is built in');
  const [, south] = transformBounds([9, 60, 11, 61], laea.fromLonLat);
  // The parallel sags in the middle: its lowest point is on the central meridian.
  expect(south).toBeCloseTo(laea.fromLonLat(10, 60)[1], 0);
  expect(south).toBeLessThan(laea.fromLonLat(9, 60)[1]);
});

test('sizes on the ellipsoid are those of GeographicLib', () => {
  expect(distance([0, 0], [0, 1])).toBeCloseTo(110574.3886, 3);
  const cell = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ];
  expect(ringArea(cell)).toBeCloseTo(12308778361.469, 2);
  expect(ringArea(cell.toReversed())).toBeCloseTo(12308778361.469, 2);
});
