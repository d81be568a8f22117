import { readFile, stat, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { decode } from 'fast-png';
import type { FeatureCollection } from 'geojson';
import { describe, expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { analyse } from '../analysis/index.ts';
import { AnalysisError } from '../findings/index.ts';
import type { AnalysisLimits } from '../findings/index.ts';

const file = temporaryFolder();
let number = 0;

async function analyseText(text: string | Uint8Array, limits?: AnalysisLimits) {
  const path = file(`${(number += 1)}.geojson`);
  await writeFile(path, text);
  return analyse(path, {
    fileName: 'region.geojson',
    fileType: 'GeoJSON',
    ...(limits === undefined ? {} : { limits }),
  });
}

const point = { type: 'Point', coordinates: [-4.25, 55.86] };

test('counts, sizes, bounds and columns are found', async () => {
  const cell = [
    [10, 0],
    [11, 0],
    [11, 1],
    [10, 1],
    [10, 0],
  ];
  const features = [
    {
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [cell] },
      properties: { name: 'cell', size: 4, seen: '2024-02-03', open: true },
    },
    {
      type: 'Feature',
      geometry: {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [0, 1],
        ],
      },
      properties: { name: null, size: 8, seen: '2024-02-04' },
    },
    {
      type: 'Feature',
      geometry: {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
      properties: { size: 6.5 },
    },
    { type: 'Feature', geometry: null, properties: null },
  ];
  const analysis = await analyseText(JSON.stringify({ type: 'FeatureCollection', features }));
  expect(analysis).toMatchObject({
    crs: 'EPSG:4326',
    bounds: [0, 0, 11, 4],
    points: 2,
    lines: 1,
    polygons: 1,
    publishable: true,
    resolution: null,
  });
  // The degree cell at the equator and the first degree of a meridian, from GeographicLib's own Planimeter and GeodSolve.
  expect(analysis.area).toBeCloseTo(12308778361.469, 2);
  expect(analysis.length).toBeCloseTo(110574.3886, 3);
  const [geometry, ...columns] = analysis.selectors ?? [];
  expect(geometry).toMatchObject({ selector: 'geometry', data_type: 'mixed', points: 2 });
  expect(columns.map(({ selector, data_type }) => [selector, data_type])).toEqual([
    ['name', 'string'],
    ['size', 'numeric'],
    ['seen', 'datetime'],
    ['open', 'boolean'],
  ]);
  expect(columns[1]).toMatchObject({
    minimum: 4,
    maximum: 8,
    initial_values: ['4', '8', '6.5'],
    histogram: [1, 0, 0, 0, 0, 0, 1, 0, 0, 1],
  });
  expect(columns[2]?.validation).toBe('format=%Y-%m-%d');
});

const lakes = sharedFile('regions/lake_district.geojson');
test.skipIf(lakes.absent)(
  'a park in British National Grid is measured on the ellipsoid (skipped without the shared data)',
  async () => {
    const previewPath = file('lakes.png');
    const analysis = await analyse(lakes.path, {
      fileName: 'lakes.geojson',
      fileType: 'GeoJSON',
      previewPath,
    });
    expect(analysis.crs).toBe('EPSG:27700');
    // The authority gives 2,362 square kilometres.
    expect((analysis.area ?? 0) / 1e6).toBeCloseTo(2363.86, 1);
    expect(analysis.bounds?.map((value) => value.toFixed(2))).toEqual(['-3.50', '54.19', '-2.58', '54.76']);
    expect(analysis.geojson).toBeNull();
    const { width, height, data } = decode(await readFile(previewPath));
    expect(height).toBe(512);
    const alpha = (x: number, y: number): number | undefined => data[(y * width + x) * 4 + 3];
    expect([alpha(0, 0), (alpha(width >> 1, height >> 1) ?? 0) > 0]).toEqual([0, true]);
  },
);

const glasgow = sharedFile('regions/glasgow.geojson');
test.skipIf(glasgow.absent)(
  'a small region is kept as GeoJSON (skipped without the shared data)',
  async () => {
    const analysis = await analyse(glasgow.path, { fileName: 'glasgow.geojson', fileType: 'GeoJSON' });
    expect(analysis.size).toBe((await stat(glasgow.path)).size);
    expect(JSON.parse(analysis.geojson ?? '')).toMatchObject({ type: 'FeatureCollection' });
    expect(analysis.stac.geometry?.type).toBe('Polygon');
  },
);

describe('refuses, saying where', () => {
  const ring = (...positions: number[][]): string =>
    JSON.stringify({ type: 'Polygon', coordinates: [positions] });
  test.each<[string, string | Uint8Array, string, RegExp]>([
    [
      'an object that ends too early',
      '{"type": "Point",\n  "coordinates": [1, ',
      'wrong_type',
      /line 2, column 22: the text ends too early/,
    ],
    [
      'a NaN',
      '{"type": "Point",\n "coordinates": [NaN, 1]}',
      'wrong_type',
      /line 2, column 18: unexpected "N"/,
    ],
    [
      'a comma too many',
      '{"type": "Point",\n "coordinates": [2, 1],}',
      'wrong_type',
      /line 2, column 24: unexpected "}"/,
    ],
    ['plain text', 'hello', 'wrong_type', /line 1, column 1: unexpected "h"/],
    ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), 'wrong_type', /looks like a gzip archive/],
    ['a ZIP archive', Buffer.from('PK\u0003\u0004 and more'), 'wrong_type', /looks like a ZIP archive/],
    ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22]), 'wrong_type', /UTF-8/],
    ['no bytes', '', 'invalid', /empty/],
    ['a list', '[1]', 'invalid', /top level/],
    ['another kind of object', '{"type":"Topology"}', 'invalid', /"type" is "Topology"/],
    ['no features', '{"type":"FeatureCollection","features":[]}', 'invalid', /"features" is empty/],
    [
      'features without geometry',
      '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{}}]}',
      'invalid',
      /none of its features has a geometry/,
    ],
    [
      'a feature that is none',
      JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry: point }, point] }),
      'invalid',
      /feature 2 is not an object/,
    ],
    [
      'a position that is not on Earth',
      '{"type":"Point","coordinates":[260000,660000]}',
      'invalid',
      /260000, 660000.*not on Earth.*"crs"/,
    ],
    ['a number beyond numbers', '{"type":"Point","coordinates":[1e999,0]}', 'invalid', /where a position/],
    ['a text as a number', '{"type":"Point","coordinates":["1",0]}', 'invalid', /\["1",0\] where a position/],
    [
      'coordinates that are not nested',
      '{"type":"Polygon","coordinates":[[1,2],[3,4]]}',
      'invalid',
      /the geometry/,
    ],
    [
      'an open ring',
      ring([0, 0], [1, 0], [1, 1], [0, 1]),
      'invalid',
      /not closed: it begins at 0, 0 and ends at 0, 1/,
    ],
    ['a ring of three', ring([0, 0], [1, 0], [0, 0]), 'invalid', /3 positions; it takes at least 4/],
    ['a ring without area', ring([0, 0], [0, 0], [0, 0], [0, 0]), 'invalid', /without an area/],
    [
      'a polygon that crosses itself',
      ring([0, 0], [2, 2], [2, 0], [0, 2], [0, 0]),
      'invalid',
      /crosses or touches itself near longitude 1, latitude 1/,
    ],
    [
      'an unknown system',
      JSON.stringify({ ...point, crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::9999' } } }),
      'unsupported',
      /EPSG::9999.*Convert it to EPSG:4326/,
    ],
  ])('%s', async (_name, text, code, message) => {
    const error: unknown = await analyseText(text).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AnalysisError);
    expect((error as AnalysisError).message).toMatch(message);
    expect((error as AnalysisError).code).toBe(code);
  });

  test('what is larger than a limit', async () => {
    const text = JSON.stringify({
      type: 'LineString',
      coordinates: Array.from({ length: 50 }, (_, index) => [index, 0]),
    });
    await expect(analyseText(text, { maxVertices: 49 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(analyseText(text, { maxVectorBytes: 100 })).rejects.toThrow(/of up to 0.0 MiB is accepted/);
    await expect(analyseText(text, { maxVertices: 50 })).resolves.toMatchObject({ lines: 1 });
  });
});

test('geometry collections and a byte order mark are taken', async () => {
  const collection = {
    type: 'GeometryCollection',
    geometries: [point, { type: 'GeometryCollection', geometries: [point] }],
  };
  expect(await analyseText(`\uFEFF${JSON.stringify(collection)}`)).toMatchObject({
    points: 2,
    area: null,
    length: null,
  });
});

test('a region over the antimeridian is cut there, counted once and bounded from west to east', async () => {
  const fiji = {
    type: 'Polygon',
    coordinates: [
      [
        [177, -20],
        [-178, -20],
        [-178, -16],
        [177, -16],
        [177, -20],
      ],
    ],
  };
  const path = file('fiji.geojson');
  await writeFile(path, JSON.stringify(fiji));
  const previewPath = file('fiji.png');
  const analysis = await analyse(path, { fileName: 'fiji.geojson', fileType: 'GeoJSON', previewPath });
  expect(analysis).toMatchObject({ bounds: [177, -20, -178, -16], polygons: 1 });
  // Five by four degrees, as anywhere else at these latitudes.
  const same = {
    type: 'Polygon',
    coordinates: [
      [
        [7, -20],
        [12, -20],
        [12, -16],
        [7, -16],
        [7, -20],
      ],
    ],
  };
  expect(analysis.area).toBeCloseTo((await analyseText(JSON.stringify(same))).area ?? 0, -2);
  expect((JSON.parse(analysis.geojson ?? '') as FeatureCollection).features[0]?.geometry.type).toBe(
    'MultiPolygon',
  );
  const { width, height, data } = decode(await readFile(previewPath));
  // The cut is no edge of it: in the middle line of pixels there are but two, left and right.
  const row = data.subarray(Math.floor(height / 2) * width * 4, (Math.floor(height / 2) + 1) * width * 4);
  const opaque = Array.from({ length: width }, (_, x) => row[x * 4 + 3] === 255);
  expect(opaque.filter((edge, x) => edge && opaque[x - 1] !== true)).toHaveLength(2);
  expect(width / height).toBeCloseTo((5 * Math.cos(Math.PI / 10)) / 4, 1);
});

test('the whole world is a region', async () => {
  const world = {
    type: 'Polygon',
    coordinates: [
      [
        [-180, -90],
        [180, -90],
        [180, 90],
        [-180, 90],
        [-180, -90],
      ],
    ],
  };
  const { bounds, area } = await analyseText(JSON.stringify(world));
  expect(bounds).toEqual([-180, -90, 180, 90]);
  expect((area ?? 0) / 510_065_621_724_089).toBeCloseTo(1, 9);
});

const rectangleOf = (west: number, south: number, east: number, north: number): number[][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

test('longitudes that go on beyond 180, as maps of the Pacific have them, come back on the other side', async () => {
  const collection = {
    type: 'GeometryCollection',
    geometries: [
      { type: 'Polygon', coordinates: [rectangleOf(177, -20, 183, -15)] },
      { type: 'Polygon', coordinates: [rectangleOf(185, -20, 186, -15)] },
      { type: 'Polygon', coordinates: [rectangleOf(-183, -10, -177, -5)] },
      { type: 'Point', coordinates: [181, 0] },
      {
        type: 'LineString',
        coordinates: [
          [179, 0],
          [182, 0],
        ],
      },
    ],
  };
  const found = await analyseText(JSON.stringify(collection));
  expect(found).toMatchObject({ points: 1, lines: 1, polygons: 3, bounds: [177, -20, -174, 0] });
  // By pyproj 3.7: Geod(ellps='WGS84').line_length([179, 180, 181, 182], [0, 0, 0, 0]).
  expect(found.length).toBeCloseTo(333_958.472, 2);
  const { area: one } = await analyseText(
    JSON.stringify({ type: 'Polygon', coordinates: [rectangleOf(0, -20, 6, -15)] }),
  );
  const { area: other } = await analyseText(
    JSON.stringify({ type: 'Polygon', coordinates: [rectangleOf(0, -10, 6, -5)] }),
  );
  const { area: small } = await analyseText(
    JSON.stringify({ type: 'Polygon', coordinates: [rectangleOf(0, -20, 1, -15)] }),
  );
  expect((found.area ?? 0) / (one! + other! + small!)).toBeCloseTo(1, 12);
  await expect(analyseText('{"type":"Point","coordinates":[361,0]}')).rejects.toThrow(/not on Earth/);
});

test('a system that is not built in is learned from GDAL, and one that does not exist is not', async () => {
  const square = (name: string): string =>
    JSON.stringify({
      type: 'Polygon',
      coordinates: [rectangleOf(500_000, 500_000, 600_000, 600_000)],
      crs: { type: 'name', properties: { name } },
    });
  const found = await analyseText(square('urn:ogc:def:crs:EPSG::2180'));
  // By pyproj 3.7, of the corners.
  expect(found.crs).toBe('EPSG:2180');
  expect(found.bounds?.map((edge) => edge.toFixed(6))).toEqual([
    '19.000000',
    '52.356819',
    '20.499454',
    '53.265189',
  ]);
  await expect(analyseText(square('EPSG:99999'))).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('EPSG:99999') as string,
  });
});
