import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { firstTurn, selectRows } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { moveGroups } from './groups.ts';

let results: Results;
let transactions = 0;
beforeAll(async () => {
  results = await openResults();
});
afterEach(async () => {
  await results.database.queries.execute(sql`delete from process_executions`);
});
afterAll(async () => await results?.close());

/** What an engine with room for two executions of a group moves in a turn. */
async function turn(
  place = firstTurn(),
  faulty: ReadonlySet<string> = new Set(),
): Promise<{ readonly more: boolean; readonly transactions: number }> {
  const { database } = results;
  transactions = 0;
  const context = {
    database: {
      ...database,
      transaction: async (work) => {
        transactions += 1;
        return await database.transaction(work);
      },
    },
    settings: { groupExecutions: 2 },
    events: {
      publish: async (_: unknown, { id }: { readonly id: string }) => {
        if (faulty.has(id)) throw new Error('it cannot begin');
      },
    },
    log: { error: () => undefined },
  } as Pick<Context, 'database'> as Context;
  const more = await moveGroups(context, place);
  return { more, transactions };
}

const count = async (state: string): Promise<number> => {
  const [row] = await selectRows<{ count: number }>(
    results.database.queries,
    sql`select count(*)::int as count from process_executions where state = ${state}`,
  );
  return row!.count;
};

const waiting = { state: 'waiting', ended_at: null, open_components: 1 } as const;

test('however many wait for their turn, one turn begins a bounded number of them, and the next goes on', async () => {
  for (let index = 0; index < 150; index += 1) await results.addExecution(waiting);
  expect(await turn()).toEqual({ more: true, transactions: 100 });
  expect(await count('running')).toBe(100);
  expect(await turn()).toEqual({ more: false, transactions: 50 });
  expect(await count('running')).toBe(150);
  expect(await turn()).toEqual({ more: false, transactions: 0 });
});

test('those that cannot begin hold up none behind them, however many they are', async () => {
  const faulty = new Set<string>();
  for (let index = 0; index < 120; index += 1) faulty.add(await results.addExecution(waiting));
  for (let index = 0; index < 30; index += 1) await results.addExecution(waiting);
  const place = firstTurn();
  await expect(turn(place, faulty)).rejects.toThrow('an execution cannot begin (100 of 100)');
  expect(await count('running')).toBe(0);
  await expect(turn(place, faulty)).rejects.toThrow('an execution cannot begin (20 of 50)');
  expect(await count('running')).toBe(30);
  // Then those have their turn again.
  await expect(turn(place, faulty)).rejects.toThrow('(100 of 100)');
  expect(await turn(place)).toEqual({ more: false, transactions: 20 });
  expect(await turn(place)).toEqual({ more: true, transactions: 100 });
  expect(await count('running')).toBe(150);
});

test('groups that wait for their own executions are not looked into, and stand in no other’s way', async () => {
  for (let group = 0; group < 120; group += 1) {
    const group_id = randomUUID();
    for (let index = 0; index < 3; index += 1)
      await results.addExecution({
        ...waiting,
        group_id,
        group_index: index,
        role: 'slice',
        state: index < 2 ? 'running' : 'waiting',
      });
    await results.addExecution({ ...waiting, group_id, group_index: 3, role: 'aggregator' });
  }
  const late = await results.addExecution(waiting);
  expect(await turn()).toEqual({ more: false, transactions: 1 });
  const [row] = await selectRows<{ state: string }>(
    results.database.queries,
    sql`select state from process_executions where id = ${late}`,
  );
  expect(row!.state).toBe('running');
});

test('a group with room goes on, its aggregation once all slices have succeeded', async () => {
  const group_id = randomUUID();
  const slice = await results.addExecution({ ...waiting, group_id, group_index: 0, role: 'slice' });
  const last = await results.addExecution({ ...waiting, group_id, group_index: 1, role: 'aggregator' });
  const stateOf = async (id: string): Promise<string> => {
    const [row] = await selectRows<{ state: string }>(
      results.database.queries,
      sql`select state from process_executions where id = ${id}`,
    );
    return row!.state;
  };
  await turn();
  expect([await stateOf(slice), await stateOf(last)]).toEqual(['running', 'waiting']);
  expect((await turn()).transactions).toBe(0);
  await results.database.queries.execute(
    sql`update process_executions set state = 'succeeded', ended_at = now(), open_components = 0 where id = ${slice}`,
  );
  await turn();
  expect(await stateOf(last)).toBe('running');
});
