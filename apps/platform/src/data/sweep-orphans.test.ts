import { Readable } from 'node:stream';

import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { tables } from '../database/index.ts';
import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import { removeDropped } from './drop.ts';
import { sweepOrphans } from './sweep-orphans.ts';

let platform: TestPlatform;
beforeAll(async () => void (platform = await openTestPlatform({ analyse: false })));
afterAll(async () => await platform.close());

test('an object that was stored and never written down is removed after a day, and no other is', async () => {
  const { database, objects } = platform;
  const dataId = await platform.upload('a.bin', 'Other', 'bytes');
  const [file] = await database.queries
    .update(tables.dataFiles)
    .set({ preview_key: 'previews/known' })
    .where(eq(tables.dataFiles.data_id, dataId))
    .returning();
  const put = async (key: string) => await objects.put(key, Readable.from([Buffer.from('x')]));
  for (const key of ['previews/known', 'uploads/lost/1', 'outputs/lost/2']) await put(key);
  expect(await sweepOrphans(platform)).toBe(0);
  expect(await sweepOrphans(platform, { olderThan: -1000 })).toBe(2);
  // Somebody writes one down after all, before the bytes go.
  await database.queries
    .update(tables.dataFiles)
    .set({ preview_key: 'outputs/lost/2' })
    .where(eq(tables.dataFiles.data_id, dataId));
  const context = { database, objects } as Parameters<typeof removeDropped>[0];
  await removeDropped(context);
  const left: string[] = [];
  for await (const { key } of objects.list()) left.push(key);
  expect(new Set(left)).toEqual(new Set([file!.object_key, 'outputs/lost/2', 'previews/known']));
  expect(await sweepOrphans(platform, { olderThan: -1000 })).toBe(1);
  expect(await objects.has(file!.object_key!)).toBe(true);
});
