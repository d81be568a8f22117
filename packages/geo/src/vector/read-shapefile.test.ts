import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { zipSync } from 'fflate';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { dbf, polygonShp } from '../../test/support/shapefile.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';

const file = temporaryFolder();
const run = promisify(execFile);

async function analyseZip(
  files: Record<string, Uint8Array>,
  options: { alternativePath?: string } = {},
): Promise<Analysis> {
  await writeFile(file('some.zip'), zipSync(files));
  return analyse(file('some.zip'), { fileName: 'some.zip', fileType: 'ESRI Shapefile', ...options });
}

const OSGB =
  'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]';
const square = (x: number, y: number, side: number): [number, number][] => [
  [x, y],
  [x, y + side],
  [x + side, y + side],
  [x + side, y],
  [x, y],
];
const records = [
  {
    rings: [square(320_000, 670_000, 10_000), square(322_000, 672_000, 1000).toReversed()],
    name: 'Größe',
    height: 12.5,
    seen: '20240203',
  },
  { rings: [square(340_000, 670_000, 1000)], name: 'b', height: null, seen: '20240301' },
];
const parts = {
  'a.shp': polygonShp(records),
  'a.dbf': dbf(records),
  'a.prj': Buffer.from(OSGB),
  'a.cpg': Buffer.from('UTF-8'),
};

test('a Shapefile in British National Grid becomes GeoJSON in longitude and latitude, its columns selectors', async () => {
  const analysis = await analyseZip(parts, { alternativePath: file('a.geojson') });
  expect(analysis).toMatchObject({ crs: 'EPSG:27700', polygons: 2, lines: 0, points: 0, publishable: false });
  expect(analysis.alternative).toEqual({ fileType: 'GeoJSON', fileName: 'some.geojson' });
  // The grid is shorter than the ground by 4 in 10,000 near its central meridian.
  expect((analysis.area ?? 0) / (100e6 - 1e6 + 1e6)).toBeCloseTo(1, 2);
  const text = await readFile(file('a.geojson'), 'utf8');
  expect(analysis.geojson).toBe(text);
  const { features } = JSON.parse(text) as FeatureCollection<Polygon>;
  expect(features.map(({ properties }) => properties)).toEqual([
    { NAME: 'Größe', HEIGHT: 12.5, SEEN: '2024-02-03' },
    { NAME: 'b', HEIGHT: null, SEEN: '2024-03-01' },
  ]);
  // By gdaltransform, without grids: 320000 670000 is -3.28152832 55.91641230.
  const [lon = 0, lat = 0] = features[0]?.geometry.coordinates[0]?.[0] ?? [];
  expect([lon.toFixed(6), lat.toFixed(6)]).toEqual(['-3.281528', '55.916412']);
  expect(features[0]?.geometry.coordinates).toHaveLength(2);
  expect(analysis.selectors?.map(({ selector, data_type }) => [selector, data_type])).toEqual([
    ['geometry', 'Polygon'],
    ['NAME', 'string'],
    ['HEIGHT', 'numeric'],
    ['SEEN', 'datetime'],
  ]);
});

test('without a .cpg the table is read in the code page of Windows, and without .dbf there are no columns', async () => {
  const { selectors } = await analyseZip({
    ...parts,
    'a.cpg': Buffer.from('1252'),
    'a.dbf': dbf(records, 'latin1'),
  });
  expect(selectors?.[1]?.initial_values).toEqual(['Größe', 'b']);
  expect((await analyseZip({ 'a.shp': parts['a.shp'], 'a.prj': parts['a.prj'] })).selectors).toHaveLength(1);
});

test('a system without a code is read as it is described, and one whose datum lies somewhere else is placed, with a warning', async () => {
  const feet =
    'PROJCS["NAD_1983_StatePlane_New_York_Long_Island_FIPS_3104_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",984250.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-74.0],PARAMETER["Standard_Parallel_1",40.66666666666666],PARAMETER["Standard_Parallel_2",41.03333333333333],PARAMETER["Latitude_Of_Origin",40.16666666666666],UNIT["Foot_US",0.3048006096012192]]';
  const there = {
    ...records[1],
    rings: [square(1_000_000, 200_000, 1000)],
    name: 'c',
    height: 1,
    seen: '20240101',
  };
  const { bounds, crs } = await analyseZip({ 'c.shp': polygonShp([there]), 'c.prj': Buffer.from(feet) });
  // By gdaltransform from EPSG:2263.
  expect(bounds?.[0]).toBeCloseTo(-73.943185, 6);
  expect(bounds?.[1]).toBeCloseTo(40.715616, 5);
  expect(crs).toBe('EPSG:2263');
  const dhdn = feet
    .replace('GCS_North_American_1983', 'GCS_DHDN')
    .replace('D_North_American_1983', 'D_DHDN')
    .replace('"GRS_1980",6378137.0,298.257222101', '"Bessel_1841",6377397.155,299.1528128');
  const placed = await analyseZip({ 'c.shp': polygonShp([there]), 'c.prj': Buffer.from(dhdn) });
  expect(placed.bounds?.[0]).toBeCloseTo(-73.94, 1);
  expect(placed.warnings?.join()).toMatch(/off by up to 1500 metres/);
});

test.each<[string, Record<string, Uint8Array>, string, RegExp]>([
  [
    'no Shapefile in it',
    { 'doc.kml': Buffer.from('<kml/>') },
    'wrong_type',
    /not an ESRI Shapefile: it holds no .shp file, but doc.kml/,
  ],
  ['a folder', { 'x/a.shp': parts['a.shp'] }, 'invalid', /in a folder \(x\/a.shp\)/],
  ['two Shapefiles', { 'a.shp': parts['a.shp'], 'b.shp': parts['a.shp'] }, 'invalid', /2 Shapefiles/],
  ['a cut file', { ...parts, 'a.shp': parts['a.shp'].subarray(0, 200) }, 'damaged', /cut off/],
  ['another file called .shp', { 'a.shp': Buffer.alloc(300) }, 'damaged', /does not begin/],
  ['projected coordinates without .prj', { 'a.shp': parts['a.shp'] }, 'invalid', /not on Earth.*\.prj/],
  ['a .prj of nonsense', { ...parts, 'a.prj': Buffer.from('moon') }, 'unsupported', /"moon"/],
  [
    'a name that leads outside',
    { ...parts, '../../evil.shp': parts['a.shp'] },
    'invalid',
    /leads outside of the archive/,
  ],
  [
    'NaN coordinates',
    { 'a.shp': polygonShp([{ rings: [square(Number.NaN, 1, 1)], name: 'a', height: 1, seen: '' }]) },
    'invalid',
    /a position, two numbers, belongs/,
  ],
])('a zip with %s is refused, saying why', async (_name, files, code, message) => {
  const error: unknown = await analyseZip(files).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'AnalysisError', code });
  expect((error as Error).message).toMatch(message);
});

test('records whose length runs beyond the file do not take the memory that they declare', async () => {
  const shp = Buffer.from(parts['a.shp']);
  shp.writeInt32LE(0x7fff_ffff, 100 + 48);
  await expect(analyseZip({ ...parts, 'a.shp': shp })).rejects.toMatchObject({ code: 'damaged' });
});

const lakes = sharedFile('regions/lake_district.geojson');
test.skipIf(lakes.absent || nativeAbsent)(
  'a Shapefile that GDAL wrote of a real park is found where GDAL says (skipped without the shared data or ogr2ogr)',
  async () => {
    await run('ogr2ogr', ['-f', 'ESRI Shapefile', file('park.shp'), lakes.path]);
    const files: Record<string, Uint8Array> = {};
    for (const ending of ['shp', 'shx', 'dbf', 'prj'])
      files[`park.${ending}`] = await readFile(file(`park.${ending}`));
    const analysis = await analyseZip(files, { alternativePath: file('park.geojson') });
    const plain = await analyse(lakes.path, { fileName: 'park.geojson', fileType: 'GeoJSON' });
    expect(analysis.crs).toBe('EPSG:27700');
    expect((analysis.area ?? 0) / (plain.area ?? 1)).toBeCloseTo(1, 9);
    for (const [index, edge] of (analysis.bounds ?? []).entries())
      expect(edge).toBeCloseTo(plain.bounds?.[index] ?? 0, 9);
    await run('ogr2ogr', ['-f', 'GeoJSON', '-t_srs', 'EPSG:4326', file('oracle.geojson'), lakes.path]);
    const [ours, theirs] = await Promise.all(
      [file('park.geojson'), file('oracle.geojson')].map(
        async (path) => JSON.parse(await readFile(path, 'utf8')) as FeatureCollection<Polygon | MultiPolygon>,
      ),
    );
    const positions = (collection: FeatureCollection<Polygon | MultiPolygon> | undefined): number[] =>
      (collection?.features.flatMap(({ geometry }) => geometry.coordinates.flat(4)) ?? []).toSorted(
        (a, b) => a - b,
      );
    const [mine, wanted] = [positions(ours), positions(theirs)];
    expect(mine).toHaveLength(wanted.length);
    // A ten-millionth of a degree is a centimetre.
    expect(
      Math.max(...mine.slice(0, 10_000).map((value, index) => Math.abs(value - (wanted[index] ?? 0)))),
    ).toBeLessThan(1e-7);
  },
);
