import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { calls } from '@fusion-platform/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { AnalysisError, exampleRegions, TransferError } from '../src/index.ts';
import type { DataProgress, FileSource, NewData, SessionOptions } from '../src/index.ts';
import { Refusal } from './fixture-server.ts';
import type { Fixture } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { data, dataFile, dataId, id, organisationId } from './samples.ts';
import { takeUploads } from './store.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fusion-sdk-'))));
afterAll(async () => await rm(folder, { recursive: true }));

const analysed = { size: 10, publishable: true };

async function startStore(store: ReturnType<typeof takeUploads>): Promise<Fixture> {
  const platform = await startPlatform();
  platform.on(calls.newData, () => ({ model: { id: dataId, organisation_id: organisationId }, extras: {} }));
  platform.on(calls.createData, ({ body }) => ({ model: data({ name: body['Data[name]'] }), extras: {} }));
  platform.on(calls.deleteData, () => ({}));
  platform.on(calls.addFile, () => ({
    extras: { file: id(61), url: `${platform.url}/store/one?signature=x` },
  }));
  platform.on(calls.listFiles, () => ({ list: [dataFile(analysed)], extras: {} }));
  platform.onPath('/store/one', store.handler);
  return platform;
}

async function create(platform: Fixture, options: Partial<NewData>, session: Partial<SessionOptions> = {}) {
  const owner = await organisationOf(platform, session);
  return await owner.createData({ name: 'New', fileType: 'GeoJSON', files: [], wait: true, ...options });
}

test('a file of any kind goes up with its length, without a content type and without the token', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const path = join(folder, 'region.geojson');
  await writeFile(path, 'from a path');
  const streamed = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();
  const files: FileSource[] = [
    path,
    new File(['from a file'], 'file.json', { type: 'application/json' }),
    { name: 'text.json', data: 'from text: ü' },
    { name: 'bytes.json', data: new TextEncoder().encode('from bytes') },
    { name: 'blob.json', data: new Blob(['from a blob'], { type: 'text/plain' }) },
    { name: 'stream.json', data: streamed('from a stream') },
    { name: 'sized.json', data: streamed('of known size'), size: 13 },
  ];
  await create(platform, { files });
  expect(store.puts.map(({ bytes }) => bytes.toString()).toSorted()).toEqual([
    'from a blob',
    'from a file',
    'from a path',
    'from a stream',
    'from bytes',
    'from text: ü',
    'of known size',
  ]);
  for (const { headers, bytes } of store.puts) {
    expect(headers['content-length']).toBe(String(bytes.length));
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(headers['content-type']).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
  }
  const names = platform.asked(calls.addFile).map(({ body }) => (body['Data'] as { name: string }).name);
  expect(names.toSorted()[0]).toBe('blob.json');
  expect(names).toContain('region.geojson');
});

test('an upload that is cut off starts again at the same address', async () => {
  const store = takeUploads((n, response) => {
    if (n === 1) response.destroy();
    else if (n === 2) response.writeHead(503).end();
    return n < 3;
  });
  await using platform = await startStore(store);
  await create(platform, { files: [exampleRegions.glasgow] });
  expect(store.tries()).toBe(3);
  expect(JSON.parse(store.puts[0]!.bytes.toString())).toMatchObject({ type: 'FeatureCollection' });
  expect(platform.asked(calls.addFile)).toHaveLength(1);
});

test('a stream that was used up is not sent again', async () => {
  const store = takeUploads((_, response) => {
    response.writeHead(503).end();
    return true;
  });
  await using platform = await startStore(store);
  const source = { name: 's', data: new Blob(['abc']).stream(), size: 3 };
  await expect(create(platform, { files: [source] })).rejects.toThrow(TransferError);
  expect(store.tries()).toBe(1);
});

test('a stream that is longer or shorter than it was said to be is not sent as if it were whole', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  for (const size of [2, 4]) {
    const source = { name: 's', data: new Blob(['abc']).stream(), size };
    const tried = create(platform, { files: [source] });
    await expect(tried).rejects.toMatchObject({ name: 'TransferError', code: 'wrong_length' });
  }
  expect(store.puts).toEqual([]);
});

test('a file that changes after it was opened is not sent as if it were whole', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const path = join(folder, 'growing.geojson');
  await writeFile(path, 'as it was');
  platform.on(calls.addFile, async () => {
    await writeFile(path, 'as it never was');
    return { extras: { file: id(61), url: `${platform.url}/store/one` } };
  });
  const tried = create(platform, { files: [path] });
  await expect(tried).rejects.toMatchObject({ name: 'TransferError', code: 'changed' });
  expect(store.puts).toEqual([]);
});

test('a store that got other bytes than were sent is not believed', async () => {
  await using platform = await startStore(takeUploads());
  platform.onPath('/store/one', (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'x-fusion-platform-sha256': 'AAAA' }).end('{}'));
  });
  const tried = create(platform, { files: [{ name: 's', data: 'abc' }] });
  await expect(tried).rejects.toMatchObject({ name: 'TransferError', code: 'wrong_checksum' });
});

test('a refusal that comes while bytes are still being sent is told, and the rest is not sent', async () => {
  await using platform = await startStore(takeUploads());
  let received = 0;
  platform.onPath('/store/one', (request, response) => {
    response.writeHead(413).end('{"error_message":"too large"}');
    request.on('data', (part: Buffer) => (received += part.length));
  });
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      given += 1_000_000;
      controller.enqueue(new Uint8Array(1_000_000));
    },
  });
  const tried = create(platform, { files: [{ name: 'endless', data: endless, size: 1e12 }] });
  await expect(tried).rejects.toMatchObject({ code: 'refused', status: 413 });
  await expect(tried).rejects.toThrow('too large');
  expect(received).toBeLessThanOrEqual(given);
});

test("the caller's own fetch is used where there is one", async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const methods: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    methods.push(init?.method ?? 'GET');
    return await globalThis.fetch(input, init);
  };
  await create(platform, { files: [{ name: 's', data: 'abc' }] }, { fetch });
  expect(methods).toContain('PUT');
  expect(store.puts[0]?.bytes.toString()).toBe('abc');
});

test('a refused upload is told with its status, without its signed address, and leaves no data behind', async () => {
  const store = takeUploads((_, response) => {
    response.writeHead(507).end('{"error_message":"The disk is full"}');
    return true;
  });
  await using platform = await startStore(store);
  const error = (await create(platform, { files: [exampleRegions.glasgow] }).catch(
    (e: unknown) => e,
  )) as Error;
  expect(error).toMatchObject({
    name: 'TransferError',
    code: 'refused',
    status: 507,
    file: 'glasgow.geojson',
  });
  expect(error.message).toContain('The disk is full');
  expect(error.message).not.toContain('signature');
  expect(platform.asked(calls.deleteData)).toHaveLength(1);
});

test('files go up in bounded number', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const files = Array.from({ length: 12 }, (_, n) => ({ name: `${n}`, data: `${n}` }));
  await create(platform, { files }, { concurrency: { uploads: 2 } });
  expect(store.puts).toHaveLength(12);
  expect(store.seen.most).toBeLessThanOrEqual(2);
});

test('progress counts every byte and ends with all of them', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const big = { name: 'big', data: new Uint8Array(3_000_000) };
  const seen: DataProgress[] = [];
  await create(platform, { files: [big], onProgress: (progress) => void seen.push(progress) });
  const sent = seen.filter(({ stage }) => stage === 'upload').map(({ uploaded }) => uploaded);
  expect(sent.length).toBeGreaterThan(2);
  expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toMatchObject({ stage: 'analysis', uploaded: 1, uploads: [{ bytes: 3_000_000 }] });
});

test('without waiting, the data is there at once and tells when it is complete', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  let ready = false;
  platform.on(calls.listFiles, () => ({ list: [dataFile(ready ? analysed : {})], extras: {} }));
  const made = await create(platform, { files: [exampleRegions.glasgow], wait: false });
  expect(made.uploadProgress()).toMatchObject([{ name: 'glasgow.geojson' }]);
  expect(await made.createComplete()).toBe(false);
  ready = true;
  expect(await made.createComplete({ wait: true })).toBe(true);
  await expect(made.createComplete()).rejects.toMatchObject({ code: 'no_transfer' });
});

test('analysis is over when it found a size and whether the file can be used; extended analysis later', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const made = await create(platform, { files: [exampleRegions.glasgow] });
  const found = { ...analysed, number_of_ingesters: 2, ingesters: { one: {} } };
  platform.on(calls.listFiles, () => ({ list: [dataFile(found)], extras: {} }));
  expect(await made.checkAnalysisComplete()).toBe(true);
  expect(await made.checkAnalysisComplete({ extendedAnalysis: true })).toBe(false);
  platform.on(calls.listFiles, () => ({ list: [dataFile({ size: 1 })], extras: {} }));
  expect(await made.checkAnalysisComplete()).toBe(false);
});

test('a file that the platform cannot use is named with the reason', async () => {
  const store = takeUploads();
  await using platform = await startStore(store);
  const bad = dataFile({ size: 10, error: true, description: 'no JSON' });
  platform.on(calls.listFiles, () => ({ list: [bad], extras: {} }));
  const tried = create(platform, { files: [exampleRegions.glasgow] });
  await expect(tried).rejects.toThrow(AnalysisError);
  await expect(tried).rejects.toMatchObject({ files: ['glasgow.geojson'], dataId });
  await expect(tried).rejects.toThrow('no JSON');
});

test('an abort ends the upload and leaves no data behind', async () => {
  const controller = new AbortController();
  const store = takeUploads(() => {
    controller.abort(new Error('enough'));
    return true;
  });
  await using platform = await startStore(store);
  const tried = create(platform, { files: [exampleRegions.glasgow], signal: controller.signal });
  await expect(tried).rejects.toThrow('enough');
  expect(platform.asked(calls.deleteData)).toHaveLength(1);
});

test('a file that cannot be read is found before anything is made', async () => {
  await using platform = await startStore(takeUploads());
  const tried = create(platform, { files: [join(folder, 'missing')] });
  await expect(tried).rejects.toMatchObject({ code: 'wrong_argument' });
  expect(platform.asked(calls.createData)).toHaveLength(0);
});

test('a copy is loaded as the platform made it', async () => {
  await using platform = await startStore(takeUploads());
  const made = await create(platform, {});
  platform.on(calls.copyData, () => ({ model: data({ id: id(99) }), extras: {} }));
  platform.on(calls.getData, ({ params }) => ({
    model: data({ id: params['data_id'], name: 'Copy' }),
    extras: {},
  }));
  const copy = await made.copy({ name: 'Copy' });
  expect([copy.id, copy.name]).toEqual([id(99), 'Copy']);
  expect(platform.asked(calls.copyData)[0]?.body).toEqual({ Data: { name: 'Copy' } });
});

test('refusals of the platform on adding a file come through', async () => {
  await using platform = await startStore(takeUploads());
  platform.on(calls.addFile, () => {
    throw new Refusal(402, { error_message: 'no credits', code: 'insufficient_credits' });
  });
  const tried = create(platform, { files: [exampleRegions.lakeDistrict] });
  await expect(tried).rejects.toMatchObject({ name: 'InsufficientCreditsError' });
});

test.each([
  ['a path', async (path: string): Promise<FileSource> => path],
  [
    'a stream of unknown length',
    async (path: string): Promise<FileSource> => ({
      name: 'kept.bin',
      data: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    }),
  ],
])('no byte of %s is read over before it has left for a slow store', async (_, source) => {
  // More than the buffers of two sockets take, and no whole number of anything.
  const bytes = randomBytes(20_000_001);
  const path = join(folder, 'large.bin');
  await writeFile(path, bytes);
  await using platform = await startStore(takeUploads());
  const parts: Buffer[] = [];
  platform.onPath('/store/one', (request, response) => {
    void (async () => {
      for await (const part of request as AsyncIterable<Buffer>) {
        parts.push(part);
        if (parts.length % 40 === 0) await delay(5);
      }
      response.end('{}');
    })();
  });
  await create(platform, { files: [await source(path)] });
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
});
