import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import type { SessionOptions, TransferError } from '../src/index.ts';
import type { Fixture } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { data, dataFile, dataId, id, organisationId } from './samples.ts';
import { takeUploads } from './store.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A platform that takes files whole, and, as `answer` says, in several goes. */
async function startStore(answer: Answer) {
  const platform = await startPlatform();
  const store = takeUploads();
  const asked: string[] = [];
  platform.on(calls.newData, () => ({ model: { id: dataId, organisation_id: organisationId }, extras: {} }));
  platform.on(calls.createData, () => ({ model: data(), extras: {} }));
  platform.on(calls.deleteData, () => ({}));
  const [url, resumable_url] = [`${platform.url}/store/whole`, `${platform.url}/store/goes`];
  platform.on(calls.addFile, () => ({ extras: { file: id(61), url, resumable_url } }));
  platform.on(calls.listFiles, () => ({ list: [dataFile({ size: 3, publishable: true })], extras: {} }));
  platform.onPath('/store/whole', store.handler);
  platform.onPath('/store/goes', (request, response) => {
    asked.push(`${request.method} ${String(request.headers['upload-offset'] ?? '')}`.trim());
    void answer(request, response);
  });
  return { platform, store, asked };
}

async function create(platform: Fixture, session: Partial<SessionOptions> = {}, more = {}) {
  const owner = await organisationOf(platform, session);
  const files = [{ name: 's', data: 'abcdef' }];
  return await owner.createData({ name: 'New', fileType: 'GeoJSON', files, wait: true, ...more });
}

const taken = (response: ServerResponse, offset: number, headers = {}): void => {
  response.writeHead(204, { 'upload-offset': offset, ...headers }).end();
};

test('a file goes in one request, with its length and where it begins', async () => {
  const bodies: Buffer[] = [];
  const { platform, asked, store } = await startStore(async (request, response) => {
    expect(request.headers).toMatchObject({
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'content-length': '6',
      'upload-length': '6',
    });
    bodies.push(await buffer(request));
    taken(response, 6);
  });
  await using _ = platform;
  await create(platform);
  expect(asked).toEqual(['PATCH 0']);
  expect(Buffer.concat(bodies).toString()).toBe('abcdef');
  expect(store.puts).toEqual([]);
});

test.each([404, 405, 412, 415, 501])('where that is answered with %d it goes by one PUT', async (status) => {
  const { platform, asked, store } = await startStore((_, response) => void response.writeHead(status).end());
  await using _ = platform;
  await create(platform);
  expect(asked).toEqual(['PATCH 0']);
  expect(store.puts.map(({ bytes }) => bytes.toString())).toEqual(['abcdef']);
});

test('after a lost connection what is missing is sent, and the checksum is that of the whole', async () => {
  const sha256 = createHash('sha256').update('abcdef').digest('base64');
  for (const [said, ends] of [
    [sha256, undefined],
    ['AAAA', 'wrong_checksum'],
  ] as const) {
    const rest: string[] = [];
    const { platform, asked } = await startStore(async (request, response) => {
      const body = (await buffer(request)).toString();
      if (request.method === 'HEAD')
        response.writeHead(200, { 'upload-offset': 2, 'upload-length': 6 }).end();
      else if (rest.push(body) === 1) response.destroy();
      else taken(response, 6, { 'x-fusion-platform-sha256': said });
    });
    await using _ = platform;
    const failed = await create(platform).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect((failed as TransferError | undefined)?.code).toBe(ends);
    expect(asked).toEqual(['PATCH 0', 'HEAD', 'PATCH 2']);
    expect(rest).toEqual(['abcdef', 'cdef']);
  }
});

test('an answer that was lost is asked for, and nothing is sent twice', async () => {
  const { platform, asked } = await startStore(async (request, response) => {
    await buffer(request);
    if (request.method === 'PATCH') response.destroy();
    else response.writeHead(200, { 'upload-offset': 6, 'x-fusion-platform-sha256': 'AAAA' }).end();
  });
  await using _ = platform;
  // Which tells, too, that what is kept is not what was sent.
  await expect(create(platform)).rejects.toMatchObject({ code: 'wrong_checksum' });
  expect(asked).toEqual(['PATCH 0', 'HEAD']);
});

test('who knows better is believed: other bytes come next', async () => {
  const { platform, asked } = await startStore(async (request, response) => {
    await buffer(request);
    if (request.method === 'HEAD') response.writeHead(200, { 'upload-offset': 4 }).end();
    else if (request.headers['upload-offset'] === '4') taken(response, 6);
    else response.writeHead(409, { 'upload-offset': 4 }).end('{}');
  });
  await using _ = platform;
  await create(platform);
  expect(asked).toEqual(['PATCH 0', 'HEAD', 'PATCH 4']);
});

test('tries are bounded where nobody is there, and where it gets no further', async () => {
  const gone = await startStore((_, response) => void response.destroy());
  await using _ = gone.platform;
  await expect(create(gone.platform, { retries: 1 })).rejects.toMatchObject({ code: 'interrupted' });
  expect(gone.asked).toEqual(['PATCH 0', 'HEAD', 'HEAD', 'HEAD', 'HEAD']);
  await expect(create(gone.platform, { retries: 1 }, { uploadRetries: 0 })).rejects.toThrow('cut off');
  expect(gone.asked).toHaveLength(6);

  const stuck = await startStore(async (request, response) => {
    await buffer(request);
    if (request.method === 'HEAD') response.writeHead(200, { 'upload-offset': 0 }).end();
    else response.writeHead(503).end();
  });
  await using __ = stuck.platform;
  const tried = create(stuck.platform, { retries: 1 }, { uploadRetries: Infinity });
  await expect(tried).rejects.toMatchObject({ code: 'refused', status: 503 });
  expect(stuck.asked.filter((one) => one === 'PATCH 0')).toHaveLength(5);
});

test.each([
  ['no offset', {}],
  ['one beyond the file', { 'upload-offset': 7 }],
  ['a word', { 'upload-offset': 'many' }],
])('a platform that tells %s is not believed', async (_, headers) => {
  const { platform } = await startStore(async (request, response) => {
    await buffer(request);
    if (request.method === 'HEAD') response.writeHead(200, headers).end();
    else response.destroy();
  });
  await using __ = platform;
  await expect(create(platform)).rejects.toThrow('does not say how much has come');
});

test('bytes that were never sent are not taken for ours', async () => {
  const size = 64_000_000;
  const { platform } = await startStore((request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { 'upload-offset': size - 1 }).end();
    // Few have left by then: the connection holds some megabytes.
    else response.destroy();
  });
  await using _ = platform;
  const files = [{ name: 's', data: new Uint8Array(size) }];
  await expect(create(platform, {}, { files })).rejects.toThrow('somebody else sends bytes');
});
