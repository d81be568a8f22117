import { randomUUID } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import type { ProcessFields, ProcessValue } from './context.ts';

const ssdId = randomUUID();
const serviceId = randomUUID();
const stranger = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';

let platform: TestPlatform;
let region: string;

beforeAll(async () => {
  platform = await openTestPlatform();
  const folder = join(platform.folder, 'services', 'scenes');
  await mkdir(folder);
  await cp(resolve(import.meta.dirname, '../../../../e2e/services/copy/main.mjs'), join(folder, 'main.mjs'));
  await describeService({});
  region = await upload('Kelvingrove', triangle, 'GeoJSON');
});

/** Writes the service anew, with other parts, and has it read. */
async function describeService(parts: Record<string, unknown>): Promise<void> {
  const folder = join(platform.folder, 'services');
  await writeFile(join(folder, 'scenes', 'service.yaml'), stringify({ ...description, ...parts }));
  await platform.catalogue.load([folder], platform.organisation);
}

afterAll(async () => {
  await platform.close();
});

const triangle = JSON.stringify({
  type: 'Polygon',
  coordinates: [
    [
      [-4.3, 55.86],
      [-4.28, 55.86],
      [-4.28, 55.87],
      [-4.3, 55.86],
    ],
  ],
});

const description = {
  name: 'Scenes',
  ssd_id: ssdId,
  id: serviceId,
  version: 1,
  command: ['node', 'main.mjs'],
  inputs: [{ number: 1, file_type: 'GeoJSON', title: 'Region' }],
  outputs: [{ number: 1, name: 'Scenes', file_type: 'GeoJSON' }],
  options: [
    { name: 'latest_date', data_type: 'boolean', value: 'true' },
    {
      name: 'start_date',
      data_type: 'datetime',
      validation: 'format=%Y-%m-%d;min=2015-06-23',
      mutually_exclusive: 'latest_date=true',
      required: true,
    },
    { name: 'maximum_cloud', data_type: 'numeric', value: 50, validation: 'min=0;max=100' },
    { name: 'clear', data_type: 'numeric' },
    {
      name: 'bands',
      data_type: 'constrained',
      value: 'A',
      validation: 'values=A,B,*;names=First,Second,Both',
    },
  ],
  option_validations: [
    {
      expression: 'latest_date or start_date is not None',
      message: 'A start date is needed unless the latest is wanted',
    },
    { expression: 'maximum_cloud != 13', message: 'Thirteen is not a lucky number' },
  ],
  input_validations: [{ expression: 'input_1_area_km2 < 500', message: 'The region is too large' }],
  option_expressions: [{ lhs_ssd_id: ssdId, lhs_name: 'clear', expression: '100 - maximum_cloud' }],
  charge_expression_platform: '0.1 * inputs',
  charge_expression_owner: 'maximum_cloud / 100 + 0.000001',
};

/** The fields of a create: the template, with data and values chosen. */
async function fields(values: Record<string, string | null> = {}, data = region): Promise<ProcessFields> {
  const template = await platform.processes.newTemplate(platform.organisation, serviceId);
  return {
    ...plain(template),
    name: 'Clouds',
    inputs: template.inputs!.map((input) => ({ ...input, id: data })),
    options: template.options!.map((option) =>
      option.name in values ? { ...option, value: values[option.name]! } : option,
    ),
  };
}

/** A value as a client sends it back: without what is null. */
function plain(value: ProcessValue): ProcessFields {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

const create = async (wanted: ProcessFields) =>
  await platform.processes.create(platform.organisation, platform.user, wanted);

async function faultsOf(wanted: Promise<unknown>): Promise<Record<string, string>> {
  const error = (await wanted.then(
    () => ({ issues: [] }),
    (reason: unknown) => reason,
  )) as { issues: { path: string; message: string }[] };
  return Object.fromEntries(error.issues.map(({ path, message }) => [path, message]));
}

async function upload(name: string, content: string, fileType: string): Promise<string> {
  const id = await platform.upload(name, fileType, content);
  await platform.analysed(id);
  return id;
}

describe('a template', () => {
  test('has the organisation, inputs without ids, and options with defaults and choices', async () => {
    const template = await platform.processes.newTemplate(platform.organisation, serviceId);
    expect(template).toMatchObject({
      organisation_id: platform.organisation,
      service_id: serviceId,
      ssd_id: ssdId,
    });
    expect(template.id).toBeUndefined();
    expect(template.inputs).toHaveLength(1);
    expect(template.inputs![0]).not.toHaveProperty('id');
    expect(template.options!.map(({ name, value }) => [name, value])).toEqual([
      ['latest_date', 'true'],
      ['start_date', null],
      ['maximum_cloud', '50'],
      ['clear', null],
      ['bands', 'A'],
    ]);
    expect(template.options![4]).toMatchObject({
      constrained_values: ['A', 'B', '*'],
      constrained_names: ['First', 'Second', 'Both'],
    });
  });

  test('of a service that is not there is refused', async () => {
    await expect(platform.processes.newTemplate(platform.organisation, randomUUID())).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a process that is created', () => {
  test('is a draft with an exact price, options worked out from others, and its chain', async () => {
    const made = await create(await fields({ maximum_cloud: '30' }));
    expect(made).toMatchObject({
      process_status: 'draft',
      price: 0.400001,
      has_executions: '',
      has_executions_organisation_id: '',
    });
    expect(made.options!.find(({ name }) => name === 'clear')?.value).toBe('70');
    expect(made.inputs![0]).toMatchObject({ id: region, name: 'Kelvingrove' });
    expect(made.chains).toMatchObject([{ ssd_id: ssdId, inputs: [region], intermediate: false }]);
    expect(await platform.processes.get(platform.organisation, made.id!)).toEqual(made);
  });

  test('names everything that is wrong at once', async () => {
    const wanted = await fields({ maximum_cloud: '101', bands: 'C', latest_date: 'false' });
    const faults = await faultsOf(
      create({
        ...wanted,
        name: ' ',
        run_type: 'sometimes',
        inputs: wanted.inputs!.map((input) => ({ ...input, id: randomUUID() })),
        options: [...wanted.options!, { ...wanted.options![0]!, name: 'colour' }],
      }),
    );
    expect(faults).toEqual({
      name: expect.any(String),
      run_type: 'one of run_once and run_schedule',
      'inputs[0].id': expect.stringMatching(/there is no data item/),
      'options[5].name': 'the service has no option "colour"',
      'options[1].value': 'start_date: it needs a value',
      'options[2].value': 'maximum_cloud: 101 is more than 100',
      'options[4].value': 'bands: "C" is not one of A, B, *',
    });
  });

  test('does not judge an option that another takes out of play', async () => {
    const made = await create(await fields({ latest_date: 'true', start_date: 'nonsense' }));
    expect(made.process_status).toBe('draft');
  });

  test.each([
    ['an option validation', { maximum_cloud: '13' }, { options: 'Thirteen is not a lucky number' }],
    [
      'a date before the first',
      { latest_date: 'false', start_date: '2014-01-01' },
      { 'options[1].value': expect.stringMatching(/before 2015-06-23/) },
    ],
  ])('is refused by %s with its message', async (_, values, faults) => {
    expect(await faultsOf(create(await fields(values)))).toEqual(faults);
  });

  test('takes what is like a GeoJSON, and nothing else', async () => {
    const csv = await upload('table.csv', 'a,b\n1,2\n', 'CSV');
    expect(await faultsOf(create(await fields({}, csv)))).toEqual({
      'inputs[0].id': '"table.csv" is CSV; this takes GeoJSON, KML, KMZ, ESRI Shapefile',
    });
  });

  test('says why data that analysis refused cannot be used', async () => {
    const broken = await upload('broken.geojson', 'this is no JSON', 'GeoJSON');
    const faults = await faultsOf(create(await fields({}, broken)));
    expect(faults['inputs[0].id']).toMatch(/"broken.geojson" cannot be used: broken.geojson: .*JSON/);
  });

  test('is refused while its data is wanting, with the reason', async () => {
    const { data, database, organisation } = platform;
    const fault = async (id: string) => (await faultsOf(create(await fields({}, id))))['inputs[0].id'];
    const { id: empty } = await data.create(organisation, { name: 'Empty' });
    expect(await fault(empty!)).toBe('"Empty" has no files');
    await data.addFile(organisation, empty!, { name: 'a.geojson', file_type: 'GeoJSON' });
    expect(await fault(empty!)).toMatch(/^"Empty" is not analysed yet/);
    const output = {
      id: randomUUID(),
      organisationId: organisation,
      name: 'To come',
      executionId: randomUUID(),
      processId: randomUUID(),
    };
    await database.transaction(async (tx) => await data.prepareOutputs(tx, [output]));
    expect(await fault(output.id)).toBe('"To come" is the output of a run that has not succeeded');
    const large = await upload(
      'large',
      triangle.replaceAll('55.87', '57.87').replaceAll('-4.28', '-3.28'),
      'GeoJSON',
    );
    expect(await faultsOf(create(await fields({}, large)))).toEqual({ inputs: 'The region is too large' });
  });

  test('does not take the data of another organisation', async () => {
    const faults = await faultsOf(platform.processes.create(stranger, platform.user, await fields()));
    expect(faults['inputs[0].id']).toMatch(/there is no data item .* in this organisation/);
  });

  test('needs each input of its service, and no other', async () => {
    const wanted = await fields();
    const other = { ...wanted.inputs![0]!, input: 2 };
    expect(await faultsOf(create({ ...wanted, inputs: [other] }))).toEqual({
      'inputs[0]': `the service has no input 2 of SSD ${ssdId}`,
      'inputs[0].id': 'input 1 (Region) needs data',
    });
    expect(await faultsOf(create({ ...wanted, inputs: [] }))).toEqual({
      'inputs[0].id': 'input 1 (Region) needs data',
    });
  });

  test.each([
    [
      'an expression names nothing',
      { charge_expression_owner: 'nowhere if maximum_cloud else 1' },
      'service_id',
      /"nowhere if .*NameError/,
    ],
    [
      'an expression has no end',
      { charge_expression_owner: 'sum(range(10 ** 12))' },
      'service_id',
      /time limit/,
    ],
    ['a charge is none', { charge_expression_owner: '-1' }, 'service_id', /no charge from 0/],
    [
      'an option is worked out wrong',
      { option_expressions: [{ lhs_ssd_id: ssdId, lhs_name: 'clear', expression: '"x"' }] },
      'service_id',
      /clear: "x" is not a number/,
    ],
    [
      'the data lacks a selector',
      { inputs: [{ ...description.inputs[0]!, selectors: [{ selector: 'height' }] }] },
      'inputs[0].id',
      /"Kelvingrove" lacks "height"/,
    ],
  ])('is refused plainly where %s', async (_, parts, path, reason) => {
    await describeService(parts);
    expect(await faultsOf(create(await fields()))).toEqual({
      [path]: expect.stringMatching(reason) as string,
    });
    await describeService({});
  });

  test('keeps an id that the client chose, once', async () => {
    const id = randomUUID();
    expect((await create({ ...(await fields()), id })).id).toBe(id);
    await expect(create({ ...(await fields()), id })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('with a schedule keeps it; one that cannot be kept is refused with the reason', async () => {
    const schedule = { run_type: 'run_schedule', repeat_count: 12, repeat_gap: { months: 1 } };
    const made = await create({ ...(await fields()), ...schedule });
    expect(made).toMatchObject(schedule);
    expect(
      await faultsOf(create({ ...(await fields()), run_type: 'run_schedule', repeat_count: 2 })),
    ).toEqual({
      repeat_gap: 'a schedule needs the gap from one run to the next',
    });
    expect(await faultsOf(create({ ...(await fields()), ...schedule, repeat_gap: { days: -1 } }))).toEqual({
      repeat_gap: 'the gap must lead to a later time',
    });
    expect(await faultsOf(create({ ...(await fields()), repeat_count: 3 }))).toEqual({
      repeat_count: '1, since the run type is run_once',
    });
    expect(await faultsOf(create({ ...(await fields()), run_type: 'at_will' }))).toEqual({
      run_type: 'one of run_once and run_schedule',
    });
  });
});

describe('a process that is changed', () => {
  const { parse } = JSON;

  test('while a draft, is judged and priced anew', async () => {
    const made = await create(await fields());
    const changed = await platform.processes.update(platform.organisation, made.id!, {
      options: made.options!.map((option) =>
        option.name === 'maximum_cloud' ? { ...option, value: '90' } : option,
      ),
    });
    expect(changed.price).toBe(1.000001);
    expect(changed.options!.find(({ name }) => name === 'clear')?.value).toBe('10');
    const faults = await faultsOf(
      platform.processes.update(platform.organisation, made.id!, {
        options: [{ ...made.options![2]!, value: 'many' }],
      }),
    );
    expect(faults).toEqual({ 'options[2].value': 'maximum_cloud: "many" is not a number' });
  });

  test('after its service was edited, goes on without what is gone and with what is new', async () => {
    const { organisation, processes } = platform;
    const made = await create(await fields({ bands: 'B' }));
    const options = description.options.filter(({ name }) => name !== 'bands');
    await describeService({ options: [...options, { name: 'fresh', data_type: 'numeric', value: 7 }] });
    const changed = await processes.update(organisation, made.id!, { ...plain(made), name: 'Edited' });
    expect(changed.options!.map(({ name, value }) => [name, value])).toEqual([
      ['latest_date', 'true'],
      ['start_date', null],
      ['maximum_cloud', '50'],
      ['clear', '50'],
      ['fresh', '7'],
    ]);
    const copy = await processes.copyTemplate(organisation, made.id!);
    expect(copy.options!.map(({ name }) => name)).toContain('fresh');
    await describeService({});
  });

  test('while it executes, is refused; once stopped, only in what is no name or schedule', async () => {
    const { processes, database } = platform;
    const made = await create(await fields());
    const id = made.id!;
    await processes.setStatus(database.queries, id, 'execute', platform.user);
    const rename = processes.update(platform.organisation, id, { name: 'Other' });
    await expect(rename).rejects.toMatchObject({ code: 'conflict' });

    await processes.setStatus(database.queries, id, 'stop', platform.user);
    // As the Python client does: all fields, of which one is changed.
    const all = parse(JSON.stringify(plain(await processes.get(platform.organisation, id)))) as ProcessFields;
    expect((await processes.update(platform.organisation, id, { ...all, name: 'Later' })).name).toBe('Later');
    const options = all.options!.map((option) => ({
      ...option,
      value: option.name === 'bands' ? 'B' : option.value,
    }));
    await expect(processes.update(platform.organisation, id, { ...all, options })).rejects.toMatchObject({
      code: 'conflict',
      fields: [{ path: 'options[4].value' }],
    });

    const inputs = all.inputs!.map((input) => ({ ...input, change_trigger: true }));
    await expect(processes.update(platform.organisation, id, { inputs })).rejects.toMatchObject({
      fields: [{ path: 'inputs[0].change_trigger' }],
    });

    const copy = await processes.copyTemplate(platform.organisation, id);
    expect(copy).toMatchObject({ name: 'Later', inputs: [{ id: region }] });
    expect(copy.id).toBeUndefined();
    expect((await create({ ...plain(copy), name: 'Copy' })).process_status).toBe('draft');
  });
});

test('data that a process uses cannot be deleted until the process is gone', async () => {
  const { data, database, processes } = platform;
  const content = JSON.stringify({ type: 'Point', coordinates: [-4.3, 55.9] });
  const point = await upload('point.geojson', content, 'GeoJSON');
  const { id } = await create(await fields({}, point));
  await expect(data.remove(platform.organisation, point)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/"point.geojson" is an input of "Clouds"/) as string,
  });
  await database.transaction(async (tx) => await processes.remove(tx, id!));
  await data.remove(platform.organisation, point);
});

test('processes are found by id, by a part of the name and by search', async () => {
  const { processes } = platform;
  const { id } = await create({ ...(await fields()), name: 'Flood of 2026' });
  const names = async (query: Parameters<typeof processes.list>[1]) =>
    (await processes.list(platform.organisation, query)).list.map(({ name }) => name);
  const filter = (field: string, modifier: 'eq' | 'contains', value: string) => ({
    filters: [{ field, modifier, value }],
  });
  expect(await names(filter('id', 'eq', id!))).toEqual(['Flood of 2026']);
  expect(await names(filter('name', 'contains', 'Flood'))).toEqual(['Flood of 2026']);
  expect(await names(filter('name', 'contains', 'flood'))).toEqual([]);
  expect(await names({ search: 'flood' })).toEqual(['Flood of 2026']);
  expect((await names({ reverse: true, limit: 1 }))[0]).toBe('Flood of 2026');
});

test('what another organisation has looks as if it did not exist', async () => {
  const { processes, database } = platform;
  const { id } = await create(await fields());
  const calls = [
    processes.get(stranger, id!),
    processes.update(stranger, id!, { name: 'Mine' }),
    processes.copyTemplate(stranger, id!),
    database.transaction(async (tx) => await processes.load(tx, stranger, id!)),
  ];
  for (const result of await Promise.allSettled(calls))
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
  expect((await processes.list(stranger, {})).list).toEqual([]);
});
