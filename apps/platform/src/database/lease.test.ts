import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { claimRows, releaseClaims, renewClaims } from './lease.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import type { Database } from './open.ts';
import { selectRows } from './rows.ts';

let database: Database;
const organisation = randomUUID();

beforeAll(async () => {
  database = await openTestDatabase();
  await database.queries.execute(
    sql`insert into organisations (id, name) values (${organisation}, 'Survey')`,
  );
});
afterAll(async () => await database?.close());

beforeEach(async () => {
  await database.queries.execute(sql`delete from notifications`);
  for (const name of ['a', 'b', 'c'])
    await database.queries.execute(
      sql`insert into notifications (id, organisation_id, event, once, payload)
        values (${randomUUID()}, ${organisation}, 'execution.ended', ${name}, '{}')`,
    );
});

const namesOf = async (ids: readonly string[]): Promise<string[]> => {
  const rows = await selectRows<{ id: string; once: string }>(
    database.queries,
    sql`select id, once from notifications`,
  );
  return ids.map((id) => rows.find((row) => row.id === id)!.once);
};

const claim = async (owner: string, limit = 1, more: { own?: boolean } = {}): Promise<string[]> =>
  await claimRows(database.queries, 'notifications', {
    lease: { owner, seconds: 60 },
    where: sql`sent_at is null`,
    order: sql`once desc`,
    limit,
    set: sql`tries = tries + 1`,
    ...more,
  });

const expire = async (): Promise<void> => {
  await database.queries.execute(
    sql`update notifications set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`,
  );
};

test('a row is one worker’s, in the order asked for, until it is released or its lease is over', async () => {
  const first = await claim('one', 2);
  expect(await namesOf(first)).toEqual(['c', 'b']);
  expect(await namesOf(await claim('two', 5))).toEqual(['a']);
  expect(await claim('two', 5)).toEqual([]);
  await releaseClaims(database.queries, 'notifications', [first[0]!], 'two');
  expect(await claim('three')).toEqual([]);
  await releaseClaims(database.queries, 'notifications', [first[0]!], 'one', { set: sql`tries = tries - 1` });
  expect(await namesOf(await claim('three'))).toEqual(['c']);
  const tries = await selectRows(database.queries, sql`select once, tries from notifications order by once`);
  expect(tries).toEqual([
    { once: 'a', tries: 1 },
    { once: 'b', tries: 1 },
    { once: 'c', tries: 1 },
  ]);
  await expire();
  expect(await namesOf(await claim('four', 5))).toEqual(['c', 'b', 'a']);
});

test('a lease that is renewed in time holds, and only its owner renews it', async () => {
  const ids = await claim('one');
  await expire();
  await renewClaims(database.queries, 'notifications', ids, { owner: 'two', seconds: 60 });
  expect(await claim('two')).toEqual(ids);
  await renewClaims(database.queries, 'notifications', ids, { owner: 'one', seconds: 60 });
  await expire();
  await renewClaims(database.queries, 'notifications', ids, { owner: 'two', seconds: 60 });
  expect(await claim('one', 5)).not.toContain(ids[0]);
});

test('a worker that starts again finds its own claims, and a release may hold a row back', async () => {
  const ids = await claim('one');
  expect(await claim('one', 1, { own: true })).toEqual(ids);
  await releaseClaims(database.queries, 'notifications', ids, 'one', { afterSeconds: 60 });
  expect(await namesOf(await claim('one', 5, { own: true }))).toEqual(['b', 'a']);
});
