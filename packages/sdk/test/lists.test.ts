import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { Refusal, page } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { data, id, organisation, user } from './samples.ts';
import { logIn } from './platform-state.ts';

const many = Array.from({ length: 250 }, (_, n) => data({ id: id(1000 + n), name: `Data ${n}` }));

async function prepared() {
  const platform = await startPlatform();
  platform.on(calls.listUploadedData, ({ list }) => page(many, list));
  return { platform, owner: await organisationOf(platform) };
}

test('iterating a list goes through all its pages in order', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  const names: string[] = [];
  for await (const item of owner.data()) names.push(item.name);
  expect(names).toEqual(many.map(({ name }) => name));
  expect(platform.asked(calls.listUploadedData)).toHaveLength(3);
});

test('the first item is asked for alone', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  expect((await owner.data().first())?.name).toBe('Data 0');
  expect(platform.asked(calls.listUploadedData).map(({ list }) => list.limit)).toEqual([1]);
});

test('an array takes as many as wanted and asks for no more', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  expect(await owner.data().toArray({ limit: 30 })).toHaveLength(30);
  expect(platform.asked(calls.listUploadedData)).toHaveLength(1);
  expect(await owner.data().toArray({ limit: 120 })).toHaveLength(120);
  expect(await owner.data().toArray()).toHaveLength(250);
});

test('the next page is fetched while one is used', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  const pages = owner.data().pages();
  await pages.next();
  const asked = Promise.withResolvers<unknown>();
  platform.on(calls.listUploadedData, ({ list }) => {
    asked.resolve(list.last);
    return page(many, list);
  });
  // Nobody has asked for the second page yet.
  expect(await asked.promise).toEqual({ id: id(1099) });
  await pages.return();
});

test('an empty page that has more behind it does not end the list', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  platform.on(calls.listUploadedData, ({ list }) =>
    list.last ? { list: [data()], extras: {} } : { list: [], last: { id: id(1), n: 2 }, extras: {} },
  );
  expect(await owner.data().first()).toBeDefined();
  expect(await owner.data().toArray()).toHaveLength(1);
  expect(platform.asked(calls.listUploadedData).at(-1)?.query.get('last[n]')).toBe('2');
});

test('a platform that refuses large pages is asked for small ones', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  platform.on(calls.listUploadedData, ({ list }) => {
    if ((list.limit ?? 0) > 50) throw new Refusal(400, { error_message: 'limit is too large' });
    return page(many, list);
  });
  expect(await owner.data().toArray()).toHaveLength(250);
});

test('a failure in the middle of a list is thrown where it is met', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  platform.on(calls.listUploadedData, ({ list }) => {
    if (list.last) throw new Refusal(403, { error_message: 'no more for you' });
    return page(many, list);
  });
  const seen: string[] = [];
  const walk = async (): Promise<void> => {
    for await (const item of owner.data()) seen.push(item.name);
  };
  await expect(walk()).rejects.toThrow('no more for you');
  expect(seen).toHaveLength(100);
});

test('a find gives the first match and all matches, by the filters of the platform', async () => {
  const { platform, owner } = await prepared();
  await using _ = platform;
  const { first, all } = await owner.findData({ name: 'Data', search: 'GLAS' });
  expect(first?.name).toBe('Data 0');
  expect(await all.toArray()).toHaveLength(250);
  const { query } = platform.asked(calls.listUploadedData)[0]!;
  expect(query.get('filter[name__begins_with]')).toBe('Data');
  expect(query.get('search')).toBe('glas');
});

test('organisations are found by id or by the start of their name', async () => {
  await using platform = await startPlatform();
  const names = ['Alpha', 'Beta', 'Alphabet'];
  const organisations = names.map((name, n) => ({ id: id(100 + n), last: false, name }));
  platform.on(calls.getUser, () => ({ model: user({ organisations }), extras: {} }));
  platform.on(calls.getOrganisation, ({ params }) => {
    const found = organisations.find((item) => item.id === params['organisation_id']);
    return { model: organisation({ id: found?.id, name: found?.name }), extras: {} };
  });
  const { user: ada } = await logIn(platform);
  const { first, all } = await ada.findOrganisations({ name: 'alpha' });
  expect(first?.name).toBe('Alpha');
  expect((await all.toArray()).map(({ name }) => name)).toEqual(['Alpha', 'Alphabet']);
  expect((await ada.findOrganisations({ id: id(101) })).first?.name).toBe('Beta');
  expect((await ada.findOrganisations({ name: 'Gamma' })).first).toBeUndefined();
});
