import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import type { Data, Process } from '../src/index.ts';
import { Refusal } from './fixture-server.ts';
import type { Fixture } from './fixture-server.ts';
import { organisationOf, processOf, startPlatform } from './platform-state.ts';
import {
  data,
  dataFile,
  dataId,
  dispatcher,
  id,
  input,
  option,
  process,
  processId,
  service,
  serviceId,
} from './samples.ts';

const options = [
  option('resolution', 'numeric', '30', { validation: 'min=1;max=100' }),
  option('budget', 'currency', null),
  option('latest_date', 'boolean', 'true'),
  option('start_date', 'datetime', '2026-01-31', { validation: 'format=%Y-%m-%d' }),
  option('bands', 'constrained', 'A', { validation: 'values=A,B,*;names=First,Second,Both' }),
  option('note', 'string', null),
];

/** A template as the platform gives it: nothing that it does not know yet. */
async function templateOf(platform: Fixture): Promise<Process> {
  const {
    id: _,
    price: __,
    created_at: ___,
    updated_at: ____,
    ...known
  } = process({ inputs: [input()], options });
  platform.on(calls.listLatestServices, () => ({ list: [service()], extras: {} }));
  platform.on(calls.newProcess, () => ({ model: known, extras: { dispatchers: [dispatcher()] } }));
  const owner = await organisationOf(platform);
  const found = await owner.findServices({ keyword: 'elevation' });
  return await owner.newProcess({ name: 'Mine', service: found.first! });
}

async function dataOf(platform: Fixture, files: object[]): Promise<Data> {
  platform.on(calls.listUploadedData, () => ({ list: [data()], extras: {} }));
  platform.on(calls.listFiles, () => ({ list: files, extras: {} }));
  return (await (await organisationOf(platform)).data().first())!;
}

test('a new process is a template of its service, and creating it stores and prices it', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  expect(platform.asked(calls.newProcess)[0]?.query.get('service_id')).toBe(serviceId);
  expect([mine.name, mine.stored, mine.price]).toEqual(['Mine', false, undefined]);
  await mine.update({ inputNumber: 1, data: await dataOf(platform, [dataFile({ publishable: true })]) });
  platform.on(calls.createProcess, () => ({ model: process({ price: 4.25 }), extras: {} }));
  await mine.create({ output_storage_period: 3 });
  expect([mine.id, mine.stored, mine.price]).toEqual([processId, true, 4.25]);
  const { body } = platform.asked(calls.createProcess)[0]!;
  expect(body).toMatchObject({
    'Process[name]': 'Mine',
    'Process[service_id]': serviceId,
    'Process[output_storage_period]': 3,
    'Process[inputs]': [{ id: dataId, file_type: 'GeoJSON' }],
  });
  expect(body).not.toHaveProperty('Process[available_dispatchers]');
  await expect(mine.create()).rejects.toMatchObject({ code: 'already_stored' });
});

test('whether an input may be without data the platform judges: its service may set it from another', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  const fields = [{ path: 'inputs[0].id', message: 'input 1 (Region) needs data' }];
  platform.on(calls.createProcess, () => {
    throw new Refusal(400, { error_message: 'Process is not valid', code: 'invalid_model', fields });
  });
  await expect(mine.create()).rejects.toMatchObject({ code: 'invalid_model', fields });
  expect(platform.asked(calls.createProcess)[0]!.body['Process[inputs]']).toMatchObject([
    { title: 'Region' },
  ]);
  await expect(mine.execute()).rejects.toMatchObject({ code: 'not_stored' });
});

test('options show their values in their own types', async () => {
  await using platform = await startPlatform();
  const shown = (await templateOf(platform)).options;
  expect(Object.fromEntries(shown.map(({ name, value }) => [name, value]))).toEqual({
    resolution: 30,
    budget: null,
    latest_date: true,
    start_date: new Date('2026-01-31T00:00:00Z'),
    bands: 'A',
    note: null,
  });
  const bands = shown.find(({ name }) => name === 'bands');
  expect(bands?.constrained_values).toEqual(['A', 'B', '*']);
  expect(bands?.constrained_names).toEqual(['First', 'Second', 'Both']);
});

test('an option takes a value of its own type, and text when it may be made one', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  const valueOf = (name: string): unknown => mine.options.find((item) => item.name === name)?.value;
  await mine.update({ optionName: 'resolution', value: 12.5 });
  expect(valueOf('resolution')).toBe(12.5);
  await mine.update({ optionName: 'start_date', value: new Date('2026-03-04T10:00:00Z') });
  expect(valueOf('start_date')).toEqual(new Date('2026-03-04T00:00:00Z'));
  await mine.update({ option: mine.options[2]!, value: false });
  expect(valueOf('latest_date')).toBe(false);
  await mine.update({ optionName: 'resolution', value: '7', coerceValue: true });
  expect(valueOf('resolution')).toBe(7);
  await mine.update({ optionName: 'latest_date', value: 'True', coerceValue: true });
  expect(valueOf('latest_date')).toBe(true);
  await mine.update({ optionName: 'note', value: 5, coerceValue: true });
  expect(valueOf('note')).toBe('5');
  await mine.update({ optionName: 'note', value: null });
  expect(valueOf('note')).toBeNull();
});

test.each([
  ['resolution', '7', 'a number'],
  ['resolution', Number.NaN, 'a number'],
  ['latest_date', 'true', 'true or false'],
  ['start_date', '2026-01-01', 'a Date'],
  ['note', 5, 'a string'],
])('the option %s refuses %j', async (optionName, value, wanted) => {
  await using platform = await startPlatform();
  const tried = (await templateOf(platform)).update({ optionName, value });
  await expect(tried).rejects.toMatchObject({ code: 'wrong_value' });
  await expect(tried).rejects.toThrow(`takes ${wanted}`);
});

test('an option or input that does not exist is told with those that do', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  const usable = await dataOf(platform, [dataFile({ publishable: true })]);
  await expect(mine.update({ optionName: 'nope', value: 1 })).rejects.toThrow('there are resolution, budget');
  await expect(mine.update({ inputNumber: 2, data: usable })).rejects.toMatchObject({
    code: 'no_such_input',
  });
});

test('an input takes data that is analysed and of a type it accepts, and may start runs', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  const waiting = await dataOf(platform, [dataFile()]);
  await expect(mine.update({ inputNumber: 1, data: waiting })).rejects.toMatchObject({
    code: 'data_not_ready',
  });
  const raster = await dataOf(platform, [dataFile({ publishable: true, file_type: 'GeoTIFF' })]);
  await expect(mine.update({ inputNumber: 1, data: raster })).rejects.toMatchObject({
    code: 'wrong_file_type',
  });
  const shapes = await dataOf(platform, [dataFile({ publishable: false, file_type: 'ESRI Shapefile' })]);
  await mine.update({ inputNumber: 1, change_trigger: true });
  await mine.update({ input: mine.inputs[0]!, data: shapes });
  expect(mine.inputs[0]!.change_trigger).toBe(true);
  await expect(mine.update({ change_trigger: true })).rejects.toMatchObject({ code: 'wrong_argument' });
  expect(mine.inputs[0]).toMatchObject({ number: 1, id: dataId, title: 'Region' });
  platform.on(calls.getData, () => ({ model: data({ name: 'Shapes' }), extras: {} }));
  expect((await mine.inputData({ number: 1 }))?.name).toBe('Shapes');
});

test('dispatchers are added, set and removed', async () => {
  await using platform = await startPlatform();
  const mine = await templateOf(platform);
  expect(mine.availableDispatchers.map(({ name }) => name)).toEqual(['Email']);
  await mine.addDispatcher({ name: 'Email' });
  await mine.addDispatcher({ number: 1 });
  await mine.update({
    dispatcherNumber: 2,
    optionName: 'emails',
    value: 'a@b.example',
    dispatch_intermediate: true,
  });
  expect(mine.dispatchers.map((item) => [item.dispatch_intermediate, item.options[0]?.value])).toEqual([
    [false, null],
    [true, 'a@b.example'],
  ]);
  expect(mine.availableDispatchers[0]?.options[0]?.value).toBeNull();
  await mine.removeDispatcher({ number: 1 });
  expect(mine.dispatchers).toHaveLength(1);
  await expect(mine.removeDispatcher({ number: 5 })).rejects.toMatchObject({ code: 'no_such_dispatcher' });
  await expect(mine.addDispatcher({ name: 'S3' })).rejects.toThrow('there are 1 Email');
});

test('a process that executes is not changed', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listProcesses, () => ({ list: [process({ process_status: 'execute' })], extras: {} }));
  const mine = await processOf(platform);
  await expect(mine.update({ name: 'x' })).rejects.toMatchObject({ code: 'process_executing' });
  await expect(mine.addDispatcher({ number: 1 })).rejects.toMatchObject({ code: 'process_executing' });
});

test('a stored process is changed on the platform; a refusal leaves it as it was', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  await expect(mine.update({ optionName: 'resolution', value: 5 })).rejects.toMatchObject({
    name: 'NotFoundError',
  });
  expect(mine.options[0]?.value).toBe(30);
  platform.on(calls.updateProcess, ({ body }) => ({
    model: process({ options: body['Process[options]'], repeat_gap: body['Process[repeat_gap]'] }),
    extras: {},
  }));
  await mine.update({ optionName: 'resolution', value: 5, repeat_gap: { days: 7 } });
  expect(mine.options[0]?.value).toBe(5);
  expect(mine.repeat_gap).toEqual({ days: 7 });
  expect(platform.asked(calls.updateProcess).at(-1)?.body['Process[repeat_gap]']).toBe('{"days":7}');
});

test('a copy is a template with the values of the original', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  platform.on(calls.copyProcess, () => {
    const { price: _, ...known } = process({ options, inputs: [input({ id: dataId })] });
    return { model: known, extras: { dispatchers: [dispatcher()] } };
  });
  const copy = await mine.copy({ name: 'Again' });
  expect([copy.name, copy.stored, copy.id]).toEqual(['Again', false, undefined]);
  expect(copy.inputs[0]?.id).toBe(dataId);
  expect(copy.options[0]?.value).toBe(30);
  expect(copy.availableDispatchers).toHaveLength(1);
});

test('processes, services and dispatchers are found by the filters of the platform', async () => {
  await using platform = await startPlatform();
  const owner = await organisationOf(platform);
  for (const call of [calls.listLatestServices, calls.listOwnServices, calls.listDispatchers]) {
    platform.on(call, () => ({ list: [service()], extras: {} }));
  }
  await owner.findProcesses({ name: 'Elev' });
  expect(platform.asked(calls.listProcesses)[0]?.query.get('filter[name__contains]')).toBe('Elev');
  await owner.findServices({ ssdId: id(4), name: 'E', keyword: 'dem', id: id(3) });
  const filters = platform
    .asked(calls.listLatestServices)[0]
    ?.list.filters?.map((f) => `${f.field}__${f.modifier}`);
  expect(filters).toEqual(['id__eq', 'ssd_id__eq', 'name__begins_with', 'keywords__contains']);
  expect((await owner.findDispatchers({ name: 'E' })).first?.id).toBe(serviceId);
  expect(await owner.ownServices().toArray()).toHaveLength(1);
});
