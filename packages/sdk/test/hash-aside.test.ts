import { createHash, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { expect, test } from 'vitest';

import { startHash } from '../src/runtime/node/hash-aside.ts';
import { expectThreads } from './side-threads.ts';

const large = 64 * 1024 * 1024;

const hashed = (pieces: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('base64');
};

test.each([
  ['here', 1000],
  ['in a thread of its own', large],
  ['of an unknown number', undefined],
])('the checksum of bytes is that of their order, taken %s', async (_, size) => {
  const hash = startHash(size);
  const shared = new Uint8Array(new SharedArrayBuffer(100_000));
  const pieces = Array.from({ length: 20 }, (__, i) => randomBytes(100_000 - i));
  for (const piece of pieces) {
    shared.set(piece);
    // Then the memory is used again.
    await hash.update(shared.subarray(0, piece.length));
  }
  expect(await hash.digest()).toBe(hashed(pieces));
  await hash.close();
  await expectThreads('sha256', 0);
});

test('as many threads are begun as there are processors beside that of the program', async () => {
  const hashes = Array.from({ length: 6 }, () => startHash(large));
  const piece = randomBytes(1000);
  await Promise.all(hashes.map(async (hash) => await hash.update(piece)));
  await expectThreads('sha256', Math.min(6, availableParallelism() - 1));
  const digests = await Promise.all(hashes.map(async (hash) => await hash.digest()));
  expect(new Set(digests)).toEqual(new Set([hashed([piece])]));
  await Promise.all(hashes.map(async (hash) => await hash.close()));
  await expectThreads('sha256', 0);
  const again = startHash(large);
  await again.update(piece);
  await expectThreads('sha256', Math.min(1, availableParallelism() - 1));
  await again.close();
  await expectThreads('sha256', 0);
});

test('what waits for a checksum that is given up is told', async () => {
  const hash = startHash(large);
  const waiting = hash.update(new Uint8Array(new SharedArrayBuffer(1000)));
  await hash.close();
  // Done or refused, and not pending.
  const [told] = await Promise.allSettled([waiting]);
  expect(['fulfilled', 'rejected']).toContain(told.status);
  await expectThreads('sha256', 0);
});
