import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openEmptyPglite } from '../testing/prepared-database.ts';
import { preparePglite } from './prepared-pglite.ts';
import type { PreparedPglite } from './prepared-pglite.ts';

let client: PGlite;
let database: PreparedPglite;

beforeAll(async () => {
  client = await openEmptyPglite();
  await client.exec(
    'create table things (id int primary key, name text, tags text[], made timestamptz, more jsonb)',
  );
  database = preparePglite(client);
});
afterAll(async () => await client.close());

const insert = 'insert into things (id, name, tags, made, more) values ($1, $2, $3, $4, $5) returning *';
const made = new Date('2026-03-29T01:30:00Z');

describe('A statement that is asked again and again', () => {
  test('gives what PGlite itself gives, of each type', async () => {
    for (let id = 1; id <= 12; id += 1)
      await database.query(insert, [id, id % 2 ? 'odd' : null, ['a,b', 'c"d'], made, { id }]);
    const text = 'select *, $1::int as asked from things where id >= $1 order by id';
    for (const least of [1, 5, 9, 12, 40]) {
      const [ours, theirs] = [await database.query(text, [least]), await client.query(text, [least])];
      expect(ours.rows).toEqual(theirs.rows);
      expect(ours.fields).toEqual(theirs.fields);
    }
    const lists = await database.query('select 1 as a, 2 as b', [], { rowMode: 'array' });
    expect(lists.rows).toEqual([[1, 2]]);
    const changed = await database.query('update things set name = $1 where id = any ($2::int[])', [
      'x',
      [1, 2],
    ]);
    expect(changed.affectedRows).toBe(2);
  });

  test('gives an answer that comes in many pieces as PGlite itself gives it', async () => {
    // Characters of three and four bytes at odd places: pieces end in the middle of a row, of a length and of a character.
    const text = `select row, repeat('x', row % 7) || repeat('€😀', row * 20) as long, null::text as nothing
      from generate_series($1::int, 300) as row`;
    const [ours, theirs] = [await database.query(text, [0]), await client.query(text, [0])];
    expect(ours.rows).toHaveLength(301);
    expect(ours.rows).toEqual(theirs.rows);
  });

  test('fails with the code of the fault, and goes on afterwards', async () => {
    await expect(database.query(insert, [1, 'again', [], made, {}])).rejects.toMatchObject({ code: '23505' });
    await expect(database.query('select nothing from things')).rejects.toMatchObject({ code: '42703' });
    await expect(database.query('select $1::int', ['three'])).rejects.toMatchObject({ code: '22P02' });
    expect((await database.query('select count(*)::int as count from things')).rows).toEqual([{ count: 12 }]);
  });

  test('makes way for others beyond a number, and can be asked all the same', async () => {
    const first = 'select 0 as number';
    await database.query(first);
    for (let number = 1; number <= 600; number += 1) {
      const { rows } = await database.query(`select ${number} as number`);
      expect(rows).toEqual([{ number }]);
    }
    expect((await database.query(first)).rows).toEqual([{ number: 0 }]);
    const { rows } = await database.query<{ count: number }>(
      'select count(*)::int as count from pg_prepared_statements',
    );
    expect(rows[0]!.count).toBeLessThanOrEqual(501);
  });
});

describe('A transaction', () => {
  test('is kept or undone as a whole, whatever was prepared in it', async () => {
    await database.transaction(async (tx) => {
      await tx.query(insert, [100, 'kept', [], made, {}]);
    });
    await expect(
      database.transaction(async (tx) => {
        await tx.query(insert, [101, 'undone', [], made, {}]);
        await tx.query('select 1 / $1::int as fault', [0]);
      }),
    ).rejects.toMatchObject({ code: '22012' });
    // The statement that failed was parsed for the first time in what was undone.
    await expect(database.query('select 1 / $1::int as fault', [0])).rejects.toMatchObject({ code: '22012' });
    expect((await database.query('select 6 / $1::int as fault', [2])).rows).toEqual([{ fault: 3 }]);
    expect((await database.query('select id from things where id >= 100')).rows).toEqual([{ id: 100 }]);
  });

  test('takes statements that are asked at once in their order, its first ones too', async () => {
    const counts = await database.transaction(
      async (tx) =>
        await Promise.all(
          [0, 1, 2].map(async (more) => {
            await tx.query(insert, [200 + more, 'at once', [], made, {}]);
            const { rows } = await tx.query('select id from things where id between 200 and 202 order by id');
            return rows.length;
          }),
        ),
    );
    expect(counts).toEqual([3, 3, 3]);
    expect((await database.query('select id from things where id >= 200')).rows).toHaveLength(3);
  });

  test('keeps queries of others waiting until its end', async () => {
    const order: string[] = [];
    const outside = await database.transaction(async (tx) => {
      const asked = database.query('select name from things where id = 100').then(({ rows }) => {
        order.push('outside');
        return rows;
      });
      await tx.query('update things set name = $1 where id = 100', ['inside']);
      await new Promise((resolve) => setImmediate(resolve));
      order.push('inside');
      return { asked };
    });
    expect(await outside.asked).toEqual([{ name: 'inside' }]);
    expect(order).toEqual(['inside', 'outside']);
  });
});
