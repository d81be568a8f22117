import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestPlatform } from '../testing/test-platform.ts';
import type { ProcessFields } from './context.ts';
import { description, faultsOf, openTestProcesses, plain } from './testing/test-processes.ts';
import type { TestProcesses } from './testing/test-processes.ts';

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

describe('a process that is changed', () => {
  const { parse } = JSON;

  test('while a draft, is judged and priced again', async () => {
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
