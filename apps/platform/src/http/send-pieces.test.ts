import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { fastify } from 'fastify';
import { afterEach, expect, test } from 'vitest';

import { sendPieces } from './send-pieces.ts';

/** More than the buffers of two sockets take. */
const length = 20_000_001;
const whole = randomBytes(length);

let close: () => Promise<void> = async () => await Promise.resolve();
afterEach(async () => await close());

interface Told {
  /** How many pieces were asked for. */
  asked: number;
  readonly ended: Promise<void>;
}

/** Serves the bytes out of two blocks of memory, which are written over as soon as the rule allows it. */
async function serve(failAfter = Infinity): Promise<{ readonly url: string; readonly told: Told }> {
  const app = fastify();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const told: Told = { asked: 0, ended };
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const blocks = [Buffer.alloc(100_000), Buffer.alloc(100_000)];
    try {
      for (let from = 0; from < length; from += 100_000) {
        if (from >= failAfter) throw new Error('the disk is gone');
        // The one before is done with.
        blocks[(told.asked + 1) % 2]!.fill(255);
        const block = blocks[told.asked % 2]!;
        told.asked += 1;
        const piece = block.subarray(0, whole.copy(block, 0, from, from + 100_000));
        yield piece;
        piece.fill(254);
      }
    } finally {
      resolve();
    }
  }
  app.get('/file', async (request, reply) => {
    reply.code(200).headers({ 'content-length': String(length), 'x-told': 'yes' });
    await sendPieces(request, reply, pieces());
    return reply;
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  close = async () => await app.close();
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/file`, told };
}

async function ask(url: string): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  return answer;
}

test('all bytes go out as they were, with the headers of the reply', async () => {
  const { url } = await serve();
  const answer = await ask(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({ 'content-length': String(length), 'x-told': 'yes' });
  expect((await buffer(answer)).equals(whole)).toBe(true);
});

test('a caller who stops reading is waited for, and gets what was meant', async () => {
  const { url, told } = await serve();
  const answer = await ask(url);
  answer.pause();
  // As much as the buffers of the two sockets take.
  let before = -1;
  while (before !== told.asked) {
    before = told.asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(told.asked).toBeLessThan(length / 100_000);
  expect((await buffer(answer)).equals(whole)).toBe(true);
});

test('a caller who goes away ends it', async () => {
  const { url, told } = await serve();
  const answer = await ask(url);
  answer.destroy();
  await told.ended;
  expect(told.asked).toBeLessThan(length / 100_000);
});

test('bytes that cannot be read break the connection, so that nobody takes a part for the whole', async () => {
  const { url } = await serve(1_000_000);
  const answer = await ask(url);
  await expect(buffer(answer)).rejects.toThrow('aborted');
});
