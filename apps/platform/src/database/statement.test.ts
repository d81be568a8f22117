import { randomUUID } from 'node:crypto';

import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../e2e/support/postgresql.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { openDatabase } from './open.ts';
import type { Database } from './open.ts';
import { selectRows } from './rows.ts';
import { statement } from './statement.ts';
import { notifications, organisations } from './tables/index.ts';
import { updates } from './updates.ts';

const programs = await postgresqlPrograms();

describe.each([
  { name: 'embedded', skipped: false },
  { name: `a server (${programs ?? 'not installed'})`, skipped: !programs },
])('a statement that is built once, on PostgreSQL: $name', ({ name, skipped }) => {
  let database: Database;
  let server: Awaited<ReturnType<typeof startPostgresql>> | undefined;
  const organisation = randomUUID();

  beforeAll(async () => {
    if (skipped) return;
    if (name === 'embedded') database = await openTestDatabase();
    else {
      server = await startPostgresql(programs!);
      database = await openDatabase({ url: server.url, folder: '' });
    }
    await database.queries.execute(
      sql`insert into organisations (id, name) values (${organisation}, 'Survey')`,
    );
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  const add = async (payload: object = {}): Promise<string> => {
    const id = randomUUID();
    await database.queries.execute(
      sql`insert into notifications (id, organisation_id, event, once, payload)
        values (${id}, ${organisation}, 'execution.ended', ${id}, ${JSON.stringify(payload)}::jsonb)`,
    );
    return id;
  };
  const rowOf = async (id: string) =>
    (
      await selectRows<{ event: string; payload: unknown; tries: number; fault: string | null }>(
        database.queries,
        sql`select event, payload, tries, error as fault from notifications where id = ${id}`,
      )
    )[0]!;

  test.skipIf(skipped)(
    'gives each transaction the rows of its own values, those of its own writing included',
    async () => {
      const find = statement<{ tries: number }, { readonly id: string }>(
        'test_find',
        () => sql`select tries from notifications where id = ${sql.placeholder('id')}`,
      );
      const raise = statement<never, { readonly id: string; readonly by: number }>(
        'test_raise',
        () =>
          sql`update notifications set tries = tries + ${sql.placeholder('by')}::int where id = ${sql.placeholder('id')}`,
      );
      const ids = [await add(), await add(), await add()];
      // On a server these are connections of their own, each of which has to learn the statement.
      const seen = await Promise.all(
        ids.map(
          async (id, index) =>
            await database.transaction(async (tx) => {
              await raise(tx, { id, by: index + 1 });
              await raise(tx, { id, by: 10 });
              return await find(tx, { id });
            }),
        ),
      );
      expect(seen).toEqual([[{ tries: 11 }], [{ tries: 12 }], [{ tries: 13 }]]);
      const undone = database.transaction(async (tx) => {
        await raise(tx, { id: ids[0]!, by: 100 });
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      expect(await find(database.queries, { id: ids[0]! })).toEqual([{ tries: 11 }]);
    },
  );

  test.skipIf(skipped)(
    'writes the columns that it is given, null and expressions among them, at each use its own',
    async () => {
      const write = updates<
        Partial<Record<'event' | 'payload' | 'tries' | 'error', unknown>>,
        { tries: number }
      >('test_write', (on, set) =>
        on
          .update(notifications)
          .set(set as object)
          .where(eq(notifications.id, sql.placeholder('its')))
          .returning({ tries: notifications.tries }),
      );
      const next = sql`tries + 1`;
      const [one, other] = [await add({ from: 'one' }), await add({ from: 'other' })];
      const asked = async (id: string, set: object) => await write(database.queries, 'any', set, { its: id });
      await asked(one, { event: 'a', payload: { list: [1, null, "it's"] }, tries: next, error: 'late' });
      await asked(other, { event: 'b', payload: [], tries: next, error: null });
      await asked(one, { event: 'c', tries: next, payload: undefined, error: null });
      expect(await rowOf(one)).toEqual({
        event: 'c',
        payload: { list: [1, null, "it's"] },
        tries: 2,
        fault: null,
      });
      expect(await rowOf(other)).toEqual({ event: 'b', payload: [], tries: 1, fault: null });
      // An expression with a value of its own is another one each time.
      for (const by of [10, 20]) await asked(other, { tries: sql`tries + ${by}::int` });
      expect((await rowOf(other)).tries).toBe(31);
    },
  );

  test.skipIf(skipped)('empties a column of JSON', async () => {
    const write = updates<{ readonly offers: string[] | null }, { empty: boolean }>('test_empty', (on, set) =>
      on
        .update(organisations)
        .set(set)
        .where(eq(organisations.id, sql.placeholder('its')))
        .returning({ empty: sql<boolean>`offers is null`.as('empty') }),
    );
    const asked = async (offers: string[] | null) =>
      await write(database.queries, 'any', { offers }, { its: organisation });
    expect(await asked(['a'])).toEqual([{ empty: false }]);
    expect(await asked(null)).toEqual([{ empty: true }]);
  });
});
