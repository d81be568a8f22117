import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { balance, reserve, signingKey } from '../accounts/index.ts';
import { selectRows } from '../database/index.ts';
import { serveFiles } from '../http/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

const polygon = JSON.stringify({
  type: 'Feature',
  properties: { name: 'Kelvingrove', visitors: 3 },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [-4.3, 55.86],
        [-4.28, 55.86],
        [-4.28, 55.87],
        [-4.3, 55.86],
      ],
    ],
  },
});
const stranger = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';

let platform: TestPlatform;
let address: string;
let close: () => Promise<void>;
/** A data item of its own for each test. */
let id: string;

beforeAll(async () => {
  platform = await openTestPlatform();
  ({ address, close } = await listen(platform.database, { plugins: [serveFiles(platform.data)] }));
});

afterAll(async () => {
  await close();
  await platform.close();
});

beforeEach(async () => {
  id = randomUUID();
  await platform.data.create(platform.organisation, { id, name: 'Kelvingrove' });
});

const announce = async (name = 'region.geojson', file_type = 'GeoJSON') =>
  await platform.data.addFile(platform.organisation, id, { name, file_type });

async function put(token: string, body: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${address}/uploads/${token}`, { method: 'PUT', body });
  return { status: response.status, body: (await response.json()) as { error_message?: string } };
}

const analysed = async () => (await platform.analysed(id))[0]!;

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(join(platform.folder, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const download = async (token: string, headers: Record<string, string> = {}) =>
  await fetch(`${address}/downloads/${token}`, { headers });

describe('an upload', () => {
  test('is analysed: extent, area, selectors, a preview, a STAC item', async () => {
    const { file, token } = await announce();
    expect((await put(token, polygon)).status).toBe(200);
    const found = await analysed();
    expect(found).toMatchObject({
      id: file,
      file_name: 'region.geojson',
      file_type: 'GeoJSON',
      crs: 'EPSG:4326',
      size: polygon.length,
      polygons: 1,
      publishable: true,
      stac_item_file: '.region.geojson.stac',
      stac_item: { type: 'Feature', bbox: found.bounds },
    });
    expect(found.area).toBeGreaterThan(600_000);
    expect(found.selectors!.map(({ selector }) => selector)).toEqual(['geometry', 'name', 'visitors']);
    const preview = await download(await platform.data.downloadToken(platform.organisation, id, file, true));
    expect(
      Buffer.from(await preview.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test('that is cut off leaves nothing, and the same address takes it again', async () => {
    const { token } = await announce();
    const before = await storedFiles();
    const sent = request(`${address}/uploads/${token}`, {
      method: 'PUT',
      headers: { 'content-length': String(polygon.length) },
    });
    const broken = once(sent, 'error');
    sent.write(polygon.slice(0, 50), () => sent.destroy(new Error('the line broke')));
    await broken;
    await expect.poll(storedFiles).toEqual(before);
    expect((await platform.data.listFiles(platform.organisation, id, {})).list[0]!.size).toBeNull();
    expect((await put(token, polygon)).status).toBe(200);
    expect(await analysed()).toMatchObject({ publishable: true });
  });

  test('sent again is taken for the same; other bytes to the same address are refused', async () => {
    const { token } = await announce();
    expect((await put(token, polygon)).status).toBe(200);
    expect((await put(token, polygon)).status).toBe(200);
    const other = await put(token, polygon.replace('Kelvin', 'Tyne'));
    expect(other.status).toBe(409);
    expect(other.body.error_message).toMatch(/has come already, with other bytes/);
    expect((await platform.data.listFiles(platform.organisation, id, {})).list).toHaveLength(1);
  });

  test('that is too large is refused while the connection stays good', async () => {
    const { token } = await announce('large.bin', 'Other');
    const refused = await put(token, new Uint8Array(1_000_001));
    expect(refused.status).toBe(413);
    expect(refused.body.error_message).toMatch(/larger than the 1000000 bytes/);
    expect((await put(token, new Uint8Array(1_000_000))).status).toBe(200);
  });

  test.each([
    ['..', 'GeoJSON'],
    ['a/b.geojson', 'GeoJSON'],
    ['a\\b.geojson', 'GeoJSON'],
    ['a\nb', 'GeoJSON'],
    ['', 'GeoJSON'],
    ['region.geojson', 'Shapefile'],
  ])('of a file named %j of type %s is refused', async (name, type) => {
    await expect(announce(name, type)).rejects.toMatchObject({ code: 'invalid_model' });
  });

  test('that turns out to be something else ends with its reason', async () => {
    const { token } = await announce('dem.tif', 'GeoTIFF');
    await put(token, polygon);
    const found = await analysed();
    expect(found).toMatchObject({ error: true, publishable: null });
    expect(found.description).toMatch(/^Error: .*TIFF/);
  });
});

describe('an address', () => {
  test('is good for one file and one way, and not for ever', async () => {
    const { file, token } = await announce();
    await put(token, polygon);
    const good = await platform.data.downloadToken(platform.organisation, id, file, false);
    expect((await download(good)).status).toBe(200);
    expect((await download(token)).status).toBe(403);
    expect((await put(good, polygon)).status).toBe(403);
    expect((await download(`${good.slice(0, -2)}AA`)).status).toBe(403);
    const key = await signingKey(platform.database.queries, 'addresses');
    const sign = async (time: string, by: Uint8Array) =>
      await new SignJWT({ use: 'download' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(file)
        .setExpirationTime(time)
        .sign(by);
    const expired = await download(await sign('-1s', key));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toMatch(/has expired: ask for another one/);
    expect((await download(await sign('1h', new Uint8Array(32)))).status).toBe(403);
  });

  test('gives parts by range, with a checksum of the whole', async () => {
    const { file, token } = await announce();
    await put(token, polygon);
    const to = await platform.data.downloadToken(platform.organisation, id, file, false);
    const whole = await download(to);
    expect(await whole.text()).toBe(polygon);
    expect(whole.headers.get('content-disposition')).toMatch(/attachment; filename="?region.geojson/);
    const part = await download(to, { range: 'bytes=5-9', 'if-range': whole.headers.get('etag')! });
    expect([part.status, await part.text()]).toEqual([206, polygon.slice(5, 10)]);
    expect(part.headers.get('content-range')).toBe(`bytes 5-9/${polygon.length}`);
    const changed = await download(to, { range: 'bytes=5-9', 'if-range': '"other"' });
    expect([changed.status, (await changed.text()).length]).toEqual([200, polygon.length]);
    expect((await download(to, { range: 'bytes=9999-' })).status).toBe(416);
  });
});

describe('a data item', () => {
  test('is copied with its files, which stay when it goes; deleting takes the bytes away', async () => {
    const { data, objects } = platform;
    const { token } = await announce();
    await put(token, polygon);
    await analysed();
    const copy = await data.copy(platform.organisation, id, 'Copy');
    const rows = await selectRows<{ object_key: string; preview_key: string }>(
      platform.database.queries,
      sql`select object_key, preview_key from data_files where data_id in (${id}, ${copy.id!})`,
    );
    const keys = rows.flatMap(({ object_key, preview_key }) => [object_key, preview_key]);
    expect(await Promise.all(keys.map(async (key) => await objects.has(key)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await data.remove(platform.organisation, id);
    await expect(data.get(platform.organisation, id)).rejects.toMatchObject({ code: 'not_found' });
    const [file] = (await data.listFiles(platform.organisation, copy.id!, {})).list;
    const to = await data.downloadToken(platform.organisation, copy.id!, file!.file_id!, false);
    expect(await (await download(to)).text()).toBe(polygon);
    await data.remove(platform.organisation, copy.id!);
    expect((await download(to)).status).toBe(404);
    expect(await Promise.all(keys.map(async (key) => await objects.has(key)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('of another organisation looks as if it did not exist', async () => {
    const { data } = platform;
    const { file } = await announce();
    const calls = [
      data.get(stranger, id),
      data.update(stranger, id, { name: 'Mine' }),
      data.remove(stranger, id),
      data.copy(stranger, id, 'Mine'),
      data.addFile(stranger, id, { name: 'a.json', file_type: 'GeoJSON' }),
      data.listFiles(stranger, id, {}),
      data.downloadToken(stranger, id, file, false),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    expect((await data.listUploaded(stranger, {})).list).toEqual([]);
  });

  test('of an organisation without credits takes no file', async () => {
    const { database, organisation: organisationId } = platform;
    const left = await balance(database.queries, organisationId);
    const movement = {
      organisationId,
      amount: left.toFixed(),
      use: { kind: 'upload' as const },
      reference: randomUUID(),
      idempotencyKey: randomUUID(),
    };
    await database.transaction(async (tx) => await reserve(tx, movement));
    await expect(announce()).rejects.toMatchObject({ code: 'insufficient_credits' });
  });
});
