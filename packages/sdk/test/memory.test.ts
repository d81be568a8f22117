import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { calls } from '@fusion-platform/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Fixture } from './fixture-server.ts';
import { startPlatform } from './platform-state.ts';
import { data, dataFile, dataId, id, organisationId } from './samples.ts';
import type { TransferJob, TransferResult } from './transfer-process.ts';

/** Of each kind one; with FUSION_TEST_LONG all. */
const some = <T>(cases: readonly T[]): readonly T[] =>
  process.env['FUSION_TEST_LONG'] ? cases : cases.slice(0, 1);

/** Many times what may be held. */
const large = 250_000_000;
const mostAddedMb = 100;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-sdk-memory-'));
  file = join(folder, 'large.bin');
  await writeFile(file, '');
  await truncate(file, large);
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Runs the transfers in a process of its own, whose memory is theirs alone. */
async function run(
  job: Omit<TransferJob, 'path' | 'atOnce'> & { readonly path?: string },
): Promise<TransferResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=fusion-source',
    join(import.meta.dirname, 'transfer-process.ts'),
    JSON.stringify({ path: file, atOnce: 4, ...job }),
  ]);
  return JSON.parse(stdout) as TransferResult;
}

/** A platform that takes so many bytes at a time, and then none for a while. */
async function slowTaker(burst: number): Promise<{ platform: Fixture; taken: number[] }> {
  const platform = await startPlatform();
  const taken: number[] = [];
  const analysed = { size: 10, publishable: true };
  platform.on(calls.newData, () => ({ model: { id: dataId, organisation_id: organisationId }, extras: {} }));
  platform.on(calls.createData, () => ({ model: data(), extras: {} }));
  platform.on(calls.addFile, () => ({ extras: { file: id(61), url: `${platform.url}/store/up` } }));
  platform.on(calls.listFiles, () => ({ list: [dataFile(analysed)], extras: {} }));
  platform.onPath('/store/up', (request, response) => {
    void (async () => {
      let bytes = 0;
      let next = burst;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes < next) continue;
        next += burst;
        await delay(20);
      }
      taken.push(bytes);
      response.end('{}');
    })();
  });
  return { platform, taken };
}

describe('uploads to a platform that is slower than the disk hold little of a file', () => {
  test.each(
    some([
      ['a path', 'path', 1, large],
      ['a Blob of a file', 'blob', 1, large],
      ['a stream', 'stream', 1, large],
      ['a stream of unknown length', 'unsized-stream', 1, large],
      ['twenty streams at once', 'stream', 20, 12_500_000],
    ] as const),
  )('%s', async (_, what, files, size) => {
    const { platform, taken } = await slowTaker(Math.ceil(10_000_000 / files));
    await using _platform = platform;
    const { addedMb } = await run({ url: platform.url, what, files, size });
    expect(addedMb).toBeLessThan(mostAddedMb);
    expect(taken.slice(1)).toEqual(Array.from({ length: files }, () => size));
  });
});

/** Sends zeros as fast as they are taken. */
async function sendZeros(request: IncomingMessage, response: ServerResponse, size: number): Promise<void> {
  const zeros = Buffer.alloc(256 * 1024);
  const hash = createHash('sha256');
  for (let left = size; left > 0; left -= zeros.length) hash.update(zeros.subarray(0, left));
  response.writeHead(200, { 'content-length': size, 'content-digest': `sha-256=:${hash.digest('base64')}:` });
  function* pieces(): Generator<Buffer> {
    for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
  }
  await pipeline(Readable.from(pieces()), response).catch(() => request.destroy());
}

describe('downloads to somebody who is slower than the platform hold little of a file', () => {
  test.each(
    some([
      ['to a path', 'download', 1, large],
      ['to a disk that is slow', 'download-slow-disk', 1, large],
      ['a stream that is read slowly', 'read-slowly', 1, large],
      ['twenty at once', 'download-slow-disk', 20, 12_500_000],
    ] as const),
  )('%s', async (_, what, files, size) => {
    await using platform = await startPlatform();
    platform.on(calls.listUploadedData, () => ({ list: [data()], extras: {} }));
    platform.on(calls.listFiles, () => ({ list: [dataFile({ size })], extras: {} }));
    platform.on(calls.downloadFile, () => ({ extras: { url: `${platform.url}/store/down` } }));
    let served = 0;
    platform.onPath('/store/down', (request, response) => {
      served += 1;
      void sendZeros(request, response, served === 1 ? 100_000 : size);
    });
    const { addedMb, read } = await run({ url: platform.url, what, files, size, path: folder });
    expect(addedMb).toBeLessThan(mostAddedMb);
    const written = what === 'read-slowly' ? read : (await stat(join(folder, `${files - 1}.bin`))).size;
    expect(written).toBe(size);
  });
});
