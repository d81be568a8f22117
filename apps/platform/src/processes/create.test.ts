import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestPlatform } from '../testing/test-platform.ts';
import { description, faultsOf, openTestProcesses, triangle } from './testing/test-processes.ts';
import type { TestProcesses } from './testing/test-processes.ts';

const { ssd_id: ssdId, id: serviceId } = description;
const stranger = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';

let platform: TestPlatform;
let region: TestProcesses['region'];
let describeService: TestProcesses['describeService'];
let fields: TestProcesses['fields'];
let create: TestProcesses['create'];
let upload: TestProcesses['upload'];

beforeAll(async () => {
  ({ platform, region, describeService, fields, create, upload } = await openTestProcesses());
});

afterAll(async () => {
  await platform.close();
});

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
