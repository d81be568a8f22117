import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { balance, signingKey } from '../accounts/index.ts';
import { copyPieces } from '../testing/copy-pieces.ts';
import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
/** A data item of its own for each test. */
let id: string;

beforeAll(async () => {
  platform = await openTestPlatform({ analyse: false });
});

afterAll(async () => await platform.close());

beforeEach(async () => {
  id = randomUUID();
  await platform.data.create(platform.organisation, { id, name: 'Item' });
});

const { signal } = new AbortController();
const announce = async (name = 'notes.bin', file_type = 'Other') =>
  await platform.data.addFile(platform.organisation, id, { name, file_type });
const send = async (token: string, bytes: Buffer, length: number | undefined = bytes.length) =>
  await platform.data.receiveUpload(token, { source: Readable.from([bytes]), length, signal });
const files = async () => (await platform.data.listFiles(platform.organisation, id, {})).list;
const credits = async () => (await balance(platform.database.queries, platform.organisation)).toFixed();

async function stored(): Promise<number> {
  const entries = await readdir(join(platform.folder, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('an upload', () => {
  test.each([
    ['too few bytes', 9, 'bad_request'],
    ['too many bytes', 3, 'bad_request'],
    ['a length beyond what is taken', 1_000_001, 'too_large'],
  ])('with %s is refused, keeps nothing, and can be tried again', async (_, length, code) => {
    const { token } = await announce();
    const before = await stored();
    await expect(send(token, Buffer.from('12345'), length)).rejects.toMatchObject({ code });
    expect(await stored()).toBe(before);
    await send(token, Buffer.from('12345'));
    expect(await stored()).toBe(before + 1);
  });

  test('without a length is held to what is taken', async () => {
    const { token } = await announce();
    const before = await stored();
    await expect(send(token, Buffer.alloc(1_000_001), undefined)).rejects.toMatchObject({
      code: 'too_large',
    });
    expect(await stored()).toBe(before);
  });

  test('is charged by its size, once', async () => {
    const { token } = await announce();
    const before = Number(await credits());
    await send(token, Buffer.alloc(1_000_000));
    await send(token, Buffer.alloc(1_000_000));
    expect(Number(await credits())).toBeCloseTo(before - 0.01, 6);
  });

  test('by two at once to the same address leaves one file', async () => {
    const { token } = await announce();
    const before = await stored();
    const results = await Promise.allSettled([
      send(token, Buffer.from('the one')),
      send(token, Buffer.from('another')),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    });
    expect(await stored()).toBe(before + 1);
    expect(await files()).toHaveLength(1);
  });

  test('that has come takes no other bytes, however many', async () => {
    const { token } = await announce();
    await send(token, Buffer.from('12345'));
    for (const other of ['12346', '1234', '123456'])
      await expect(send(token, Buffer.from(other))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('to a file that was deleted meanwhile is refused and keeps nothing', async () => {
    const { token } = await announce();
    const before = await stored();
    await platform.data.remove(platform.organisation, id);
    await expect(send(token, Buffer.from('12345'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await stored()).toBe(before);
  });

  test('is of the type that the files of its item are of', async () => {
    await announce('a.csv', 'CSV');
    await announce('b.csv', 'CSV');
    await expect(announce('c.tif', 'GeoTIFF')).rejects.toMatchObject({
      code: 'conflict',
      message: '"Item" holds files of the type CSV: add a GeoTIFF to another data item',
    });
  });
});

describe('an address', () => {
  test('that is garbled is refused as such, whatever it is', async () => {
    const { token } = await announce();
    const garbled = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
      fc.nat(token.length - 2).map((at) => `${token.slice(0, at)}${token.slice(at + 1)}`),
    );
    const use = async (text: string) => await Promise.allSettled([send(text, Buffer.from('x')), open(text)]);
    const open = async (text: string) => await platform.data.openDownload(text);
    await fc.assert(
      fc.asyncProperty(garbled, async (text) => {
        for (const result of await use(text))
          expect(result).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
      }),
    );
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    await expect(send(unsigned, Buffer.from('x'))).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('of an upload expires and says so', async () => {
    const { file } = await announce();
    const expired = await new SignJWT({ use: 'upload' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(file)
      .setExpirationTime('-1s')
      .sign(await signingKey(platform.database.queries, 'addresses'));
    await expect(send(expired, Buffer.from('x'))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'This upload address has expired: ask for another one',
    });
  });

  test('is not given for what has not come, has no preview, or is of another item', async () => {
    const { data, organisation } = platform;
    const { file, token } = await announce();
    const ask = data.downloadToken(organisation, id, file, false);
    await expect(ask).rejects.toMatchObject({ code: 'conflict', message: /not been uploaded yet/ });
    await send(token, Buffer.from('x'));
    const preview = data.downloadToken(organisation, id, file, true);
    await expect(preview).rejects.toMatchObject({ code: 'conflict', message: /no preview/ });
    const { id: other } = await data.create(organisation, { name: 'Other' });
    await expect(data.downloadToken(organisation, other!, file, false)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('gives the bytes of any range, and counts what begins at the start', async () => {
    const { data, organisation } = platform;
    const bytes = Buffer.from('0123456789');
    const { file, token } = await announce();
    await send(token, bytes);
    const { read, size } = await data.openDownload(await data.downloadToken(organisation, id, file, false));
    const readAll = async (range?: { start: number; end: number }) =>
      (await copyPieces(await read(range))).toString();
    expect(size).toBe(10);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        async (start, more) => {
          const end = Math.min(9, start + more);
          expect(await readAll({ start, end })).toBe(bytes.toString().slice(start, end + 1));
        },
      ),
      { numRuns: 20 },
    );
    expect((await files())[0]!.downloads).toBe(0);
    expect(await readAll()).toBe('0123456789');
    expect((await files())[0]!.downloads).toBe(1);
  });
});

describe('a data item', () => {
  test('is created once, however often the same creation comes', async () => {
    const { data, organisation } = platform;
    const again = await data.create(organisation, { id, name: ' Item ' });
    expect(again).toMatchObject({ id, name: 'Item', deletable: 'deletable', unlinked: 'unlinked' });
    await expect(data.create(organisation, { id, name: 'Other' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(data.create(randomUUID(), { id, name: 'Item' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each(['', '  ', 'x'.repeat(256), 'a\0b'])('is not called %j', async (name) => {
    const { data, organisation } = platform;
    const refused = { code: 'invalid_model', fields: [{ path: 'name' }] };
    await expect(data.create(organisation, { name })).rejects.toMatchObject(refused);
    await expect(data.update(organisation, id, { name })).rejects.toMatchObject(refused);
    await expect(data.copy(organisation, id, name)).rejects.toMatchObject(refused);
  });

  test('without files, or with one that is not analysed yet, is not copied', async () => {
    const copy = async () => await platform.data.copy(platform.organisation, id, 'Copy');
    await expect(copy()).rejects.toMatchObject({ code: 'conflict', message: /no files yet/ });
    await send((await announce()).token, Buffer.from('x'));
    await expect(copy()).rejects.toMatchObject({ code: 'conflict', message: /not analysed yet/ });
  });

  test('is found by id, by part of its name and by search, page by page', async () => {
    const { data, organisation } = platform;
    const made: string[] = [];
    for (const name of ['Loch Ness', 'Loch Lomond', 'Loch Awe'])
      made.push((await data.create(organisation, { name })).id!);
    const names = async (query: Parameters<typeof data.listUploaded>[1]) =>
      (await data.listUploaded(organisation, query)).list.map(({ name }) => name);
    const filter = (field: string, modifier: 'eq' | 'contains' | 'in', value: string | string[]) => ({
      filters: [{ field, modifier, value }],
    });
    expect(await names(filter('id', 'eq', made[1]!))).toEqual(['Loch Lomond']);
    expect(await names(filter('id', 'in', made.slice(0, 2)))).toEqual(['Loch Ness', 'Loch Lomond']);
    expect(await names(filter('name', 'contains', 'och L'))).toEqual(['Loch Lomond']);
    expect(await names({ search: 'loch' })).toEqual(['Loch Ness', 'Loch Lomond', 'Loch Awe']);
    expect(await names({ search: 'loch', reverse: true })).toEqual(['Loch Awe', 'Loch Lomond', 'Loch Ness']);
    const first = await data.listUploaded(organisation, { search: 'loch', limit: 2 });
    expect(first.list).toHaveLength(2);
    const second = await data.listUploaded(organisation, { search: 'loch', limit: 2, last: first.last! });
    expect(second.list.map(({ name }) => name)).toEqual(['Loch Awe']);
    expect(second.last).toBeUndefined();
  });
});
