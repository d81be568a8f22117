import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { firstOrganisation, firstStart } from '../accounts/index.ts';
import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { createCatalogue } from './index.ts';
import type { Catalogue } from './index.ts';

let database: Database;
let catalogue: Catalogue;
let owner: string;
let folder: string;

beforeAll(async () => {
  database = await openDatabase({ folder: 'memory://' });
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '1',
  });
  owner = await firstOrganisation(database);
  catalogue = createCatalogue({ database });
});

afterAll(async () => await database.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-catalogue-'));
  return async () => await rm(folder, { recursive: true });
});

async function write(name: string, parts: Record<string, unknown>): Promise<string> {
  const ssdId = randomUUID();
  await mkdir(join(folder, name));
  const file = {
    name,
    ssd_id: ssdId,
    version: 1,
    command: ['node', 'main.mjs'],
    inputs: [{ number: 1, file_type: 'GeoTIFF' }],
    outputs: [{ number: 1, name: 'Result', file_type: 'GeoTIFF' }],
    ...parts,
  };
  await writeFile(join(folder, name, 'service.yaml'), stringify(file));
  return file.ssd_id;
}

const load = async () => await catalogue.load([folder], owner);
const offered = async () => (await catalogue.listLatest({})).list.map(({ name, version }) => [name, version]);
const edge = (from: string, to: string, input = 1, output = 1) => ({
  ssd_id: from,
  output,
  linkages: [{ ssd_id: to, input }],
});

describe('a service.yaml', () => {
  test('that is wrong is refused with every fault by its place', async () => {
    await write('Wrong', {
      version: 0,
      command: [],
      inputs: [{ number: 1, file_type: 'Raster' }],
      options: [{ name: 'a b', data_type: 'numeric' }],
    });
    const reason = await load().catch((error: Error) => error.message);
    expect(reason).toMatch(/Wrong\/service\.yaml describes no service/);
    for (const place of ['version: ', 'command: ', 'inputs.0.file_type: ', 'options.0.name: '])
      expect(reason).toContain(place);
  });

  test('that is no YAML, or names a thing twice, is refused', async () => {
    await mkdir(join(folder, 'Torn'));
    await writeFile(join(folder, 'Torn', 'service.yaml'), 'name: [');
    await expect(load()).rejects.toThrow(/Torn\/service\.yaml describes no service/);
    await rm(join(folder, 'Torn'), { recursive: true });
    const option = { name: 'resolution', data_type: 'numeric' };
    await write('Twice', { options: [option, option] });
    await expect(load()).rejects.toThrow(/options: "resolution" is there twice/);
  });

  test('is offered in its latest version; one that is gone or unpublished is not', async () => {
    const ssd_id = await write('Indices', {});
    await write('Indices 2', { name: 'Indices', ssd_id, version: 2 });
    await write('Ingester', { published: false });
    const dispatcher = await write('Post', { dispatcher: true });
    await load();
    expect(await offered()).toEqual([['Indices', 2]]);
    expect((await catalogue.listDispatchers({})).list).toMatchObject([{ ssd_id: dispatcher }]);
    await rm(join(folder, 'Indices 2'), { recursive: true });
    await load();
    expect(await offered()).toEqual([['Indices', 1]]);
  });

  test('that is changed under the same version is taken as it is now', async () => {
    const ssd_id = await write('Slope', {});
    await load();
    await rm(join(folder, 'Slope'), { recursive: true });
    await write('Slope', { ssd_id, keywords: ['Terrain'] });
    await load();
    const keyword = { filters: [{ field: 'keywords', modifier: 'contains' as const, value: 'Terrain' }] };
    expect((await catalogue.listLatest(keyword)).list).toMatchObject([{ name: 'Slope', version: 1 }]);
  });
});

describe('a chain', () => {
  test('runs each service after all that feed it, and knows which outputs only feed others', async () => {
    const b = await write('B', {});
    const a = await write('A', {});
    const both = [
      { number: 1, file_type: 'GeoTIFF' },
      { number: 2, file_type: 'GeoTIFF' },
      { number: 3, file_type: 'GeoJSON' },
    ];
    const c = randomUUID();
    await write('C', { ssd_id: c, inputs: both, definition: [edge(b, c, 2), edge(a, b), edge(a, c)] });
    const loaded = await load();
    const service = loaded.find(({ ssdId }) => ssdId === c)!;
    const chain = await catalogue.chain(database.queries, service.serviceId);
    expect(chain.map(({ manifest, intermediate }) => [manifest.name, intermediate])).toEqual([
      ['A', true],
      ['B', true],
      ['C', false],
    ]);
    expect(chain[0]!.inputs).toEqual([{ number: 1, from: { kind: 'user', ssdId: a, input: 1 } }]);
    expect(chain[2]!.inputs.map(({ from }) => from)).toEqual([
      { kind: 'output', chainIndex: 0, output: 1 },
      { kind: 'output', chainIndex: 1, output: 1 },
      { kind: 'user', ssdId: c, input: 3 },
    ]);
  });

  test('with faults is refused with each of them', async () => {
    const table = await write('Table', { outputs: [{ number: 1, name: 'Rows', file_type: 'CSV' }] });
    const last = randomUUID();
    await write('Last', {
      ssd_id: last,
      definition: [edge(table, last), edge(table, last, 1), edge(table, last, 7), edge(table, last, 1, 9)],
    });
    const reason = await load().catch((error: Error) => error.message);
    expect(reason).toMatch(/output 1 of "Table" is CSV, which input 1 of "Last" \(GeoTIFF\) does not take/);
    expect(reason).toMatch(/input 1 of "Last" is fed twice/);
    expect(reason).toMatch(/"Last" has no input 7/);
    expect(reason).toMatch(/"Table" has no output 9/);
  });

  test('in a circle, or of a service that is not there, is refused', async () => {
    const a = await write('A', {});
    const b = randomUUID();
    await write('B', { ssd_id: b, definition: [edge(a, b), edge(b, a)] });
    await expect(load()).rejects.toThrow(/feed each other in a circle/);
    await rm(join(folder, 'B'), { recursive: true });
    const missing = randomUUID();
    await write('D', { ssd_id: b, definition: [edge(missing, b)] });
    await expect(load()).rejects.toThrow(`there is no service with the SSD id ${missing}`);
  });
});
