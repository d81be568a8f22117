import { createHash, randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { login } from 'fusion-platform';
import type { DataProgress, Organisation, SessionOptions } from 'fusion-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { seeded } from '../recovery/killed-platform.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import type { CuttingProxy } from '../support/cutting-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

// The client and a platform over a line that breaks.

/** In the names of the tests: what failed is tried again with the same cuts by FUSION_TEST_SEED. */
const seed = Number(process.env['FUSION_TEST_SEED'] ?? Date.now() % 1_000_000);
const size = process.env['FUSION_TEST_LONG'] ? 400_000_000 : 60_000_000;

let folder: Awaited<ReturnType<typeof testFolder>>;
let proxy: CuttingProxy;
let platform: RunningPlatform;
let path: string;
let sha256: string;

const start = async (): Promise<void> => {
  const port = await freePort();
  // The addresses that it gives lead over the line, too.
  platform = await startPlatform(folder.path, { FUSION_PUBLIC_URL: proxy.url, FUSION_PORT: String(port) });
  proxy.target = `http://127.0.0.1:${port}`;
};

beforeAll(async () => {
  folder = await testFolder();
  proxy = await startCuttingProxy();
  await start();
  path = join(folder.path, 'sent.bin');
  const bytes = randomBytes(size);
  sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(path, bytes);
});
afterAll(async () => {
  await proxy?.close();
  await platform?.stop();
  await folder?.remove();
});

async function analyst(options: Partial<SessionOptions> = {}): Promise<Organisation> {
  const session = await login({
    apiUrl: proxy.url,
    email,
    password,
    logLevel: 'error',
    retryDelay: { minimum: 20, maximum: 200 },
    pollInterval: 100,
    ...options,
  });
  return (await session.user.organisations().first())!;
}

/** Uploads the file while the line is cut as it is said, and gives what was seen. */
async function upload(cuts: CuttingProxy['cuts'], options: Partial<SessionOptions> = {}) {
  const organisation = await analyst(options);
  const before = proxy.sent;
  proxy.cuts = cuts.map((cut) => ({ ...cut, after: before + cut.after }));
  const seen: DataProgress[] = [];
  const data = await organisation.createData({
    name: 'Cut off',
    fileType: 'Other',
    files: [path],
    wait: true,
    onProgress: (progress) => void seen.push(progress),
  });
  const sent = proxy.sent - before;
  expect(proxy.cuts).toEqual([]);
  const file = (await data.files().first())!;
  const hash = createHash('sha256');
  for await (const chunk of file.stream()) hash.update(chunk);
  expect(hash.digest('hex')).toBe(sha256);
  await data.delete();
  expect(await readdir(join(folder.path, 'platform', 'objects', '.unfinished'))).toEqual([]);
  return { sent, uploads: seen.filter(({ stage }) => stage === 'upload').map(({ uploads }) => uploads[0]!) };
}

/** So many moments of the upload, in order. */
function moments(count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * size)).sort((a, b) => a - b);
}

test(`a file whose line is cut five times arrives whole, and most of it is sent once (seed ${seed})`, async () => {
  const cuts = moments(5, seeded(seed)).map((after) => ({ after }));
  const { sent, uploads } = await upload(cuts);
  expect(sent).toBeGreaterThan(size);
  expect(sent).toBeLessThan(2 * size);
  expect(uploads.filter(({ lost }) => lost).length).toBeGreaterThan(0);
  // What is shown never falls back to nothing once bytes were kept.
  const most = Math.max(...uploads.filter(({ lost }) => lost).map(({ bytes }) => bytes));
  expect(most).toBeGreaterThan(0);
  expect(uploads.at(-1)).toMatchObject({ bytes: size });
  expect(uploads.at(-1)!.lost).toBeUndefined();
});

test(`the same by the caller's own fetch (seed ${seed})`, async () => {
  const cuts = moments(2, seeded(seed + 1)).map((after) => ({ after }));
  const fetch: typeof globalThis.fetch = async (input, init) => await globalThis.fetch(input, init);
  const { sent } = await upload(cuts, { fetch });
  expect(sent).toBeLessThan(2 * size);
});

test('a platform that is killed in the middle has what came before', async () => {
  const after = Math.floor(size * 0.7);
  let asked = 0;
  const first = async (): Promise<void> => {
    await platform.kill();
    await start();
    asked = proxy.sent;
  };
  const { uploads } = await upload([{ after, first }], { retries: 30 });
  expect(asked).toBeGreaterThan(0);
  const lostAt = uploads.findIndex(({ lost }) => lost);
  const carriedOn = uploads.slice(lostAt).find(({ lost }) => !lost)!;
  // A few megabytes may have been on their way.
  expect(carriedOn.bytes).toBeGreaterThan(after - 20_000_000);
});
