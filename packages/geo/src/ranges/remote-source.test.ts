import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { serveRanges } from '../../test/support/range-server.ts';
import type { RangeServer, Trouble } from '../../test/support/range-server.ts';
import { BLOCK } from './block-folder.ts';
import { RemoteSource } from './remote-source.ts';
import type { RemoteSourceOptions } from './remote-source.ts';

const file = temporaryFolder();
const bytes = randomBytes(20 * BLOCK + 1234);
beforeAll(() => writeFile(file('some.bin'), bytes));

const serve = (): Promise<RangeServer> => serveRanges(file('some.bin'));
const quick = { backoff: 1 };
/** Only what waits for a server that says nothing more runs out of patience soon. */
const patienceWith = (trouble: Trouble): RemoteSourceOptions =>
  trouble === 'silent' || trouble === 'drip' ? { patience: 1000 } : {};

/** Opens the file and reads slices of it, each given as offset and length. */
async function read(
  server: RangeServer,
  slices: readonly (readonly [number, number])[],
  options: RemoteSourceOptions = {},
): Promise<Buffer[]> {
  const source = await RemoteSource.open(server.url, { ...quick, ...options });
  try {
    const parts = await source.fetch(slices.map(([offset, length]) => ({ offset, length })));
    return parts.map((part) => Buffer.from(part));
  } finally {
    await source.close();
  }
}

const ranges = ({ requests }: RangeServer): (string | undefined)[] => requests.map(({ range }) => range);
const blocks = (first: number, last: number): string => `bytes=${first * BLOCK}-${(last + 1) * BLOCK - 1}`;

test('slices that touch blocks side by side come in one request', async () => {
  const server = await serve();
  const slices = [
    [3 * BLOCK + 5, 10],
    [4 * BLOCK - 1, 2],
    [9 * BLOCK, 3 * BLOCK],
    [10, 20],
    [20 * BLOCK + 1000, 10_000],
  ] as const;
  const parts = await read(server, slices);
  for (const [index, [offset, length]] of slices.entries())
    expect(parts[index]?.equals(bytes.subarray(offset, offset + length))).toBe(true);
  expect(ranges(server)).toEqual([
    blocks(0, 0),
    blocks(3, 4),
    blocks(9, 11),
    `bytes=${20 * BLOCK}-${bytes.length - 1}`,
  ]);
});

test('a slice beyond the end of the file is refused', async () => {
  const server = await serve();
  await expect(read(server, [[bytes.length, 1]])).rejects.toMatchObject({
    code: 'unusable',
    message: `the file is cut off: ${server.url}`,
  });
});

describe('a server in trouble', () => {
  test.each<[string, Trouble]>([
    ['hangs up in the middle of an answer', 'cut'],
    ['ends an answer too early', 'short'],
    ['sends nothing', 'silent'],
    ['sends a byte and no more', 'drip'],
    ['answers with another part', 'shifted'],
    ['does not say which part it sends', 'unnamed'],
    ['sends more than it was asked for', 'more'],
    ['is overloaded', { status: 503, headers: { 'retry-after': '0' } }],
    ['asks for patience in a way that makes no sense', { status: 429, headers: { 'retry-after': 'soon' } }],
  ])('that %s once is asked again', async (_name, trouble) => {
    const server = await serve();
    server.trouble.push(trouble, trouble);
    const counted: number[] = [];
    const slices = [[100, 5 * BLOCK]] as const;
    const [part] = await read(server, slices, {
      ...patienceWith(trouble),
      onBytes: (count) => counted.push(count),
    });
    expect(part?.equals(bytes.subarray(100, 100 + 5 * BLOCK))).toBe(true);
    expect(server.requests.length).toBeGreaterThan(2);
    // What came in vain has been transferred, too.
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(6 * BLOCK);
  });

  test('that breaks off is asked for the rest alone', async () => {
    const server = await serve();
    server.trouble.push(...([undefined, 'short'] as Trouble[]));
    const [part] = await read(server, [[2 * BLOCK, 4 * BLOCK]]);
    expect(part?.equals(bytes.subarray(2 * BLOCK, 6 * BLOCK))).toBe(true);
    expect(ranges(server)).toEqual([blocks(0, 0), blocks(2, 5), `bytes=${4 * BLOCK}-${6 * BLOCK - 1}`]);
  });

  test.each<[string, Trouble, string, string]>([
    ['always breaks off', 'drip', 'unreachable', 'the server is too slow'],
    ['never sends all', 'short', 'unreachable', 'the server sends less than it was asked for'],
    ['always sends another part', 'shifted', 'unusable', 'the server answers with another part of the file'],
    ['never says which part it sends', 'unnamed', 'unusable', 'the server answers with another part'],
    ['ignores ranges', 200, 'unusable', 'the server does not serve parts of a file'],
    ['hangs up for ever', 0, 'unreachable', 'the server does not answer'],
  ])('that %s is given up', async (_name, trouble, code, message) => {
    const server = await serve();
    server.trouble.push(...Array.from({ length: 4 }, () => trouble));
    const error: unknown = await read(server, [], { tries: 3, ...patienceWith(trouble) }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as unknown });
    expect(server.trouble.length).toBe(trouble === 200 ? 3 : 1);
  });

  test('that serves another version meanwhile gives no mixture of both', async () => {
    const server = await serve();
    server.headers['etag'] = '"1"';
    const source = await RemoteSource.open(server.url, quick);
    server.headers['etag'] = '"2"';
    await expect(source.fetchSlice({ offset: BLOCK, length: 10 })).rejects.toMatchObject({
      code: 'unreachable',
      message: `the file changed while it was read: ${server.url}`,
    });
  });

  test('is not asked at all by an address that is not of the web', async () => {
    await expect(RemoteSource.open('ftp://127.0.0.1/file', quick)).rejects.toMatchObject({
      code: 'unusable',
    });
  });

  test('is left alone once the reader is told to stop', async () => {
    const server = await serve();
    server.trouble.push('drip');
    const controller = new AbortController();
    const reading = RemoteSource.open(server.url, {
      signal: controller.signal,
      onBytes: () => controller.abort(new Error('stop')),
    });
    await expect(reading).rejects.toThrow('stop');
  });
});

describe('kept blocks', () => {
  const slices = [[2 * BLOCK, 4 * BLOCK]] as const;
  const expected = bytes.subarray(2 * BLOCK, 6 * BLOCK);

  /** A folder for blocks, and a server that says which version of the file it has. */
  async function keeping(name: string, maxBytes = 1e9) {
    const server = await serve();
    server.headers['etag'] = '"1"';
    const cache = { folder: file(name), maxBytes };
    await mkdir(cache.folder);
    return { server, cache };
  }

  test('serve other readers, who only ask for the beginning of the file', async () => {
    const { server, cache } = await keeping('shared');
    await read(server, slices, { cache });
    const asked = server.requests.length;
    const again = await read(server, [...slices, [7 * BLOCK, 1]], { cache });
    expect(again[0]?.equals(expected)).toBe(true);
    expect(ranges(server).slice(asked)).toEqual([blocks(0, 0), blocks(7, 7)]);
  });

  test('serve readers that come at the same time, whoever writes first', async () => {
    const { server, cache } = await keeping('together');
    const all = await Promise.all(Array.from({ length: 8 }, () => read(server, slices, { cache })));
    for (const [part] of all) expect(part?.equals(expected)).toBe(true);
    const [folder = ''] = await readdir(cache.folder);
    expect((await readdir(join(cache.folder, folder))).sort()).toEqual(['2', '3', '4', '5']);
  });

  test('of another version of the file are not used', async () => {
    const { server, cache } = await keeping('versions');
    await read(server, slices, { cache });
    const others = randomBytes(bytes.length);
    server.replace(others);
    server.headers['etag'] = '"2"';
    const [part] = await read(server, slices, { cache });
    expect(part?.equals(others.subarray(2 * BLOCK, 6 * BLOCK))).toBe(true);
  });

  test('are told apart by date and size where a server has no strong ETag', async () => {
    const { server, cache } = await keeping('dates');
    server.headers['etag'] = 'W/"1"';
    await read(server, slices, { cache });
    expect(await readdir(cache.folder)).toEqual([]);
    server.headers['last-modified'] = 'Sat, 31 Jan 2026 12:00:00 GMT';
    await read(server, slices, { cache });
    const asked = server.requests.length;
    await read(server, slices, { cache });
    expect(ranges(server).slice(asked)).toEqual([blocks(0, 0)]);
  });

  test('that are damaged or half written are fetched anew', async () => {
    const { server, cache } = await keeping('damaged');
    await read(server, slices, { cache });
    const [folder = ''] = await readdir(cache.folder);
    const path = (block: number): string => join(cache.folder, folder, String(block));
    const damaged = await readFile(path(3));
    damaged[5] = (damaged[5] ?? 0) ^ 1;
    await writeFile(path(3), damaged);
    await writeFile(path(4), Buffer.alloc(BLOCK + 4));
    await writeFile(path(5), '');
    const asked = server.requests.length;
    const [part] = await read(server, slices, { cache });
    expect(part?.equals(expected)).toBe(true);
    expect(ranges(server).slice(asked)).toEqual([blocks(0, 0), blocks(3, 5)]);
    expect((await readFile(path(4))).equals(Buffer.alloc(BLOCK + 4))).toBe(false);
  });

  test('make room for others, those of files that were not opened for the longest time first', async () => {
    const { server, cache } = await keeping('small', 16 * BLOCK);
    for (const [index, version] of ['"a"', '"b"', '"c"'].entries()) {
      server.headers['etag'] = version;
      const known = await readdir(cache.folder);
      await read(server, [[BLOCK, 6 * BLOCK]], { cache });
      const made = (await readdir(cache.folder)).find((name) => !known.includes(name)) ?? '';
      const then = new Date(Date.now() - (10 - index) * 60_000);
      await utimes(join(cache.folder, made), then, then);
    }
    server.headers['etag'] = '"d"';
    await read(server, [[BLOCK, BLOCK]], { cache });
    const asked = server.requests.length;
    for (const version of ['"c"', '"a"']) {
      server.headers['etag'] = version;
      await read(server, [[BLOCK, BLOCK]], { cache });
    }
    expect(ranges(server).slice(asked)).toEqual([blocks(0, 0), blocks(0, 0), blocks(1, 1)]);
  });

  test('of one file larger than the room are not kept beyond it', async () => {
    const { server, cache } = await keeping('large', 4 * BLOCK);
    const [part] = await read(server, [[0, bytes.length]], { cache });
    expect(part?.equals(bytes)).toBe(true);
    const [folder = ''] = await readdir(cache.folder);
    expect((await readdir(join(cache.folder, folder))).length).toBeLessThanOrEqual(5);
  });

  test('are done without where the folder cannot be written', async () => {
    const { server, cache } = await keeping('absent');
    const nowhere = { ...cache, folder: file('some.bin') };
    expect((await read(server, slices, { cache: nowhere }))[0]?.equals(expected)).toBe(true);
  });
});
