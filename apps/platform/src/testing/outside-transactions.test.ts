import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { createFolderObjects } from '../objects/index.ts';
import type { Objects } from '../objects/index.ts';
import { outsideTransactions } from './outside-transactions.ts';

let folder: string;
let database: Database;
let objects: Objects;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-outside-'));
  database = await openDatabase({ folder: 'memory://' });
  objects = outsideTransactions(await createFolderObjects(folder));
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const put = async (): Promise<unknown> => await objects.put('uploads/a', Readable.from([Buffer.from('a')]));

test('a store that is used within a transaction fails, however deep in what the transaction calls', async () => {
  const within = database.transaction(async () => {
    await Promise.resolve().then(put);
  });
  await expect(within).rejects.toThrow('objects.put is called within a transaction');
  expect(await objects.has('uploads/a')).toBe(false);
});

test('before and after a transaction, and beside one, it is as it was', async () => {
  const open = Promise.withResolvers<void>();
  const transaction = database.transaction(async () => await open.promise);
  await put();
  expect(await objects.size('uploads/a')).toBe(1);
  open.resolve();
  await transaction;
  expect(await objects.has('uploads/a')).toBe(true);
});
