/** Files that are large enough for a connection of their own: what is true of small ones is true of them. */
import { createHash, randomBytes } from 'node:crypto';
import { WriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { calls } from '@fusion-platform/contract';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import type { DataFile, SessionOptions, TransferProgress } from '../src/index.ts';
import type { Fixture } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { data, dataFile } from './samples.ts';
import { serveBytes } from './store.ts';

/** No whole number of anything. */
const bytes = randomBytes(9_000_001);

let root: string;
let folder: string;
let path: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'fusion-sdk-'))));
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'test-'));
  path = join(folder, 'one.bin');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => await rm(root, { recursive: true }));

async function fileOf(
  platform: Fixture,
  options: Partial<SessionOptions> = {},
  size = bytes.length,
): Promise<DataFile> {
  platform.on(calls.listUploadedData, () => ({ list: [data()], extras: {} }));
  platform.on(calls.listFiles, () => ({ list: [dataFile({ size })], extras: {} }));
  platform.on(calls.downloadFile, () => ({ extras: { url: `${platform.url}/store/one` } }));
  const found = (await organisationOf(platform, options)).data();
  return (await (await found.first())!.files().first())!;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the file, and tells which of its requests `fetch` made. */
function serve(platform: Fixture, handler: Handler, at = '/store/one'): { readonly byFetch: boolean[] } {
  const byFetch: boolean[] = [];
  platform.onPath(at, (request, response) => {
    byFetch.push('sec-fetch-mode' in request.headers);
    handler(request, response);
  });
  return { byFetch };
}

const written = async (): Promise<boolean> => (await readFile(path)).equals(bytes);
const sha256 = createHash('sha256').update(bytes).digest('base64');

test('it is written whole, over a connection of its own, with progress', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { byFetch } = serve(platform, serveBytes(bytes).handler);
  const seen: TransferProgress[] = [];
  await file.download({ path, onProgress: (progress) => void seen.push(progress) });
  expect(await written()).toBe(true);
  expect(byFetch).toEqual([false]);
  expect(seen.at(-1)).toEqual({ name: 'glasgow.geojson', bytes: bytes.length, size: bytes.length });
  expect(seen.every(({ bytes: at }, index) => index === 0 || at >= seen[index - 1]!.bytes)).toBe(true);
});

test('one whose checksum is taken by a thread of its own comes whole, is resumed, and is held against it', async () => {
  const long = Buffer.concat(Array.from({ length: 8 }, () => bytes));
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 1 }, long.length);
  serve(platform, serveBytes(long, { breakAfter: 50_000_001 }).handler);
  await file.download({ path });
  expect((await readFile(path)).equals(long)).toBe(true);
  await rm(path);
  serve(platform, serveBytes(long, { digest: 'AAAA' }).handler);
  await expect(file.download({ path })).rejects.toMatchObject({ code: 'wrong_checksum' });
  expect(await readdir(folder)).toEqual([]);
});

test('a connection that breaks within a block is resumed at that very byte', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 1 });
  const { handler, ranges } = serveBytes(bytes, { breakAfter: 3_000_001 });
  serve(platform, handler);
  await file.download({ path });
  expect(await written()).toBe(true);
  expect(ranges).toEqual([undefined, 'bytes=3000001-', 'bytes=6000002-']);
});

test('what a partial file holds is not fetched again', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { handler, ranges } = serveBytes(bytes);
  serve(platform, handler);
  const partial = join(folder, 'one.part');
  await writeFile(partial, bytes.subarray(0, 300_001));
  await file.download({ path, partial });
  expect(await written()).toBe(true);
  expect(ranges).toEqual(['bytes=300001-']);
  expect(await readdir(folder)).toEqual(['one.bin']);
});

test('what has come when a download is given up is kept as it came', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 0 });
  serve(platform, serveBytes(bytes, { breakAfter: 3_000_001, length: bytes.length }).handler);
  const partial = join(folder, 'one.part');
  // What has come is worth going on, and after that nothing comes any more.
  platform.on(calls.downloadFile, ({ path: asked }) => ({
    extras: {
      url: `${platform.url}/store/${platform.asked(calls.downloadFile).length > 1 ? 'gone' : 'one'}?${asked}`,
    },
  }));
  serve(platform, (_, response) => response.destroy(), '/store/gone');
  await expect(file.download({ path, partial })).rejects.toMatchObject({ code: 'interrupted' });
  expect(await readdir(folder)).toEqual(['one.part']);
  expect((await readFile(partial)).equals(bytes.subarray(0, 3_000_001))).toBe(true);
});

test('a store without ranges still gives each byte once', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const whole = serveBytes(bytes, { ranges: false });
  const broken = serveBytes(bytes, { ranges: false, breakAfter: 3_000_001 });
  let tries = 0;
  serve(platform, (request, response) => {
    tries += 1;
    (tries === 1 ? broken : whole).handler(request, response);
  });
  await file.download({ path });
  expect(await written()).toBe(true);
});

test.each([
  ['a wrong checksum', { digest: 'AAAA' }, 'wrong_checksum'],
  ['a file that changed meanwhile', { breakAfter: 3_000_001, etags: ['"one"', '"two"'] }, 'changed'],
  ['a body that is shorter than it says', { length: bytes.length + 1 }, 'refused'],
  ['a body that is longer than it says', { length: bytes.length - 1 }, 'wrong_checksum'],
  ['a store that gives up', { breakAfter: 0 }, 'interrupted'],
])('%s leaves nothing behind and an older file as it was', async (_, how, code) => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { retries: 1, timeout: 5000 });
  serve(platform, serveBytes(bytes, how).handler);
  await writeFile(path, 'older');
  await expect(file.download({ path })).rejects.toMatchObject({ name: 'TransferError', code });
  expect(await readdir(folder)).toEqual(['one.bin']);
  expect(await readFile(path, 'utf8')).toBe('older');
});

/** Has every writing to a file take longer, now more and now less. */
function slowDown(): void {
  type Write = (this: WriteStream, ...args: Parameters<WriteStream['_write']>) => void;
  const { _write: write } = WriteStream.prototype as { _write: Write };
  let count = 0;
  vi.spyOn(WriteStream.prototype, '_write').mockImplementation(function (this: WriteStream, ...args) {
    count += 1;
    const [, , done] = args;
    setTimeout(() => {
      if (this.destroyed) done(new Error('closed meanwhile'));
      else write.apply(this, args);
    }, count % 7);
  });
}

test('no byte is written over before it is on a slow disk', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  slowDown();
  const { handler } = serveBytes(bytes, { breakAfter: 2_000_003 });
  serve(platform, handler);
  await file.download({ path });
  expect(await written()).toBe(true);
});

test('who keeps what a stream gives, keeps it as it was', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { byFetch } = serve(platform, serveBytes(bytes).handler);
  const kept: Uint8Array[] = [];
  for await (const chunk of file.stream()) kept.push(chunk);
  expect(Buffer.concat(kept).equals(bytes)).toBe(true);
  expect(Buffer.from(await (await file.download()).arrayBuffer()).equals(bytes)).toBe(true);
  expect(byFetch).toEqual([false, false]);
});

test('an abort while it is written closes the connection and leaves nothing behind', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  slowDown();
  const closed = Promise.withResolvers<void>();
  serve(platform, (_, response) => {
    response.once('close', () => closed.resolve());
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 4_000_000));
  });
  const controller = new AbortController();
  const onProgress = ({ bytes: at }: TransferProgress): void => {
    if (at > 1_000_000) controller.abort(new Error('enough'));
  };
  await expect(file.download({ path, signal: controller.signal, onProgress })).rejects.toThrow('enough');
  await closed.promise;
  expect(await readdir(folder)).toEqual([]);
});

test('a stream that is left early closes the connection', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const closed = Promise.withResolvers<void>();
  serve(platform, (_, response) => {
    response.once('close', () => closed.resolve());
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 4_000_000));
  });
  const reader = file.stream().getReader();
  expect((await reader.read()).done).toBe(false);
  await reader.cancel();
  await closed.promise;
});

test.skipIf(process.platform !== 'linux')('a full disk is said, and no file is made of it', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const closed = Promise.withResolvers<void>();
  serve(platform, (request, response) => {
    response.once('close', () => closed.resolve());
    serveBytes(bytes).handler(request, response);
  });
  const partial = join(folder, 'one.part');
  await symlink('/dev/full', partial);
  await expect(file.download({ path, partial })).rejects.toMatchObject({ code: 'ENOSPC' });
  await closed.promise;
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a store that goes on, however slowly, is waited for, and shown', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { timeout: 3000, retries: 0 });
  serve(platform, (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    void (async () => {
      for (let at = 0; at < 10; at += 1) {
        await delay(350);
        response.write(bytes.subarray(at, at + 1));
      }
    })();
  });
  const seen = new Set<number>();
  await file.download({ path, onProgress: (progress) => void seen.add(progress.bytes) });
  expect((await readFile(path)).equals(bytes.subarray(0, 10))).toBe(true);
  expect(seen.size).toBeGreaterThan(4);
});

test('a store that falls silent is given up', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform, { timeout: 2000, retries: 0 });
  serve(platform, (_, response) => {
    response.writeHead(200, { 'content-length': 5 }).flushHeaders();
  });
  await expect(file.download({ path })).rejects.toMatchObject({ code: 'interrupted' });
});

test.each([
  ['empty', (response: ServerResponse) => response.writeHead(200, { 'content-length': 0 }).end(), 0],
  ['of a length that is not told', (response: ServerResponse) => response.end(bytes), bytes.length],
  ['whole in one packet with its head', (response: ServerResponse) => response.end(bytes.subarray(0, 3)), 3],
])('a file that is %s comes', async (_, answer, length) => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  serve(platform, (__, response) => {
    if (length === bytes.length) response.flushHeaders();
    answer(response);
  });
  await file.download({ path });
  expect((await readFile(path)).equals(bytes.subarray(0, length))).toBe(true);
});

test('an answer that was compressed on its way is left to fetch', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { byFetch } = serve(platform, (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
  });
  await file.download({ path });
  expect(await written()).toBe(true);
  expect(byFetch).toEqual([false, true]);
});

test('a platform that leads on to its store is followed', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  serve(platform, (_, response) => {
    response.writeHead(307, { location: '/store/elsewhere', 'repr-digest': `sha-256=:${sha256}:` }).end('');
  });
  const store = serveBytes(bytes, { breakAfter: 5_000_000, digest: 'unknown to the store' });
  const { byFetch } = serve(platform, store.handler, '/store/elsewhere');
  await file.download({ path });
  expect(await written()).toBe(true);
  expect(byFetch).toEqual([false, false]);
});

test('an address that is no longer good is replaced by a fresh one', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const store = serveBytes(bytes);
  serve(platform, (request, response) => {
    if (platform.asked(calls.downloadFile).length < 2) response.writeHead(403).end();
    else store.handler(request, response);
  });
  await file.download({ path });
  expect(await written()).toBe(true);
});

test('who gave a fetch of their own gets all of it by that', async () => {
  await using platform = await startPlatform();
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push(new URL(input instanceof Request ? input.url : input).pathname);
    return await globalThis.fetch(input, init);
  };
  const file = await fileOf(platform, { fetch });
  const { byFetch } = serve(platform, serveBytes(bytes).handler);
  await file.download({ path });
  expect(await written()).toBe(true);
  expect(byFetch).toEqual([true]);
  expect(asked).toContain('/store/one');
});

test('where fetch goes by a proxy, so do files', async () => {
  await using platform = await startPlatform();
  const file = await fileOf(platform);
  const { byFetch } = serve(platform, serveBytes(bytes).handler);
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');
  await file.download({ path });
  vi.unstubAllEnvs();
  expect(await written()).toBe(true);
  expect(byFetch).toEqual([true]);
});
