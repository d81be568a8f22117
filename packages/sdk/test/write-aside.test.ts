import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { pour } from '../src/runtime/node/pour.ts';
import { startWriting } from '../src/runtime/node/write-aside.ts';
import { expectThreads } from './side-threads.ts';

const large = 64 * 1024 * 1024;
const ways = [
  ['by the thread of the program', 1000],
  ['by a thread of its own', large],
] as const;

let folder: string;
let count = 0;
const newPath = (): string => join(folder, `${(count += 1)}`);
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fusion-sdk-'))));
afterAll(async () => await rm(folder, { recursive: true }));

function sharedCopy(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

test.each(ways)('what is written %s is whole and in order, whatever memory it was in', async (_, size) => {
  const path = newPath();
  const pieces = Array.from({ length: 12 }, (__, n) => randomBytes(65_536 * 3 + n - 6));
  const chunks = pieces.map((piece, n) => (n % 3 === 0 ? piece.subarray(0) : sharedCopy(piece)));
  async function* given(): AsyncGenerator<Uint8Array | string> {
    yield 'first ';
    yield* chunks;
    yield 'ä';
  }
  await pour(given(), await startWriting(path, 'wx', size));
  const expected = Buffer.concat([Buffer.from('first '), ...pieces, Buffer.from('ä')]);
  expect((await readFile(path)).equals(expected)).toBe(true);
  await expectThreads('write', 0);
});

test.each(ways)('memory is used again once it is written %s', async (_, size) => {
  const path = newPath();
  const sink = await startWriting(path, 'wx', size);
  const block = new Uint8Array(new SharedArrayBuffer(300_000));
  for (let turn = 0; turn < 20; turn += 1) {
    block.fill(turn);
    await sink.write(block);
  }
  await sink.end();
  const expected = Buffer.concat(Array.from({ length: 20 }, (__, turn) => Buffer.alloc(300_000, turn)));
  expect((await readFile(path)).equals(expected)).toBe(true);
});

test.each(ways)(
  'a file goes on where it ended, and keeps what came when no more comes: %s',
  async (_, size) => {
    const path = newPath();
    await writeFile(path, 'one ');
    async function* given(): AsyncGenerator<Uint8Array> {
      yield sharedCopy(Buffer.from('two '));
      yield sharedCopy(Buffer.from('three'));
      await Promise.resolve();
      throw new Error('no more');
    }
    await expect(pour(given(), await startWriting(path, 'a', size))).rejects.toThrow('no more');
    expect(await readFile(path, 'utf8')).toBe('one two three');
    await expectThreads('write', 0);
  },
);

test.each(ways)('a file that is there already, or has no folder, is told as ever: %s', async (_, size) => {
  const path = newPath();
  await writeFile(path, 'older');
  await expect(startWriting(path, 'wx', size)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(startWriting(join(path, 'in'), 'wx', size)).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(await readFile(path, 'utf8')).toBe('older');
  await expectThreads('write', 0);
});

test.skipIf(!existsSync('/dev/full')).each(ways)('a disk that is full is told, %s', async (_, size) => {
  async function* given(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 20; n += 1) {
      yield sharedCopy(randomBytes(100_000));
      await Promise.resolve();
    }
  }
  const writing = pour(given(), await startWriting('/dev/full', 'a', size));
  await expect(writing).rejects.toMatchObject({ name: 'Error', code: 'ENOSPC', syscall: 'write' });
  await expectThreads('write', 0);
});

test('as many threads write as there are processors beside that of the program', async () => {
  const sinks = await Promise.all(
    Array.from({ length: 4 }, async () => await startWriting(newPath(), 'wx', large)),
  );
  await Promise.all(sinks.map(async (sink) => await sink.write(sharedCopy(randomBytes(1000)))));
  expect(await readFile(join(folder, `${count}`))).toHaveLength(1000);
  await expectThreads('write', Math.min(4, availableParallelism() - 1));
  await Promise.all(sinks.map(async (sink) => await sink.end()));
  await expectThreads('write', 0);
});
