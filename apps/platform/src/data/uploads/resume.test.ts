import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { balance, reserve, signingKey } from '../../accounts/index.ts';
import { serveFiles } from '../../http/index.ts';
import { listen } from '../../testing/listen.ts';
import { openTestPlatform } from '../../testing/test-platform.ts';
import type { TestPlatform } from '../../testing/test-platform.ts';
import { signAddress } from '../addresses.ts';

const content = randomBytes(900_000);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

let platform: TestPlatform;
let address: string;
let close: () => Promise<void>;
/** A data item of its own for each test, and the address of its file. */
let item: string;
let file: string;
let url: string;

beforeAll(async () => {
  platform = await openTestPlatform();
  ({ address, close } = await listen(platform.database, { plugins: [serveFiles(platform.data)] }));
});

afterAll(async () => {
  await close();
  await platform.close();
});

beforeEach(async () => {
  item = randomUUID();
  await platform.data.create(platform.organisation, { id: item, name: 'Kelvingrove' });
  const announced = await platform.data.addFile(platform.organisation, item, {
    name: 'large.bin',
    file_type: 'Other',
  });
  ({ file } = announced);
  url = `${address}/uploads/${announced.token}`;
});

afterEach(async () => await platform.data.remove(platform.organisation, item).catch(() => undefined));

const tus = { 'tus-resumable': '1.0.0' };

/** A request that adds bytes, which are sent by the caller. */
function open(offset: number, headers: OutgoingHttpHeaders = {}, to = url): ClientRequest {
  const sent = request(to, {
    method: 'PATCH',
    headers: {
      ...tus,
      'content-type': 'application/offset+octet-stream',
      'content-length': content.length - offset,
      'upload-offset': offset,
      'upload-length': content.length,
      ...headers,
    },
  });
  // What is cut off is told by whoever waits for its answer.
  sent.on('error', () => undefined);
  return sent;
}

async function answerOf(sent: ClientRequest) {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response) text += String(part);
  const message = text === '' ? '' : (JSON.parse(text) as { error_message: string }).error_message;
  return { status: response.statusCode, headers: response.headers, message };
}

async function patch(offset: number, headers: OutgoingHttpHeaders = {}, bytes = content.subarray(offset)) {
  const sent = open(offset, { 'content-length': bytes.length, ...headers });
  const answer = answerOf(sent);
  sent.end(bytes);
  return await answer;
}

const head = async (to = url) => await fetch(to, { method: 'HEAD', headers: tus });
const offset = async () => Number((await head()).headers.get('upload-offset'));
const unfinished = async () => await readdir(join(platform.folder, 'objects', '.unfinished'));

/** Sends the bytes up to `end` and breaks the connection once some of them are kept. */
async function cutOff(from: number, end: number): Promise<void> {
  const sent = open(from);
  sent.write(content.subarray(from, end));
  await expect.poll(async () => await platform.objects.received(await keyOf())).toBeGreaterThan(from);
  await new Promise((resolve) => sent.once('close', resolve).destroy());
}

async function stored(): Promise<Buffer> {
  const token = await platform.data.downloadToken(platform.organisation, item, file, false);
  return Buffer.from(await (await fetch(`${address}/downloads/${token}`)).arrayBuffer());
}

describe('an upload in several goes', () => {
  test('that comes in one costs and becomes what a single PUT does', async () => {
    const before = await balance(platform.database.queries, platform.organisation);
    const { status, headers } = await patch(0);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'upload-offset': String(content.length),
      'upload-length': String(content.length),
      'x-fusion-platform-sha256': digest(content),
      'tus-resumable': '1.0.0',
    });
    const between = await balance(platform.database.queries, platform.organisation);
    const other = await platform.data.addFile(platform.organisation, item, {
      name: 'b.bin',
      file_type: 'Other',
    });
    const put = await fetch(`${address}/uploads/${other.token}`, { method: 'PUT', body: content });
    expect(put.headers.get('x-fusion-platform-sha256')).toBe(digest(content));
    const after = await balance(platform.database.queries, platform.organisation);
    expect(before.minus(between).toFixed()).toBe(between.minus(after).toFixed());
    expect(await platform.analysed(item)).toMatchObject([
      { size: content.length, error: null },
      { size: content.length, error: null },
    ]);
    expect((await stored()).equals(content)).toBe(true);
  });

  test('goes on where it was cut off, however often', async () => {
    const begun = await head();
    expect(begun.status).toBe(200);
    expect(begun.headers.get('upload-offset')).toBe('0');
    expect(begun.headers.get('upload-defer-length')).toBe('1');
    expect(begun.headers.get('cache-control')).toBe('no-store');
    let at = 0;
    for (const cut of [300_000, 600_000, 899_999]) {
      await cutOff(at, cut);
      const now = await offset();
      // The end of what was sent may have been lost on the way.
      expect(now).toBeGreaterThan(at);
      expect(now).toBeLessThanOrEqual(cut);
      at = now;
    }
    expect((await head()).headers.get('upload-length')).toBe(String(content.length));
    const { status, headers } = await patch(at);
    expect([status, headers['x-fusion-platform-sha256']]).toEqual([204, digest(content)]);
    expect((await stored()).equals(content)).toBe(true);
    // The answer may have been lost: it is given again, to both.
    const again = await head();
    expect(again.headers.get('upload-offset')).toBe(String(content.length));
    expect(again.headers.get('x-fusion-platform-sha256')).toBe(digest(content));
    expect((await patch(content.length)).headers['x-fusion-platform-sha256']).toBe(digest(content));
    expect(await unfinished()).toEqual([]);
  });

  test('may come in pieces of which each is answered', async () => {
    for (let at = 0; at < content.length; at += 300_000) {
      const { status, headers } = await patch(at, {}, content.subarray(at, at + 300_000));
      expect([status, headers['upload-offset']]).toEqual([204, String(at + 300_000)]);
      expect(headers['x-fusion-platform-sha256'] === undefined).toBe(at + 300_000 < content.length);
    }
    expect((await stored()).equals(content)).toBe(true);
  });

  test('of an empty file is one', async () => {
    const { status } = await patch(0, { 'upload-length': 0 }, Buffer.alloc(0));
    expect(status).toBe(204);
    expect(await stored()).toHaveLength(0);
  });

  test.each([
    ['beyond what has come', 100_001, {}, 409, /100000 bytes have come/],
    ['before what has come', 99_999, {}, 409, /100000 bytes have come/],
    ['of another length', 100_000, { 'upload-length': 900_001 }, 409, /announced with 900000 bytes/],
    ['of more than was announced', 100_000, { 'content-length': 800_001 }, 413, /More bytes come/],
    ['without an offset', 100_000, { 'upload-offset': '' }, 400, /upload-offset: a whole number/],
    ['at no number', 100_000, { 'upload-offset': '1e5' }, 400, /upload-offset: a whole number/],
    ['at a negative offset', 100_000, { 'upload-offset': '-1' }, 400, /upload-offset: a whole number/],
    ['of another type', 100_000, { 'content-type': 'image/tiff' }, 400, /Content-Type/],
    ['by another version', 100_000, { 'tus-resumable': '0.2.2' }, 412, /speaks version 1.0.0/],
  ] as readonly [string, number, OutgoingHttpHeaders, number, RegExp][])(
    'bytes %s are refused, and change nothing',
    async (_, at, headers, status, message) => {
      expect((await patch(0, {}, content.subarray(0, 100_000))).status).toBe(204);
      const refused = await patch(at, headers, Buffer.alloc(Number(headers['content-length'] ?? 1000)));
      expect([refused.status, refused.message]).toEqual([status, expect.stringMatching(message)]);
      // Whoever is wrong about where it is, is told.
      expect(refused.headers['upload-offset']).toBe(/have come/.test(refused.message) ? '100000' : undefined);
      expect(await offset()).toBe(100_000);
      expect((await patch(100_000)).headers['x-fusion-platform-sha256']).toBe(digest(content));
    },
  );

  test('without a length or too large is refused before a byte is kept', async () => {
    const without = await patch(0, { 'upload-length': '' });
    expect([without.status, without.message]).toEqual([400, expect.stringMatching(/upload-length/)]);
    const large = await patch(0, { 'upload-length': 1_000_001 });
    expect([large.status, large.message]).toEqual([413, expect.stringMatching(/larger than the 1000000/)]);
    expect(await unfinished()).toEqual([]);
    expect(await offset()).toBe(0);
  });

  test('is for whoever has its address, as long as the one it was given to belongs to the organisation', async () => {
    expect((await head(`${url}x`)).status).toBe(403);
    const key = await signingKey(platform.database.queries, 'addresses');
    for (const [use, by] of [
      ['download', undefined],
      ['upload', '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11'],
    ] as const) {
      const token = await signAddress(key, { use, id: file, preview: false, by });
      expect((await head(`${address}/uploads/${token}`)).status).toBe(403);
      const sent = open(0, {}, `${address}/uploads/${token}`);
      sent.end(content);
      expect((await answerOf(sent)).status).toBe(403);
    }
    const gone = await signAddress(key, { use: 'upload', id: randomUUID(), preview: false, by: undefined });
    expect((await head(`${address}/uploads/${gone}`)).status).toBe(404);
    expect(await unfinished()).toEqual([]);
  });

  test('ends whoever still sends when it is asked how far it is, and goes on from there', async () => {
    const hanging = open(0);
    const cut = once(hanging, 'error');
    hanging.write(content.subarray(0, 300_000));
    await expect.poll(unfinished).toHaveLength(1);
    await expect.poll(async () => await platform.objects.received(await keyOf())).toBeGreaterThan(0);
    const at = await offset();
    await cut;
    expect(await offset()).toBe(at);
    expect((await patch(at)).headers['x-fusion-platform-sha256']).toBe(digest(content));
  });

  test('of two at once is all of one', async () => {
    const others = randomBytes(content.length);
    const both = [content, others].map(async (bytes) => {
      const sent = open(0);
      const answer = answerOf(sent).catch(() => undefined);
      for (let at = 0; at < bytes.length; at += 50_000) {
        if (sent.destroyed) break;
        const { promise, resolve } = Promise.withResolvers<void>();
        sent.once('close', resolve).write(bytes.subarray(at, at + 50_000), () => resolve());
        await promise;
        sent.off('close', resolve);
      }
      sent.end();
      return await answer;
    });
    await Promise.all(both);
    const at = await offset();
    const key = (await keyOf()) ?? '';
    // Each goes on from what is there; who began decides whose it is.
    const had = at > 0 ? await first(key, at) : Buffer.alloc(0);
    const whose = [content, others].filter((bytes) => bytes.subarray(0, had.length).equals(had));
    expect(whose.length).toBeGreaterThan(0);
    if (at < content.length) await patch(at, {}, whose[0]!.subarray(at));
    expect((await stored()).equals(whose[0]!)).toBe(true);
  });

  test('leaves nothing when its file comes in one go, or is deleted, also while bytes come', async () => {
    await cutOff(0, 300_000);
    expect(await offset()).toBeGreaterThan(0);
    expect(await unfinished()).toHaveLength(1);
    expect((await fetch(url, { method: 'PUT', body: content })).status).toBe(200);
    await expect.poll(unfinished).toEqual([]);

    const other = await platform.data.addFile(platform.organisation, item, {
      name: 'b.bin',
      file_type: 'Other',
    });
    url = `${address}/uploads/${other.token}`;
    file = other.file;
    const hanging = open(0);
    hanging.write(content.subarray(0, 300_000));
    await expect.poll(unfinished).toHaveLength(1);
    await platform.data.remove(platform.organisation, item);
    hanging.destroy();
    await expect.poll(unfinished).toEqual([]);
    expect((await head()).status).toBe(404);
  });

  test('of more than there are credits for is refused before a byte is kept', async () => {
    const left = (await balance(platform.database.queries, platform.organisation)).minus('0.005');
    await platform.database.transaction(async (tx) => {
      await reserve(tx, {
        organisationId: platform.organisation,
        use: { kind: 'upload' },
        amount: left.toFixed(),
        reference: item,
        idempotencyKey: 'all but a little',
      });
    });
    const refused = await patch(0);
    expect([refused.status, refused.message]).toEqual([402, expect.stringMatching(/costs 0.009, and 0.005/)]);
    expect(await unfinished()).toEqual([]);
    const small = await patch(0, { 'upload-length': 400_000 }, content.subarray(0, 400_000));
    expect(small.status).toBe(204);
  });
});

async function keyOf(): Promise<string> {
  const { rows } = (await platform.database.queries.execute(
    sql`select coalesce(upload_key, object_key) as key from data_files where id = ${file}`,
  )) as { rows: { key: string | null }[] };
  return rows[0]?.key ?? 'uploads/none';
}

/** The first bytes of what has come. */
async function first(key: string, length: number): Promise<Buffer> {
  const partial = join(platform.folder, 'objects', '.unfinished', key.replaceAll('/', '~'));
  const bytes = await readFile(partial).catch(async () => await readFile(platform.objects.localPath(key)));
  return bytes.subarray(0, length);
}
