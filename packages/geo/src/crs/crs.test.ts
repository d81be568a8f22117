import { expect, test } from 'vitest';

import { crsOf, distance, epsgCodeOf, learnCrs, readCrs, ringArea, transformBounds } from './index.ts';

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
])('EPSG:%i agrees with PROJ, and comes back', async (code, x, y, lon, lat) => {
  const crs = await learnCrs(code);
  const [foundLon = 0, foundLat = 0] = crs?.toLonLat(x, y) ?? [];
  expect(foundLon).toBeCloseTo(lon, 5);
  expect(foundLat).toBeCloseTo(lat, 5);
  const [backX = 0, backY = 0] = crs?.fromLonLat(foundLon, foundLat) ?? [];
  expect([Math.abs(backX - x) < 0.01, Math.abs(backY - y) < 0.01]).toEqual([true, true]);
});

test('an unknown code is none', async () => {
  expect(crsOf(9999)).toBeNull();
  expect(await readCrs('EPSG:9999')).toEqual({ kind: 'unknown' });
  expect(await learnCrs(32767)).toBeNull();
});

test('bounds follow bent edges, not only corners', async () => {
  const laea = await learnCrs(3035);
  if (laea === null) throw new Error('PROJ knows EPSG:3035');
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

test.each([
  ['a building site', 'LOCAL_CS["Site grid",UNIT["metre",1]]', 'a local system, of a building site for one'],
  ['heights', 'EPSG:5703', 'a system of heights alone'],
  ['the middle of the Earth', 'EPSG:4978', 'a system of distances from the middle of the Earth'],
  [
    'another planet',
    'GEOGCS["GCS_Mars_2000",DATUM["D_Mars_2000",SPHEROID["Mars_2000_IAU_IAG",3396190.0,169.8944472236118]],PRIMEM["Reference_Meridian",0.0],UNIT["Degree",0.0174532925199433]]',
    'a system on Mars',
  ],
])('a system of %s names no place on Earth', async (_, definition, what) => {
  expect(await readCrs(definition)).toMatchObject({ kind: 'elsewhere', what });
});

test.each([
  ['ESRI:102100', 3857, [-473_000, 7_530_000], [-4.24903129, 55.85699542]],
  ['urn:ogc:def:crs:EPSG::28992', 28992, [155_000, 463_000], [5.387204, 52.155172]],
  ['EPSG:28992+5709', 7415, [155_000, 463_000], [5.387204, 52.155172]],
  [
    'PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["Bessel 1841",6377397.155,299.1528128],TOWGS84[565.4171,50.3319,465.5524,-0.398957,0.343988,-1.877402,4.0725]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Oblique_Stereographic"],PARAMETER["latitude_of_origin",52.1561605555556],PARAMETER["central_meridian",5.38763888888889],PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],UNIT["metre",1]]',
    null,
    [155_000, 463_000],
    [5.387204, 52.155172],
  ],
])('%s is read', async (definition, code, [x = 0, y = 0], [lon = 0, lat = 0]) => {
  const reading = await readCrs(definition);
  if (reading.kind !== 'earth') throw new Error(`${definition} is ${reading.kind}`);
  expect(reading.crs.code).toBe(code);
  expect(distance(reading.crs.toLonLat(x, y), [lon, lat])).toBeLessThan(1);
});

// By pyproj's TransformerGroup, without grids.
test.each([
  ['ESRI:54009', 0],
  ['ESRI:54030', 0],
  ['ESRI:102025', 0],
  ['ESRI:102008', 4],
  [
    'PROJCS["x",GEOGCS["WGS_1984_3D",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Mollweide"],PARAMETER["False_Easting",0],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",0],UNIT["Meter",1]]',
    0,
  ],
])('%s is tied to the Earth though its geographic system has no code', async (definition, metres) => {
  const reading = await readCrs(definition);
  if (reading.kind !== 'earth') throw new Error(`${definition} is ${reading.kind}`);
  expect(reading.crs.accuracyAt(-100, 40)).toBe(metres);
});

test('longitudes of a geographic system go on beyond the antimeridian', async () => {
  const nad27 = await learnCrs(4267);
  expect(nad27?.toLonLat(190, 52)[0]).toBeCloseTo(190, 2);
});

test('what has no end is no system, and is told at once', async () => {
  expect(await readCrs('PROJCS['.repeat(50_000))).toEqual({ kind: 'unknown' });
  expect(await readCrs('GEOGCS['.repeat(5000))).toEqual({ kind: 'unknown' });
  expect(await readCrs('')).toEqual({ kind: 'unknown' });
});

test('coordinates beyond all bounds have no place, at once', async () => {
  for (const code of [28992, 5514, 4267, 32630, 3857]) {
    const crs = await learnCrs(code);
    for (const huge of [1e300, -1e18, Number.MAX_VALUE, Infinity]) {
      const [lon, lat] = crs?.toLonLat(huge, huge) ?? [0, 0];
      expect([lon, lat]).toEqual([Number.NaN, Number.NaN]);
    }
  }
});
