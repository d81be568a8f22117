import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { describeGeometry, writeGeoTiff } from '@fusion-platform/geo';
import { sql } from 'drizzle-orm';
import type { Polygon } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { copyPieces } from '../testing/copy-pieces.ts';
import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;

beforeAll(async () => {
  platform = await openTestPlatform();
});

afterAll(async () => await platform.close());

const point = JSON.stringify({ type: 'Point', coordinates: [-4.3, 55.9] });
const polygon = (...ring: [number, number][]) =>
  JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] });

async function raster(): Promise<Buffer> {
  const path = join(platform.folder, 'whole.tif');
  const data = Float32Array.from({ length: 64 * 48 }, (_, index) => index % 64);
  await writeGeoTiff(path, { width: 64, height: 48, bounds: [-5, 55, -4, 56], crs: 'EPSG:4326', data });
  return await readFile(path);
}

async function receive(token: string, content: string): Promise<void> {
  const source = Readable.from([Buffer.from(content)]);
  await platform.data.receiveUpload(token, {
    source,
    length: undefined,
    signal: new AbortController().signal,
  });
}

async function analyse(name: string, type: string, content: string | Uint8Array) {
  const id = await platform.upload(name, type, content);
  const [file] = await platform.analysed(id);
  return { id, file: file! };
}

test('what the user had better know of a file that can be used stands in its description', async () => {
  const ring = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [0, 0],
  ];
  const twice = JSON.stringify({ type: 'MultiPolygon', coordinates: [[ring], [ring]] });
  const { file } = await analyse('twice.geojson', 'GeoJSON', twice);
  expect(file).toMatchObject({ publishable: true, polygons: 1 });
  expect(file.description).toMatch(/^Warning: .*covered the same ground, which counts once/);
});

test('ground that several features cover counts once, in the area and in the region, and that is said', async () => {
  const square = (west: number) => {
    const [east, ring] = [west + 2, [] as number[][]];
    ring.push([west, 0], [east, 0], [east, 2], [west, 2], [west, 0]);
    return { type: 'Feature', properties: { west }, geometry: { type: 'Polygon', coordinates: [ring] } };
  };
  const collection = (...wests: number[]) =>
    JSON.stringify({ type: 'FeatureCollection', features: wests.map(square) });
  const one = await analyse('one.geojson', 'GeoJSON', collection(0));
  const again = await analyse('again.geojson', 'GeoJSON', collection(0, 0));
  expect(again.file.area).toBe(one.file.area);
  expect(again.file.description).toMatch(/^Warning: features cover the same ground, which counts once: /);
  const overlapping = await analyse('overlapping.geojson', 'GeoJSON', collection(1, 0));
  expect(overlapping.file).toMatchObject({ polygons: 2, publishable: true });
  expect(overlapping.file.area! / one.file.area!).toBeCloseTo(1.5, 9);
  // The features are the user's; the region is what they cover together.
  expect(JSON.parse(overlapping.file.geojson!)).toMatchObject({ features: [{}, {}] });
  const { data, database, organisation } = platform;
  const region = await data.regionOf(database.queries, overlapping.id);
  expect(region).toMatchObject({ type: 'Polygon' });
  const described = await data.describe(database.queries, organisation, [overlapping.id]);
  expect(described.get(overlapping.id)?.area).toBe(overlapping.file.area);
  expect(describeGeometry(region as Polygon).area! / overlapping.file.area!).toBeCloseTo(1, 12);
});

describe('a file that cannot be used', () => {
  test.each<[string, string, string, () => string | Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['text', 'region.geojson', 'GeoJSON', () => 'this is no JSON', /is not JSON: /],
    ['nothing at all', 'region.geojson', 'GeoJSON', () => '', /region\.geojson/],
    ['JSON of another kind', 'region.geojson', 'GeoJSON', () => '{"a":1}', /is not valid GeoJSON: /],
    [
      'a polygon that crosses itself',
      'region.geojson',
      'GeoJSON',
      () => polygon([0, 0], [1, 1], [1, 0], [0, 1]),
      /cross|intersect/,
    ],
    ['a ring that is not closed', 'region.geojson', 'GeoJSON', open, /closed/],
    ['a bomb of zeros', 'bomb.geojson', 'GeoJSON', () => gzipSync(Buffer.alloc(30_000_000)), /bomb\.geojson/],
    ['a well of brackets', 'deep.geojson', 'GeoJSON', () => '['.repeat(900_000), /nested too deeply/],
    ['a raster cut off', 'cut.tif', 'GeoTIFF', async () => (await raster()).subarray(0, 3000), /cut\.tif/],
  ])('%s ends with its reason', async (_, name, type, content, reason) => {
    const { file } = await analyse(name, type, await content());
    expect(file).toMatchObject({ error: true, publishable: null, number_of_ingesters: 0 });
    expect(file.description).toMatch(/^Error: /);
    expect(file.description).toMatch(reason);
  });

  test('does not keep the next from being analysed', async () => {
    expect((await analyse('good.geojson', 'GeoJSON', point)).file).toMatchObject({ points: 1, error: null });
  });

  test('because it has taken the analysis down again and again is given up', async () => {
    const { data, database, organisation } = platform;
    const id = randomUUID();
    await data.create(organisation, { id, name: 'Deadly' });
    const { file, token } = await data.addFile(organisation, id, { name: 'a.geojson', file_type: 'GeoJSON' });
    await database.queries.execute(sql`update data_files set analysis_tries = 20 where id = ${file}`);
    await receive(token, point);
    const [found] = await platform.analysed(id);
    expect(found!.description).toMatch(/^Error: the platform ended 20 times while it analysed it/);
  });
});

function open(): string {
  return JSON.stringify({
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ],
    ],
  });
}

describe('a file that is analysed', () => {
  test('tells its extent, bands, preview and STAC item when it is a raster', async () => {
    const bytes = await raster();
    const { id, file } = await analyse('slope.tif', 'GeoTIFF', bytes);
    expect(file).toMatchObject({
      crs: 'EPSG:4326',
      size: bytes.length,
      bounds: [-5, 55, -4, 56],
      publishable: true,
      stac_item: {
        id: file.file_id,
        type: 'Feature',
        bbox: [-5, 55, -4, 56],
        assets: expect.objectContaining({}) as object,
      },
    });
    expect(JSON.stringify(file.stac_item)).toContain('./slope.tif');
    expect(file.selectors).toHaveLength(1);
    const item = await platform.data.get(platform.organisation, id);
    expect(item).toMatchObject({ bounds: [-5, 55, -4, 56], file_with_preview: file.file_id });
    const token = await platform.data.downloadToken(platform.organisation, id, file.file_id!, true);
    const preview = await platform.data.openDownload(token);
    expect(preview.name).toBe('slope.tif.png');
    const bytesOfPreview = await copyPieces(await preview.read());
    expect(bytesOfPreview).toHaveLength(preview.size);
  });

  test('gives the polygons of all files of its item as one region', async () => {
    const { data, organisation } = platform;
    const squares = [polygon([0, 0], [0, 1], [1, 1]), polygon([2, 0], [2, 1], [3, 1])];
    const id = await platform.upload('one.geojson', 'GeoJSON', squares[0]!);
    expect(await data.regionOf(platform.database.queries, id)).toEqual(JSON.parse(squares[0]!));
    const { token } = await data.addFile(organisation, id, { name: 'two.geojson', file_type: 'GeoJSON' });
    await receive(token, squares[1]!);
    await platform.analysed(id);
    expect(await data.regionOf(platform.database.queries, id)).toEqual({
      type: 'MultiPolygon',
      coordinates: squares.map((text) => (JSON.parse(text) as { coordinates: unknown }).coordinates),
    });
    expect(await data.get(organisation, id)).toMatchObject({ bounds: [0, 0, 3, 1] });
    const { id: points } = await analyse('point.geojson', 'GeoJSON', point);
    expect(await data.regionOf(platform.database.queries, points)).toBeNull();
  });

  test('has beside it what a service reads better, which counts for nothing else', async () => {
    const { data, database, organisation } = platform;
    const kml = `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 0,1 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`;
    const { id, file } = await analyse('region.kml', 'KML', kml);
    expect(file).toMatchObject({ file_type: 'KML', polygons: 1, publishable: false });
    const { list } = await data.listFiles(organisation, id, {});
    const other = list.find(({ source }) => source === file.file_id);
    expect(other).toMatchObject({
      file_id: file.alternative,
      file_type: 'GeoJSON',
      file_name: 'region.geojson',
      publishable: true,
    });
    expect(await data.regionOf(database.queries, id)).toMatchObject({ type: 'Polygon' });
    const described = (await data.describe(database.queries, organisation, [id])).get(id);
    expect(described).toMatchObject({ fileType: 'KML', files: 1, polygons: 1, ready: true });
    const given = async (type: string) =>
      (await data.filesForJob(database.queries, id, type)).map(({ name }) => name);
    expect([await given('GeoJSON'), await given('KML')]).toEqual([['region.geojson'], ['region.kml']]);
    const { token } = await data.addFile(organisation, id, { name: 'two.kml', file_type: 'KML' });
    await receive(token, kml);
    await platform.analysed(id);
    const copy = await data.copy(organisation, id, 'Both');
    const copied = await platform.analysed(copy.id!);
    expect(copied).toHaveLength(4);
    for (const one of copied.filter(({ source }) => source)) {
      expect(copied.find(({ alternative }) => alternative === one.file_id)?.file_id).toBe(one.source);
    }
  });

  test('may have names that no database keeps as they are', async () => {
    const properties = { 'na\0me': 'a\0b', half: '\uD800' };
    const feature = { type: 'Feature', properties, geometry: JSON.parse(point) as unknown };
    const { file } = await analyse('odd.geojson', 'GeoJSON', JSON.stringify(feature));
    expect(file).toMatchObject({ publishable: true, points: 1 });
    expect(file.selectors?.map(({ selector }) => selector)).toEqual(['geometry', 'na\uFFFDme', 'half']);
    expect(file.selectors?.[1]?.initial_values).toEqual(['a\uFFFDb']);
    const csv = await analyse('odd.csv', 'CSV', `name\n${'x\n'.repeat(5000)}a\0b\n`);
    expect(csv.file).toMatchObject({ publishable: true, lines: 5002 });
  });

  test('has an item of its own in a copy', async () => {
    const { id, file } = await analyse('original.geojson', 'GeoJSON', point);
    const copy = await platform.data.copy(platform.organisation, id, 'Copy');
    const [copied] = await platform.analysed(copy.id!);
    expect(copied!.file_id).not.toBe(file.file_id);
    expect(copied!.stac_item).toMatchObject({ id: copied!.file_id });
  });
});

test('files that come at once are analysed side by side, and no claim is left', async () => {
  const slow = JSON.stringify({
    type: 'MultiPoint',
    coordinates: Array.from({ length: 40_000 }, (_, index) => [index % 180, index % 90]),
  });
  const ids = [await platform.upload('slow.geojson', 'GeoJSON', slow)];
  for (const name of ['a', 'b', 'c']) ids.push(await platform.upload(`${name}.geojson`, 'GeoJSON', point));
  const ended: string[] = [];
  await Promise.all(ids.map(async (id) => void (await platform.analysed(id), ended.push(id))));
  expect(ended.toSorted()).toEqual(ids.toSorted());
  const owners = await platform.database.queries.execute(
    sql`select count(*) as held from data_files where lease_owner is not null`,
  );
  expect(JSON.stringify(owners)).toMatch(/"held":"?0"?/);
});
