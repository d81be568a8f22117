import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

import { describeGeometry } from '@fusion-platform/geo';
import type { Geometry, Position } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestPlatform } from '../testing/test-platform.ts';
import { openTestProcesses } from './testing/test-processes.ts';
import type { TestProcesses } from './testing/test-processes.ts';

let platform: TestPlatform;
let fields: TestProcesses['fields'];
let create: TestProcesses['create'];

beforeAll(async () => {
  let describeService: TestProcesses['describeService'];
  ({ platform, fields, create, describeService } = await openTestProcesses());
  await describeService({
    input_validations: [],
    charge_expression_platform: 'input_1_area_km2 / 1000',
    charge_expression_owner: '0',
    slicing: { maximum_area_km2: 2000 },
  });
});

afterAll(async () => await platform.close());

const square = (west: number, south: number, side: number): Position[] => [
  [west, south],
  [west + side, south],
  [west + side, south + side],
  [west, south + side],
  [west, south],
];
const polygon = (...coordinates: Position[][]): string => JSON.stringify({ type: 'Polygon', coordinates });
const kml = ([outline = []]: Position[][]): string =>
  `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>${outline
    .map((position) => position.join(','))
    .join(' ')}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`;

/** Stores an item whose files come at once. */
async function store(contents: readonly string[], fileType = 'GeoJSON'): Promise<string> {
  const { data, organisation } = platform;
  const id = randomUUID();
  await data.create(organisation, { id, name: 'Several' });
  const announced = await Promise.all(
    contents.map(
      async (_, at) =>
        await data.addFile(organisation, id, { name: `${at + 1}.${fileType}`, file_type: fileType }),
    ),
  );
  await Promise.all(announced.map(async ({ token }, at) => await send(token, contents[at]!)));
  return id;
}

async function send(token: string, content: string): Promise<void> {
  const { signal } = new AbortController();
  await platform.data.receiveUpload(token, {
    source: Readable.from([Buffer.from(content)]),
    length: undefined,
    signal,
  });
}

/** What a process of an item is made of, once its files are analysed. */
async function judge(id: string) {
  const { data, database, organisation, processes } = platform;
  const files = await platform.analysed(id);
  const own = files.filter(({ source }) => source === null);
  const { id: processId, price } = await create(await fields({}, id));
  const { slices } = await processes.plan({ id: processId!, organisation_id: organisation });
  const region = (await data.regionOf(database.queries, id)) as Geometry;
  return {
    price: price!,
    region: describeGeometry(region).area! / 1e6,
    slices: slices?.map((slice) => describeGeometry(slice).area! / 1e6) ?? null,
    areas: own.map(({ area }) => area! / 1e6),
    descriptions: own.map(({ description }) => description),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const said = /^Warning: files of this item cover the same ground, which counts once: /;
const degree = square(10, 50, 1);
/** Square kilometres. An edge of the union has other ends, and is 20 m beside: so far four digits agree. */
const alone = describeGeometry({ type: 'Polygon', coordinates: [degree] }).area! / 1e6;

describe('files of one item that cover the same ground', () => {
  test.each<[string, readonly Position[][][], number]>([
    ['the same file three times', [[degree], [degree], [degree]], 1],
    ['partly', [[degree], [square(10.5, 50, 1)]], 1.5],
    ['across the antimeridian', [[square(179.5, 50, 1)], [square(-180, 50, 0.5)]], 1],
  ])('are priced, cut and told to services once: %s', async (_, files, times) => {
    const found = await judge(await store(files.map((rings) => polygon(...rings))));
    expect(found.region / alone).toBeCloseTo(times, 4);
    expect(found.price / found.region).toBeCloseTo(1e-3, 8);
    expect(sum(found.slices!) / found.region).toBeCloseTo(1, 4);
    expect(found.slices).toHaveLength(Math.ceil(found.region / 2000));
    expect(found.descriptions.every((text) => said.test(text ?? ''))).toBe(true);
    // The files are the user's, and keep their own areas.
    expect(sum(found.areas)).toBeGreaterThan(found.region * 1.1);
  });

  test('count once whatever they are read from, and so does a copy', async () => {
    const id = await store([kml([degree]), kml([square(10.5, 50, 1)])], 'KML');
    const { region, price, descriptions } = await judge(id);
    expect(region / alone).toBeCloseTo(1.5, 4);
    expect(descriptions[1]).toMatch(said);
    const copy = await platform.data.copy(platform.organisation, id, 'Copy');
    expect(await judge(copy.id!)).toMatchObject({ region, price, descriptions });
    // So do the outputs that are taken over from an earlier run.
    const { data, database, organisation } = platform;
    const to = randomUUID();
    const output = { id: to, organisationId: organisation, name: 'Taken over' };
    const copies = await data.copyFiles(id, to);
    await database.transaction(async (tx) => {
      await data.prepareOutputs(tx, [{ ...output, executionId: randomUUID(), processId: randomUUID() }]);
      await data.addCopies(tx, { from: id, to, copies });
    });
    const described = await data.describe(database.queries, organisation, [to]);
    expect(described.get(to)!.area / 1e6).toBeCloseTo(region, 6);
  });

  test('count once where one of them comes later', async () => {
    const { data, organisation } = platform;
    const id = await store([polygon(degree), polygon(square(11, 50, 1))]);
    const before = await judge(id);
    expect(before.descriptions).toEqual([null, null]);
    const { token } = await data.addFile(organisation, id, { name: 'late.geojson', file_type: 'GeoJSON' });
    await send(token, polygon(square(10, 50, 2)));
    const after = await judge(id);
    expect(
      after.region / describeGeometry({ type: 'Polygon', coordinates: [square(10, 50, 2)] }).area!,
    ).toBeCloseTo(1e-6, 9);
    expect(after.descriptions.filter((text) => said.test(text ?? ''))).toHaveLength(3);
  });

  test('are as many as there are where they only touch, and nothing is said', async () => {
    const { region, areas, price, descriptions } = await judge(
      await store([polygon(degree), polygon(square(11, 50, 1)), polygon(square(12, 51, 1))]),
    );
    expect(region / sum(areas)).toBeCloseTo(1, 12);
    expect(price).toBeCloseTo(sum(areas) / 1000, 5);
    expect(descriptions).toEqual([null, null, null]);
  });
});
