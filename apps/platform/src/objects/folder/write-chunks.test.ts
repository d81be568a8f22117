import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { writeChunks } from './write-chunks.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fusion-chunks-'))));
afterAll(async () => await rm(folder, { recursive: true }));

/** Copies, each with memory of its own as what comes over a connection has. */
function own(sizes: readonly number[], whole: Buffer): Buffer[] {
  let at = 0;
  return sizes.map((size) => {
    const chunk = Buffer.allocUnsafeSlow(size);
    whole.copy(chunk, 0, at);
    at += size;
    return chunk;
  });
}

async function* give(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void, undefined> {
  yield* chunks;
}

async function written(chunks: readonly Buffer[], release: boolean): Promise<Buffer> {
  const path = join(folder, 'file');
  const file = await open(path, 'w');
  try {
    await writeChunks(file, give(chunks), { release });
  } finally {
    await file.close();
  }
  return await readFile(path);
}

test('chunks of any size are in the file, in order', async () => {
  const size = fc.oneof(fc.nat(2000), fc.constantFrom(65_536, 262_143, 262_144, 262_145, 600_000));
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 8 }), fc.boolean(), async (sizes, release) => {
      const whole = randomBytes(sizes.reduce((sum, one) => sum + one, 0));
      expect((await written(own(sizes, whole), release)).equals(whole)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('memory is given back where that is asked for, unless somebody else has a part of it', async () => {
  const whole = randomBytes(3000);
  const [kept] = own([3000], whole);
  await written([kept!], false);
  expect(kept!.equals(whole)).toBe(true);
  const [part] = own([3000], whole);
  await written([part!.subarray(0, 1000)], true);
  expect(part!.equals(whole)).toBe(true);
  const [given] = own([3000], whole);
  await written([given!], true);
  expect(given!.byteLength).toBe(0);
});

test('a source that breaks ends it once nothing is being written any more', async () => {
  async function* broken(): AsyncGenerator<Buffer, void, undefined> {
    yield randomBytes(300_000);
    throw new Error('cut off');
  }
  const file = await open(join(folder, 'broken'), 'w');
  await expect(writeChunks(file, broken(), { release: true })).rejects.toThrow('cut off');
  await file.close();
});

test.skipIf(process.platform !== 'linux')('a full disk ends it', async () => {
  const full = async (use: (file: FileHandle) => Promise<void>): Promise<void> => {
    const file = await open('/dev/full', 'w');
    await expect(use(file)).rejects.toMatchObject({ code: 'ENOSPC' });
    await file.close();
  };
  for (const count of [1, 300_000, 2_000_000])
    await full(async (file) => await writeChunks(file, give([randomBytes(count)]), {}));
});
