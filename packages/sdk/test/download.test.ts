import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { calls } from '@fusion-platform/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { DataFile, SessionOptions, TransferProgress } from '../src/index.ts';
import type { Fixture } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { data, dataFile } from './samples.ts';
import { serveBytes } from './store.ts';

let root: string;
let folder: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'fusion-sdk-'))));
beforeEach(async () => void (folder = await mkdtemp(join(root, 'test-'))));
afterAll(async () => await rm(root, { recursive: true }));

const bytes = randomBytes(300_000);

async function fileOf(platform: Fixture, options: Partial<SessionOptions> = {}): Promise<DataFile> {
  platform.on(calls.listUploadedData, () => ({ list: [data()], extras: {} }));
  platform.on(calls.listFiles, () => ({ list: [dataFile({ size: bytes.length })], extras: {} }));
  platform.on(calls.downloadFile, () => ({ extras: { url: `${platform.url}/store/one?signature=x` } }));
  const found = (await organisationOf(platform, options)).data();
  return (await (await found.first())!.files().first())!;
}

test('a file is written to its path, folders included, with progress', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  platform.onPath('/store/one', serveBytes(bytes).handler);
  const path = join(folder, 'deep', 'one.bin');
  const seen: TransferProgress[] = [];
  await file.download({ path, onProgress: (progress) => void seen.push(progress) });
  expect((await readFile(path)).equals(bytes)).toBe(true);
  expect(await readdir(join(folder, 'deep'))).toEqual(['one.bin']);
  expect(seen.at(-1)).toEqual({ name: 'glasgow.geojson', bytes: bytes.length, size: bytes.length });
  expect(platform.asked(calls.downloadFile)[0]?.query.get('preview')).toBe('False');
});

test('a broken connection is resumed where it broke', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 1 });
  const store = serveBytes(bytes, { breakAfter: 100_000 });
  platform.onPath('/store/one', store.handler);
  const path = join(folder, 'one.bin');
  await file.download({ path });
  expect((await readFile(path)).equals(bytes)).toBe(true);
  expect(store.ranges[0]).toBeUndefined();
  expect(store.ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
});

test('a store without ranges still gives each byte once', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const whole = serveBytes(bytes, { ranges: false });
  const broken = serveBytes(bytes, { ranges: false, breakAfter: 100_000 });
  let first = true;
  platform.onPath('/store/one', (request, response) => {
    (first ? broken : whole).handler(request, response);
    first = false;
  });
  expect(Buffer.from(await (await file.download()).arrayBuffer()).equals(bytes)).toBe(true);
});

test.each([
  ['a wrong checksum', { digest: 'AAAA' }, 'wrong_checksum'],
  ['a file that changed meanwhile', { breakAfter: 1000, etags: ['"one"', '"two"'] }, 'changed'],
  ['a store that gives up', { breakAfter: 0 }, 'interrupted'],
])('%s leaves nothing behind and an older file as it was', async (_, serve, code) => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 2 });
  platform.onPath('/store/one', serveBytes(bytes, serve).handler);
  const path = join(folder, 'one.bin');
  await writeFile(path, 'older');
  await expect(file.download({ path })).rejects.toMatchObject({ name: 'TransferError', code });
  expect(await readdir(folder)).toEqual(['one.bin']);
  expect(await readFile(path, 'utf8')).toBe('older');
});

test('an address that is no longer good is replaced by a fresh one', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const store = serveBytes(bytes);
  platform.onPath('/store/one', (request, response) => {
    if (platform.asked(calls.downloadFile).length < 2) response.writeHead(403).end();
    else store.handler(request, response);
  });
  expect((await file.download()).size).toBe(bytes.length);
  expect(platform.asked(calls.downloadFile)).toHaveLength(2);
});

test('what is held already is not fetched again, and a file that was complete before is checked', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const store = serveBytes(bytes);
  platform.onPath('/store/one', store.handler);
  const [path, partial] = [join(folder, 'one.bin'), join(folder, 'one.part')];
  for (const held of [1000, bytes.length]) {
    await writeFile(partial, bytes.subarray(0, held));
    await file.download({ path, partial });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(await readdir(folder)).toEqual(['one.bin']);
    await rm(path);
  }
  expect(store.ranges).toEqual(['bytes=1000-', `bytes=${bytes.length}-`]);
  for (const held of [randomBytes(bytes.length), randomBytes(bytes.length + 1)]) {
    await writeFile(partial, held);
    const tried = file.download({ path, partial });
    await expect(tried).rejects.toMatchObject({ name: 'TransferError' });
    expect(await readdir(folder)).toEqual([]);
  }
});

test('a platform that leads on to its store is followed, and what it told of the file on the way holds', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { handler, ranges } = serveBytes(bytes, { breakAfter: 100_000, digest: 'unknown to the store' });
  let digest = createHash('sha256').update(bytes).digest('base64');
  platform.onPath('/store/one', (_, response) => {
    const told = { location: '/store/elsewhere', 'repr-digest': `sha-256=:${digest}:` };
    response.writeHead(307, told).end();
  });
  platform.onPath('/store/elsewhere', handler);
  expect(Buffer.from(await (await file.download()).arrayBuffer()).equals(bytes)).toBe(true);
  expect(ranges.length).toBeGreaterThan(1);
  digest = 'AAAA';
  await expect(file.download()).rejects.toMatchObject({ code: 'wrong_checksum' });
});

test('a missing file is not asked for again', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  let tries = 0;
  platform.onPath('/store/one', (_, response) => {
    tries += 1;
    response.writeHead(404).end();
  });
  await expect(file.download()).rejects.toMatchObject({ code: 'refused', status: 404 });
  expect(tries).toBe(1);
});

test('an abort ends the download and leaves nothing behind', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const controller = new AbortController();
  platform.onPath('/store/one', (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
  });
  const onProgress = (progress: TransferProgress): void => {
    if (progress.bytes > 0) controller.abort(new Error('enough'));
  };
  const tried = file.download({ path: join(folder, 'one.bin'), signal: controller.signal, onProgress });
  await expect(tried).rejects.toThrow('enough');
  expect(await readdir(folder)).toEqual([]);
});

test('a store that falls silent is given up', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { timeout: 2000, retries: 1 });
  platform.onPath('/store/one', (_, response) => {
    response.writeHead(200, { 'content-length': 5 }).flushHeaders();
  });
  await expect(file.download()).rejects.toMatchObject({ code: 'interrupted' });
});

test('the stream gives the bytes and can be left early', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  platform.onPath('/store/one', serveBytes(bytes).handler);
  const whole = await new Response(file.stream()).arrayBuffer();
  expect(Buffer.from(whole).equals(bytes)).toBe(true);
  const reader = file.stream({ preview: true }).getReader();
  expect((await reader.read()).done).toBe(false);
  await reader.cancel();
  expect(platform.asked(calls.downloadFile).at(-1)?.query.get('preview')).toBe('True');
});

test('without waiting, the download tells when it is complete and how far it is', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  expect(() => file.downloadProgress()).toThrow('No download');
  await expect(file.downloadComplete()).rejects.toMatchObject({ code: 'no_transfer' });
  const gate = Promise.withResolvers<void>();
  platform.onPath('/store/one', (request, response) => {
    void gate.promise.then(() => serveBytes(bytes).handler(request, response));
  });
  const path = join(folder, 'one.bin');
  await file.download({ path, wait: false });
  expect(await file.downloadComplete()).toBe(false);
  expect(file.downloadProgress()).toMatchObject({ bytes: 0, size: bytes.length });
  await expect(file.download({ path })).rejects.toMatchObject({ code: 'transfer_in_progress' });
  gate.resolve();
  expect(await file.downloadComplete({ wait: true })).toBe(true);
  expect((await readFile(path)).equals(bytes)).toBe(true);
});

test('get finds the file among those of its data', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  platform.on(calls.listFiles, () => ({ list: [dataFile({ size: 1, crs: 'EPSG:4326' })], extras: {} }));
  expect((await file.get()).crs).toBe('EPSG:4326');
  platform.on(calls.listFiles, () => ({ list: [], extras: {} }));
  await expect(file.get()).rejects.toMatchObject({ name: 'NotFoundError' });
});

test('a collection spans its STAC items in space and time', async () => {
  await using platform = await startPlatform();
  const item = { bbox: [-4, 55, -3, 56], properties: { datetime: '2026-01-02T00:00:00Z' } };
  const file = await fileOf(platform);
  platform.on(calls.listFiles, () => ({
    list: [dataFile({ stac_item: item, stac_item_file: '.glasgow.stac' })],
    extras: {},
  }));
  const own = (await file.get()).getStacItem();
  expect(own).toEqual({ item, fileName: '.glasgow.stac' });
  const owner = (await (await organisationOf(platform)).data().first())!;
  const other = { bbox: [-5, 54, 0, -3.5, 55, 9], properties: { datetime: '2026-01-01T12:00:00+00:00' } };
  const { collection, fileName } = owner.getStacCollection({
    items: [
      { item: own.item!, fileName: own.fileName! },
      { item: other, fileName: 'b.json' },
    ],
    lineage: 'Elevation',
  });
  expect(fileName).toBe('collection.json');
  expect(collection).toMatchObject({
    type: 'Collection',
    id: owner.id,
    extent: {
      spatial: { bbox: [[-5, 54, -3, 56]] },
      temporal: { interval: [['2026-01-01T12:00:00+00:00', '2026-01-02T00:00:00Z']] },
    },
    stac_extensions: ['https://stac-extensions.github.io/processing/v1.2.0/schema.json'],
  });
});
