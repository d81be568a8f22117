import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { putByRequest } from '../src/runtime/node/put-by-request.ts';

/** Sends ten bytes, and says that there are no more only after the store has answered. */
async function put(takesAll: boolean) {
  const answered = Promise.withResolvers<void>();
  // The moment at which the one that asked has the answer.
  const hear = (): void => void setImmediate(answered.resolve);
  subscribe('http.client.response.finish', hear);
  const server = createServer((request, response) => {
    const answer = (): void => {
      response.end('{}');
    };
    request.resume();
    if (takesAll) request.on('end', answer);
    else request.once('data', answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pieces = [new Uint8Array(5), new Uint8Array(5)];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        // What is left is sent at once, or only once there is an answer.
        if (pieces.length < (takesAll ? 1 : 2)) await answered.promise;
        const piece = pieces.shift();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  try {
    return await putByRequest({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      source: { name: 'ten', size: 10, repeatable: false, stream: () => stream },
      fetch: undefined,
      signal: AbortSignal.timeout(200_000),
      onBytes: () => undefined,
    });
  } finally {
    unsubscribe('http.client.response.finish', hear);
    server.closeAllConnections();
    server.close();
  }
}

test('a store that has all bytes may answer before the source says that it has ended', async () => {
  expect(await put(true)).toMatchObject({ status: 200, text: '{}' });
});

test('a store that answers before it has all bytes has not taken the file', async () => {
  await expect(put(false)).rejects.toThrow('the store answered before it had all bytes');
});
