import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { cancellationFile, readCancellation, writeCancellation } from './standing.ts';
import type { Cancellation } from './standing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-standing-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

test('an attempt that is cancelled again and again has its time to end, whenever that is read', async () => {
  expect(await readCancellation(folder)).toBeNull();
  await writeCancellation(folder, 60);
  const read = new Set<number>();
  const look = (): void => {
    const text = readFileSync(cancellationFile(folder), 'utf8');
    read.add((JSON.parse(text) as Cancellation).graceSeconds);
  };
  const looking = setInterval(look, 0);
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 100; i += 1) await writeCancellation(folder, 60);
    }),
  ).finally(() => clearInterval(looking));
  expect([...read]).toEqual([60]);
  expect(await readdir(folder)).toEqual(['cancelled.json']);
});
