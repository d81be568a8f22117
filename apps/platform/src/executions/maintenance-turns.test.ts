import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';

import { firstTurn, selectRows } from '../database/index.ts';
import type { Turn } from '../database/index.ts';
import { removeExpired, warnOfExpiry } from './cleanup/index.ts';
import type { Context } from './context.ts';
import { advanceSchedules, payWaiting, stopDoneProcesses } from './run/index.ts';
import { defaultSettings } from './settings.ts';
import { platformOfRows } from './testing/rows.ts';
import { addProcess } from './testing/test-platform.ts';

const rows = platformOfRows();
const { count } = rows;
const warned: string[] = [];
const log = {
  debug: () => {},
  info: () => {},
  warn: (_: object, message: string) => void warned.push(message),
  error: (fields: object) => expect.fail(JSON.stringify(fields)),
};

test('expired executions go so many in a turn, and one that cannot go holds up none behind it', async () => {
  const { database, organisation, parts } = rows.platform;
  const idOf = (number: ReturnType<typeof sql>) =>
    sql`(lpad(to_hex(${number}), 8, '0') || '-0000-4000-8000-000000000000')::uuid`;
  // The last one has not ended, and takes what the first one made.
  await database.queries.execute(
    sql`insert into process_executions (id, organisation_id, process_id, process_name, options, chains, started_at, ended_at,
        open_components, price, output_storage_days, delete_expiry, delete_warning_status, state)
      select ${idOf(sql`n`)}, ${organisation}::uuid, gen_random_uuid(), 'P', '[]', '[]', now(),
        case when n <= 250 then now() end, 0, 1, 30, now() - interval '1 day', 'delete_warning_sent',
        case when n <= 250 then 'succeeded' else 'running' end
      from generate_series(1, 251) n`,
  );
  const made = crypto.randomUUID();
  await database.queries.execute(
    sql`insert into data (id, organisation_id, name, execution_id)
      values (${made}, ${organisation}, 'made', ${idOf(sql`1`)})`,
  );
  await database.queries.execute(
    sql`insert into process_service_executions (id, organisation_id, process_execution_id, process_id, service_id, ssd_id,
        image_id, chain_index, name, cpu, memory, storage, options, job_options, job_inputs, job_outputs, depends_on,
        intermediate, state)
      values (gen_random_uuid(), ${organisation}, ${idOf(sql`251`)}, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
        gen_random_uuid(), 0, 'S', 1, 1, 1, '[]', '{}', ${JSON.stringify([{ number: 1, data_id: made }])}::jsonb, '[]', '[]',
        false, 'running')`,
  );
  const context = { ...parts, database, log };
  const turn = firstTurn();
  const turns: (readonly [boolean, number])[] = [];
  for (let number = 0; number < 4; number += 1)
    turns.push([
      await removeExpired(context, turn),
      await count(sql`select count(*)::int as count from process_executions where ended_at is not null`),
    ]);
  expect(turns).toEqual([
    [true, 151],
    [true, 51],
    [false, 1],
    [false, 1],
  ]);
  expect(warned).toEqual([
    'an expired execution cannot be deleted',
    'an expired execution cannot be deleted',
  ]);
});

test('schedules move on so many in a turn, and all of them in the turns that follow', async () => {
  const { database, parts } = rows.platform;
  const first = await addProcess(rows.platform, [{ service: 'copy' }], {
    fields: { run_type: 'run_schedule', repeat_count: 5, repeat_gap: { days: 1 } },
  });
  await database.queries.execute(
    sql`update processes set process_status = 'execute', schedule_runs = 1, advance_at = now() - interval '1 hour' where id = ${first}`,
  );
  await copyProcess(first, 119);
  const waiting = async (): Promise<number> =>
    await count(sql`select count(*)::int as count from processes where advance_at is not null`);
  const turn = firstTurn();
  const turns: (readonly [boolean, number])[] = [];
  for (let number = 0; number < 3; number += 1)
    turns.push([
      await advanceSchedules({ ...parts, database, log, notify: async () => {} }, turn),
      await waiting(),
    ]);
  expect(turns).toEqual([
    [true, 70],
    [true, 20],
    [false, 0],
  ]);
});

async function copyProcess(id: string, copies: number): Promise<void> {
  const { queries } = rows.platform.database;
  const [{ names }] = (await selectRows<{ names: string }>(
    queries,
    sql`select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
      where table_name = 'processes' and column_name <> 'id' and is_generated = 'NEVER'`,
  )) as [{ names: string }];
  await queries.execute(
    sql`insert into processes (id, ${sql.raw(names)}) select gen_random_uuid(), ${sql.raw(names)}
      from processes, generate_series(1, ${copies}::int) where id = ${id}`,
  );
}

/** Has the database refuse to change one row, as where its disk is broken. @returns what mends it */
async function breakRow(table: string, id: string): Promise<() => Promise<void>> {
  const run = async (statement: string): Promise<void> =>
    void (await rows.platform.database.queries.execute(sql.raw(statement)));
  await run(
    `create function broken() returns trigger language plpgsql as 'begin raise exception ''broken''; end'`,
  );
  await run(
    `create trigger broken before update or delete on ${table} for each row when (old.id = '${id}') execute function broken()`,
  );
  return async () => await run('drop function broken cascade');
}

/** Steps of maintenance, each with 250 to be done. */
const steps: readonly {
  readonly name: string;
  readonly step: (context: Context, turn: Turn) => Promise<boolean>;
  readonly table: 'processes' | 'process_executions';
  /** Which are still to be done. */
  readonly left: string;
  readonly add: (process: string) => Promise<void>;
}[] = [
  {
    name: 'processes that are over are stopped',
    step: stopDoneProcesses,
    table: 'processes',
    left: `process_status = 'execute'`,
    add: async (process) => {
      await rows.platform.database.queries.execute(
        sql`update processes set process_status = 'execute', schedule_runs = repeat_count,
          process_status_at = now() - interval '1 hour' where id = ${process}`,
      );
      await copyProcess(process, 249);
    },
  },
  {
    name: 'runs that wait for credits are paid',
    step: payWaiting,
    table: 'process_executions',
    left: `state = 'unpaid'`,
    add: async (process) => await rows.addExecutions(process, 250, { state: `'unpaid'` }),
  },
  {
    name: 'users are warned of what expires',
    step: warnOfExpiry,
    table: 'process_executions',
    left: `delete_warning_status = 'delete_warning_not_sent'`,
    add: async (process) =>
      await rows.addExecutions(process, 250, {
        state: `'succeeded'`,
        ended_at: 'now()',
        delete_expiry: `now() + interval '3 days'`,
      }),
  },
  {
    name: 'expired executions are deleted',
    step: removeExpired,
    table: 'process_executions',
    left: 'true',
    add: async (process) =>
      await rows.addExecutions(process, 250, {
        state: `'succeeded'`,
        ended_at: 'now()',
        delete_warning_status: `'delete_warning_sent'`,
      }),
  },
];

test.each(steps)(
  '$name: so many in a turn, and a fault of one holds up none',
  async ({ step, table, left, add }) => {
    const { queries } = rows.platform.database;
    for (const old of ['process_service_executions', 'process_executions', 'processes'])
      await queries.execute(sql.raw(`delete from ${old}`));
    const process = await addProcess(rows.platform, [{ service: 'copy' }]);
    await add(process);
    const [first] = await selectRows<{ id: string }>(
      queries,
      sql`select id from ${sql.identifier(table)} order by id limit 1`,
    );
    const faults: unknown[] = [];
    const context = {
      ...rows.platform.parts,
      settings: { ...defaultSettings, stopDelaySeconds: 1, warningDays: 7 },
      log: { ...log, error: (fields: object) => void faults.push(fields) },
      notify: async () => {},
    } as unknown as Context;
    const turns = async (times: number, turn = firstTurn()): Promise<(readonly [string, number])[]> => {
      const seen: (readonly [string, number])[] = [];
      for (let number = 0; number < times; number += 1) {
        const more = await step(context, turn).catch((error: unknown) => (error as Error).message);
        const open = sql`select count(*)::int as count from ${sql.identifier(table)} where ${sql.raw(left)}`;
        seen.push([String(more), await count(open)]);
      }
      return seen;
    };
    const mend = await breakRow(table, first!.id);
    const seen = await turns(4);
    await mend();
    expect(seen).toEqual([
      [expect.stringMatching(/\(1 of 100\)$/), 151],
      ['true', 51],
      ['false', 1],
      [expect.stringMatching(/\(1 of 1\)$/), 1],
    ]);
    expect(faults).toMatchObject([{ id: first!.id }, { id: first!.id }]);
    expect(await turns(1)).toEqual([['false', 0]]);
  },
);

test('a run that nobody can pay yet goes on waiting, is no fault, and holds up none', async () => {
  const { queries } = rows.platform.database;
  await queries.execute(sql`delete from process_executions`);
  const process = await addProcess(rows.platform, [{ service: 'copy' }]);
  await rows.addExecutions(process, 250, { state: `'unpaid'`, price: '0.01' });
  await queries.execute(
    sql`update process_executions set price = 100000 where id in (select id from process_executions order by id limit 120)`,
  );
  const unpaid = async (): Promise<number> =>
    await count(sql`select count(*)::int as count from process_executions where state = 'unpaid'`);
  const turn = firstTurn();
  const turns: (readonly [boolean, number])[] = [];
  for (let number = 0; number < 3; number += 1)
    turns.push([await payWaiting({ database: rows.platform.database, log }, turn), await unpaid()]);
  expect(turns).toEqual([
    [true, 250],
    [true, 170],
    [false, 120],
  ]);
});
