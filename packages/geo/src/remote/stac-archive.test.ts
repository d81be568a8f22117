import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { StacArchive } from './stac-archive.ts';
import type { StacArchiveOptions } from './stac-archive.ts';

const hills = JSON.stringify({ id: 'hills', description: 'Hills' });
const whole = (response: ServerResponse): void => void response.end(hills);
const half = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-length': hills.length }).write(hills.slice(0, 9));

/** An archive that answers with each of these once, and then with the last one. */
async function archiveThat(
  answers: readonly ((response: ServerResponse) => void)[],
  options: Partial<StacArchiveOptions> = {},
): Promise<StacArchive> {
  let asked = 0;
  const server = createServer((_request, response) =>
    answers[Math.min(asked++, answers.length - 1)]?.(response),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  return new StacArchive({ url, collection: 'hills', title: 'archive', signal, patience: 1000, ...options });
}

test('an answer that breaks off or never ends is asked for again, and all bytes count', async () => {
  const counted: number[] = [];
  const archive = await archiveThat(
    [
      (response) => {
        half(response);
        setImmediate(() => response.destroy());
      },
      half,
      whole,
    ],
    { onBytes: (bytes) => counted.push(bytes) },
  );
  expect(await archive.describe()).toMatchObject({ id: 'hills' });
  expect(counted.at(-1)).toBe(hills.length);
});

test('an overloaded archive is asked again when it wants to be, and each time that is told', async () => {
  const told: string[] = [];
  const archive = await archiveThat(
    [
      (response) => void response.writeHead(503, { 'retry-after': '0' }).end(),
      (response) => {
        half(response);
        setImmediate(() => response.destroy());
      },
      whole,
    ],
    { onRetry: (notice) => told.push(notice) },
  );
  expect(await archive.describe()).toMatchObject({ id: 'hills' });
  const { host } = new URL(archive.url);
  expect(told).toEqual([
    `${host} answers 503: trying again, 1 of 4`,
    `${host} breaks off its answer: trying again, 1 of 3`,
  ]);
});

test('an archive that trickles for ever is given up, as one that may do better another time', async () => {
  const archive = await archiveThat([half], { patience: 500 });
  await expect(archive.describe()).rejects.toMatchObject({
    code: 'unreachable',
    message: `The archive at ${archive.url} cannot be reached`,
    cause: expect.objectContaining({ message: 'the answer does not end in time' }) as unknown,
  });
});

test('a reader that is told to stop waits for no answer', async () => {
  const controller = new AbortController();
  const archive = await archiveThat(
    [
      (response) => {
        half(response);
        setImmediate(() => controller.abort(new Error('stop')));
      },
    ],
    { patience: 60_000, signal: controller.signal },
  );
  await expect(archive.describe()).rejects.toThrow('stop');
});
