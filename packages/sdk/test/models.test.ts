import { inspect } from 'node:util';

import { calls } from '@fusion-platform/contract';
import Papa from 'papaparse';
import { expect, test } from 'vitest';

import { ModelError } from '../src/index.ts';
import { logIn, organisationOf, processOf, startPlatform } from './platform-state.ts';
import { organisation, process, service, user } from './samples.ts';

test('attributes can be read by name and changed by nobody', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listLatestServices, () => ({ list: [service()], extras: {} }));
  const found = (await (await organisationOf(platform)).services().first())!;
  expect(found.keywords).toEqual(['elevation', 'dem']);
  expect(found.attributes.name).toBe('Elevation');
  // Each is a type error too: see types.test-d.ts.
  const open = found as unknown as { name: string; keywords: string[]; attributes: { name: string } };
  expect(() => (open.name = 'x')).toThrow(TypeError);
  expect(() => open.keywords.push('x')).toThrow(TypeError);
  expect(() => (open.attributes.name = 'x')).toThrow(TypeError);
});

test('hidden fields do not show', async () => {
  await using platform = await startPlatform();
  const shown = await processOf(platform);
  expect(Object.keys(shown.attributes)).not.toContain('has_executions');
  expect(Object.keys(shown.toJSON())).not.toContain('inputs');
  expect(inspect(shown)).not.toContain('has_executions');
  expect((shown as unknown as { has_executions?: string }).has_executions).toBeUndefined();
});

test('fields without a value are absent, and their order is that of the API', async () => {
  await using platform = await startPlatform();
  platform.on(calls.getUser, () => ({ model: { telephone: '', ...user() }, extras: {} }));
  const { user: ada } = await logIn(platform);
  expect(ada.telephone).toBeUndefined();
  expect('telephone' in ada.attributes).toBe(false);
  expect(Object.keys(ada.attributes).slice(0, 5)).toEqual([
    'id',
    'created_at',
    'updated_at',
    'email',
    'given_name',
  ]);
});

test('models of the same attributes are equal', async () => {
  await using platform = await startPlatform();
  const one = await processOf(platform);
  const same = await processOf(platform);
  expect(one.equals(same)).toBe(true);
  platform.on(calls.listProcesses, () => ({ list: [process({ price: 2 })], extras: {} }));
  expect(one.equals(await processOf(platform))).toBe(false);
  expect(one.equals({ ...one.attributes })).toBe(false);
});

test('console.log shows the name of the model and its attributes', async () => {
  await using platform = await startPlatform();
  const shown = await processOf(platform);
  expect(inspect(shown)).toMatch(/^Process \{[\s\S]*name: 'Elevation of Glasgow'/);
  expect(inspect({ deep: { er: { still: shown } } })).toContain('[Process "Elevation of Glasgow"');
  expect(String(shown)).toBe(`Process "Elevation of Glasgow" (${shown.id})`);
});

test('a model as CSV survives any reader, whatever its values hold', async () => {
  await using platform = await startPlatform();
  const name = 'Äther, "quoted"\r\nand broken';
  platform.on(calls.getOrganisation, () => ({ model: organisation({ name, offers: [] }), extras: {} }));
  const { header, row } = (await organisationOf(platform)).toCsv({ exclude: ['created_at', 'updated_at'] });
  const [read] = Papa.parse<Record<string, string>>(`${header}\r\n${row}\r\n`, { header: true }).data;
  expect(read?.['name']).toBe(name);
  expect(read?.['offers']).toBe('[]');
  expect(read?.['currency']).toBe('');
  expect(Object.keys(read ?? {})).not.toContain('created_at');
});

test('get takes on what the platform has', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  platform.on(calls.getProcess, () => ({ model: process({ price: 9 }), extras: {} }));
  expect(await mine.get()).toBe(mine);
  expect(mine.price).toBe(9);
});

test('an update sends the model flat and takes on the answer', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  platform.on(calls.updateUser, ({ body }) => ({
    model: user({ given_name: body['User[given_name]'] }),
    extras: {},
  }));
  await ada.update({ given_name: 'Augusta' });
  expect(ada.given_name).toBe('Augusta');
  expect(platform.asked(calls.updateUser)[0]?.body).toMatchObject({
    'User[given_name]': 'Augusta',
    'User[email]': 'ada@example.com',
  });
});

test('fields that only the platform sets, or that do not exist, are refused before anything is sent', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  const loose = ada as unknown as { update(fields: object): Promise<unknown> };
  await expect(loose.update({ email: 'x@example.com' })).rejects.toMatchObject({ code: 'wrong_argument' });
  await expect(loose.update({ nonsense: 1 })).rejects.toMatchObject({ code: 'wrong_argument' });
  await expect(loose.update({ default_output_storage_period: 'x', locale: 5 })).rejects.toMatchObject({
    name: 'ModelError',
    fields: [{ path: 'default_output_storage_period' }, { path: 'locale' }],
  });
  expect(platform.asked(calls.updateUser)).toHaveLength(0);
});

test('an answer with wrong or missing fields names each of them', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  platform.on(calls.getUser, () => ({ model: { ...user({ units: 7 }), locale: undefined }, extras: {} }));
  const error = (await ada.get().catch((e: unknown) => e)) as ModelError;
  expect(error).toBeInstanceOf(ModelError);
  expect(error.model).toBe('User');
  expect(error.fields.map(({ path }) => path).toSorted()).toEqual(['locale', 'units']);
});

test('a deleted model is no longer stored', async () => {
  await using platform = await startPlatform();
  platform.on(calls.deleteProcess, () => ({}));
  const mine = await processOf(platform);
  await mine.delete();
  await expect(mine.get()).rejects.toMatchObject({ code: 'not_stored' });
});

test('the credits of an organisation are those of its id', async () => {
  await using platform = await startPlatform();
  const owner = await organisationOf(platform);
  platform.on(calls.getCredit, ({ params }) => ({
    model: {
      id: params['credit_id'],
      created_at: '2026-01-01',
      updated_at: '2026-01-01',
      organisation_id: params['organisation_id'],
      any_credits: 99.5,
      cloud_storage_credits: 0,
      registry_storage_credits: 0,
      runtime_any_credits: 0,
    },
    extras: {},
  }));
  const credit = await owner.credit();
  expect(credit.any_credits).toBe(99.5);
  expect((await credit.get()).id).toBe(owner.id);
});
