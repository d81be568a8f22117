import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openEmptyPglite } from '../testing/prepared-database.ts';
import { keepVacuumed } from './vacuum.ts';

let client: PGlite;
beforeAll(async () => {
  client = await openEmptyPglite();
  await client.exec(`create table things (id int primary key, text text);
    insert into things select id, repeat('x', 500) from generate_series(1, 5000) as id`);
});
afterAll(async () => await client.close());

const size = async () =>
  (await client.query<{ size: number }>(`select pg_relation_size('things')::int as size`)).rows[0]!.size;

test('an embedded database that changes all the time does not grow all the time', async () => {
  const faults: unknown[] = [];
  const change = async (): Promise<void> => {
    for (let time = 0; time < 4; time += 1) await client.query(`update things set text = repeat('y', 500)`);
  };
  const before = await size();
  await change();
  const grown = await size();
  expect(grown).toBeGreaterThan(before * 3);
  const stop = keepVacuumed(client, (error) => faults.push(error), 20);
  for (let round = 0; round < 4; round += 1) {
    await expect
      .poll(async () => {
        await client.query('select pg_stat_force_next_flush()');
        const { rows } = await client.query<{ dead: number }>(
          `select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'things'`,
        );
        return rows[0]!.dead;
      })
      .toBe(0);
    await change();
  }
  await stop();
  expect(faults).toEqual([]);
  expect(await size()).toBeLessThanOrEqual(grown * 2);
});
