import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';

import { firstTurn } from '../../database/index.ts';
import type { Database } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { platformOfRows } from '../testing/rows.ts';
import { addProcess } from '../testing/test-platform.ts';
import { removeLeft, removeProcess } from './index.ts';

const rows = platformOfRows();
const { count } = rows;
const warned: string[] = [];

const executionsOf = async (process: string): Promise<number> =>
  await count(sql`select count(*)::int as count from process_executions where process_id = ${process}`);
const itemsLeft = async (): Promise<number> =>
  await count(sql`select count(*)::int as count from data where execution_id is not null`);

/** A process with so many executions that have ended, each of which made an item. */
async function processWith(executions: number): Promise<string> {
  const { database, organisation } = rows.platform;
  const process = await addProcess(rows.platform, [{ service: 'copy' }]);
  await rows.addExecutions(process, executions, {
    state: `'succeeded'`,
    ended_at: 'now()',
    delete_expiry: `now() + interval '30 days'`,
  });
  await database.queries.execute(
    sql`insert into data (id, organisation_id, name, execution_id)
      select gen_random_uuid(), ${organisation}::uuid, 'made', id from process_executions where process_id = ${process}`,
  );
  return process;
}

/** @param stopAfter transactions with which the platform is killed */
function contextOf(process: string, stopAfter = Number.POSITIVE_INFINITY) {
  const { database, parts } = rows.platform;
  const removed: number[] = [];
  const transaction: Database['transaction'] = async (work) => {
    if (removed.length >= stopAfter) throw new Error('the platform was killed');
    const before = await executionsOf(process);
    const done = await database.transaction(work);
    removed.push(before - (await executionsOf(process)));
    return done;
  };
  const log = {
    debug: () => {},
    info: () => {},
    warn: (_: object, message: string) => void warned.push(message),
    error: () => {},
  };
  const context = { ...parts, database: { ...database, transaction }, log, onEnded: async () => {} };
  return { context: context as unknown as Context, removed };
}

const remove = async (context: Context, process: string): Promise<void> =>
  await removeProcess(
    context,
    rows.platform.organisation,
    process,
    rows.platform.user,
    new AbortController().signal,
  );

test('a process with many executions is deleted with all of them, few in one transaction', async () => {
  const process = await processWith(250);
  const other = await processWith(3);
  const { context, removed } = contextOf(process);
  await remove(context, process);
  expect(Math.max(...removed)).toBe(1);
  expect(await executionsOf(process)).toBe(0);
  expect(await executionsOf(other)).toBe(3);
  expect(await itemsLeft()).toBe(3);
  await remove(contextOf(other).context, other);
});

test('killed in between, the process is gone, and the maintenance goes on with what is left', async () => {
  const process = await processWith(130);
  const kept = await processWith(2);
  // Seven until the process is gone, and nine executions.
  await remove(contextOf(process, 16).context, process);
  await expect(rows.platform.parts.processes.get(rows.platform.organisation, process)).rejects.toThrow(
    'There is no process',
  );
  expect(await executionsOf(process)).toBe(121);
  const { context } = contextOf(process);
  const turn = firstTurn();
  expect(await removeLeft(context, turn)).toBe(true);
  expect(await executionsOf(process)).toBe(21);
  expect(await removeLeft(context, turn)).toBe(false);
  expect(await executionsOf(process)).toBe(0);
  expect(await executionsOf(kept)).toBe(2);
});

test('with an execution that is protected nothing is deleted, and one that was protected too late stays', async () => {
  const process = await processWith(120);
  await rows.platform.database.queries.execute(
    sql`update process_executions set delete_protection = true
      where id = (select id from process_executions where process_id = ${process} order by id desc limit 1)`,
  );
  await expect(remove(contextOf(process).context, process)).rejects.toThrow('is protected from deletion');
  expect(await executionsOf(process)).toBe(120);
  expect(await rows.platform.parts.processes.get(rows.platform.organisation, process)).toMatchObject({
    id: process,
  });
  await rows.platform.database.queries.execute(sql`delete from processes where id = ${process}`);
  const { context } = contextOf(process);
  const turn = firstTurn();
  while (await removeLeft(context, turn));
  expect(await executionsOf(process)).toBe(1);
  expect(warned).toEqual(['an execution of a deleted process cannot be deleted']);
});
