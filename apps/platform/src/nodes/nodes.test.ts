import { randomUUID } from 'node:crypto';

import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { joinNodes, listNodes, readNodes } from './index.ts';
import type { Membership } from './join.ts';

let database: Database;
const joined: Membership[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  for (const membership of joined) await membership.leave();
  await database?.close();
});

const join = async (id: string, store: string): Promise<Membership> => {
  // The rules of a server, of which an embedded database has no need.
  const shared = { ...database, kind: 'postgresql' as const };
  const membership = await joinNodes(shared, { id, name: 'here', version: '1', store }, () => undefined);
  joined.push(membership);
  return membership;
};

test('nodes share one bucket, a folder is for one, and a silent node is in nobody’s way', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await join(first, 'folder');
  await expect(join(second, 'folder')).rejects.toThrow(/keeps its files in a folder, this one in a folder/);
  await expect(join(second, 'the bucket a')).rejects.toThrow(/FUSION_OBJECTS_S3_BUCKET/);
  // The same one, started again.
  await join(first, 'the bucket a');
  await expect(join(second, 'the bucket b')).rejects.toThrow(/in the bucket a, this one in the bucket b/);
  const other = await join(second, 'the bucket a');
  await other.offer({
    address: 'http://127.0.0.1:1',
    slots: 2,
    memoryMb: 512,
    runtime: 'process',
    isolation: 'none',
  });
  await other.offerServices(['one']);
  expect(await joined[1]!.servicesElsewhere()).toEqual(['one']);

  await database.queries
    .update(tables.nodes)
    .set({ heartbeat_at: sql`clock_timestamp() - interval '1 hour'` })
    .where(eq(tables.nodes.id, second));
  const listed = await listNodes(database.queries);
  expect(listed.map(({ id, state, slots }) => ({ id, state, slots }))).toEqual([
    { id: first, state: 'alive', slots: 0 },
    { id: second, state: 'silent', slots: 2 },
  ]);
  const read = await readNodes(database.queries);
  expect(read).toMatchObject([
    { id: first, state: 'alive', runtime: null, busy: 0 },
    { id: second, state: 'silent', version: '1', slots: 2, busy: 0, memory: 512, busy_memory: 0 },
  ]);
  expect(JSON.stringify(read)).not.toMatch(/127\.0\.0\.1|here/);
  expect(await joined[1]!.servicesElsewhere()).toEqual([]);
  await other.leave();
  expect(await listNodes(database.queries)).toHaveLength(1);
});
