import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { firstOrganisation, firstStart } from '../accounts/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import type { Database } from '../database/index.ts';
import { isWithheld } from '../settings.ts';
import { createCatalogue } from './index.ts';
import type { Catalogue } from './index.ts';

let database: Database;
let catalogue: Catalogue;
let owner: string;
let folder: string;
const serviceIds = [randomUUID(), randomUUID()] as const;

beforeAll(async () => {
  database = await openTestDatabase();
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
const offered = async () =>
  (await catalogue.listLatest(owner, {})).list.map(({ name, version }) => [name, version]);
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

  test('has a command, an image, or both', async () => {
    await write('Image', { command: undefined, image: 'registry.example/ndvi:1' });
    expect(await load()).toMatchObject([{ command: null, image: 'registry.example/ndvi:1' }]);
    await write('Neither', { command: undefined });
    await expect(load()).rejects.toThrow(/Neither[\s\S]*command: a service has a command, or an image/);
  });

  test('that asks for a setting of the platform is refused, mail for dispatchers aside', async () => {
    const guarded = createCatalogue({ database, isWithheld });
    await write('Curious', {
      environment: [
        { name: 'FUSION_ADMIN_PASSWORD' },
        { name: 'FUSION_SMTP_URL' },
        { name: 'FUSION_S2_STAC_URL' },
      ],
    });
    const reason = await guarded.load([folder], owner).catch((error: Error) => error.message);
    expect(reason).toMatch(/FUSION_ADMIN_PASSWORD is a setting of the platform/);
    expect(reason).toMatch(/FUSION_SMTP_URL/);
    expect(reason).not.toMatch(/FUSION_S2_STAC_URL/);
  });

  test('with a word that means nothing is refused, wherever it stands', async () => {
    await write('Slips', {
      option_validation: [],
      inputs: [{ number: 1, file_type: 'GeoTIFF', requried: true }],
      resources: { memory: 5 },
    });
    const reason = await load().catch((error: Error) => error.message);
    for (const slip of ['"option_validation"', 'inputs.0: .*"requried"', 'resources: .*"memory"'])
      expect(reason).toMatch(new RegExp(slip));
  });

  test('names its options as expressions can, and sets none that it has not', async () => {
    const ssd_id = randomUUID();
    await write('Names', { options: [{ name: 'class', data_type: 'numeric' }] });
    await write('Sets', {
      ssd_id,
      option_expressions: [{ lhs_ssd_id: ssd_id, lhs_name: 'clear', expression: '1' }],
    });
    const reason = await load().catch((error: Error) => error.message);
    expect(reason).toMatch(
      /Names\/service\.yaml describes no service:\n {2}options\.0\.name: a name as Python/,
    );
    expect(reason).toMatch(
      /Sets\/.*\n {2}option_expressions\.0\.lhs_name: the service has no option "clear"/,
    );
  });

  test('is of a version, and has an id, that no other folder has', async () => {
    const ssd_id = await write('Terrain', { id: serviceIds[0] });
    await write('Terrain again', { ssd_id, id: serviceIds[1] });
    await write('Water', { id: serviceIds[0] });
    const reason = await load().catch((error: Error) => error.message);
    expect(reason).toMatch(/Terrain again\/.*\n {2}version: version 1 of this SSD is in .*\/Terrain already/);
    expect(reason).toMatch(/Water\/.*\n {2}id: .* is the id of the service in .*\/Terrain already/);
  });

  test('keeps the id that it was stored with, and an id stays with its version', async () => {
    const ssd_id = await write('Relief', {});
    await load();
    const rewrite = async (parts: Record<string, unknown>) => {
      await rm(join(folder, 'Relief'), { recursive: true });
      await write('Relief', { ssd_id, ...parts });
    };
    await rewrite({ id: randomUUID() });
    await expect(load()).rejects.toThrow(
      /id: version 1 is known by the id .*: keep that, or raise the version/,
    );
    const id = (await catalogue.listOwn(owner, { search: 'relief' })).list[0]!.id!;
    await rewrite({ id, version: 2 });
    await expect(load()).rejects.toThrow(/is the id of version 1 of "Relief"/);
    await rewrite({ version: 2 });
    await load();
    expect(await offered()).toEqual([['Relief', 2]]);
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
    expect((await catalogue.listDispatchers(owner, {})).list).toMatchObject([{ ssd_id: dispatcher }]);
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
    expect((await catalogue.listLatest(owner, keyword)).list).toMatchObject([{ name: 'Slope', version: 1 }]);
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

  test('in a circle, of a service that is not there and of wrong file types, is told all of it at once', async () => {
    const a = await write('A', {});
    const last = await write('Last', {});
    const table = await write('Table', { outputs: [{ number: 1, name: 'Rows', file_type: 'CSV' }] });
    const [b, missing] = [randomUUID(), randomUUID()];
    const definition = [edge(a, b), edge(b, a), edge(b, last), edge(missing, last), edge(table, last)];
    await write('B', { ssd_id: b, definition });
    const reason = await load().catch((error: Error) => error.message);
    expect(reason).toMatch(/feed each other in a circle: "A", "B"(;|$)/);
    expect(reason).toContain(`there is no service with the SSD id ${missing}`);
    expect(reason).toMatch(/output 1 of "Table" is CSV, which input 1 of "Last" \(GeoTIFF\) does not take/);
  });

  test('whose expressions are no Python, or name or set what there is not, is refused before anybody uses it', async () => {
    const other = randomUUID();
    await write('Rules', {
      options: [{ name: 'clouds', data_type: 'numeric' }],
      option_validations: [
        { expression: 'clouds >', message: 'none' },
        { expression: 'cloud is None or cloud > 5', message: 'none' },
        { expression: 'clouds / 2 > input_1_area', message: 'none' },
      ],
      option_expressions: [{ lhs_ssd_id: other, lhs_name: 'clear', expression: '1' }],
      charge_expression_owner: '1 +',
      condition: 'input_1_file_3_lines > (',
    });
    await write('Part', { published: false, charge_expression_platform: 'of_another_service * 2' });
    const reason = await load().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(
      reason.split('; ').map((fault) => fault.replace(/^The chain of "Rules" cannot be run: /, '')),
    ).toEqual([
      expect.stringMatching(/^option_validations\.0\.expression: the expression "clouds >": SyntaxError/),
      expect.stringMatching(/^option_validations\.1\.expression: .*: NameError: name 'cloud' is not defined/),
      expect.stringMatching(/^charge_expression_owner: .*: SyntaxError/),
      expect.stringMatching(/^condition: .*: SyntaxError/),
      `option_expressions.0: the chain has no option "clear" of the SSD ${other}`,
    ]);
  });

  test('is of this very version of its service and the latest of the others', async () => {
    const a = await write('A', {});
    await write('A 2', { ssd_id: a, version: 2, outputs: [{ number: 1, name: 'Result', file_type: 'DEM' }] });
    const b = randomUUID();
    await write('B', { ssd_id: b, definition: [edge(a, b)] });
    await write('B 2', { ssd_id: b, version: 2, definition: [] });
    const chainOf = async (version: number) => {
      const service = loaded.find((one) => one.ssdId === b && one.version === version)!;
      const chain = await catalogue.chain(database.queries, service.serviceId);
      return chain.map(({ manifest }) => [manifest.ssdId, manifest.version]);
    };
    const loaded = await load();
    expect(await chainOf(1)).toEqual([
      [a, 2],
      [b, 1],
    ]);
    expect(await chainOf(2)).toEqual([[b, 2]]);
  });

  test('is judged together with all others, each with its faults', async () => {
    const missing = randomUUID();
    for (const name of ['One', 'Two']) {
      const ssd_id = randomUUID();
      await write(name, { ssd_id, definition: [edge(missing, ssd_id)] });
    }
    await expect(load()).rejects.toThrow(/"One" cannot be run: .*\n.*"Two" cannot be run: /);
  });
});

describe('a service of the platform', () => {
  test('is found by name, keyword and search, and is everybody’s while it is offered', async () => {
    const ssd_id = await write('Snow Cover', { keywords: ['Winter'], categories: ['Ice'] });
    await write('Snow Cover 2', { ssd_id, name: 'Snow Cover', version: 2, keywords: ['Winter'] });
    await write('Rain', {});
    await load();
    const found = async (query: Parameters<Catalogue['listLatest']>[1]) =>
      (await catalogue.listLatest(owner, query)).list.map(({ name }) => name);
    const filter = (field: string, modifier: 'eq' | 'contains' | 'begins_with', value: string) => ({
      filters: [{ field, modifier, value }],
    });
    expect(await found(filter('name', 'begins_with', 'Snow'))).toEqual(['Snow Cover']);
    expect(await found(filter('ssd_id', 'eq', ssd_id))).toEqual(['Snow Cover']);
    expect(await found(filter('keywords', 'contains', 'Wint'))).toEqual([]);
    expect(await found({ search: 'winter' })).toEqual(['Snow Cover']);
    const versions = (await catalogue.listOwn(owner, filter('ssd_id', 'eq', ssd_id))).list;
    expect(versions.map(({ version }) => version).toSorted((a, b) => a! - b!)).toEqual([1, 2]);
    const stranger = randomUUID();
    const [first, second] = [1, 2].map((version) => versions.find((one) => one.version === version)!.id!);
    expect(await catalogue.get(stranger, second!)).toMatchObject({ version: 2 });
    await expect(catalogue.get(stranger, first!)).rejects.toMatchObject({ code: 'not_found' });
    await expect(catalogue.update(stranger, second!, { name: 'Mine' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(catalogue.remove(stranger, second!)).rejects.toMatchObject({ code: 'not_found' });
    expect(await catalogue.update(owner, second!, { featured: 'Yes' })).toMatchObject({ featured: 'Yes' });
    await catalogue.remove(owner, second!);
    expect(await found({ search: 'snow' })).toEqual(['Snow Cover']);
    expect(await catalogue.get(stranger, first!)).toMatchObject({ version: 1 });
  });
});
