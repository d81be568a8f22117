import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { firstTurn, selectRows } from '../database/index.ts';
import { removeExpired } from './cleanup/index.ts';
import { advanceSchedules } from './run/index.ts';
import { addProcess, openTestPlatform, removeFolder, temporaryFolder } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
const warned: string[] = [];
const log = {
  debug: () => {},
  info: () => {},
  warn: (_: object, message: string) => void warned.push(message),
  error: (fields: object) => expect.fail(JSON.stringify(fields)),
};

beforeAll(async () => {
  platform = await openTestPlatform(await temporaryFolder());
});
afterAll(async () => {
  await platform.close();
  await removeFolder(platform.folder);
});

const count = async (statement: ReturnType<typeof sql>): Promise<number> => {
  const [row] = await selectRows<{ count: number }>(platform.database.queries, statement);
  return row!.count;
};

test('expired executions go so many in a turn, and one that cannot go holds up none behind it', async () => {
  const { database, organisation, parts } = platform;
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
  const { database, parts } = platform;
  const first = await addProcess(platform, [{ service: 'copy' }], {
    fields: { run_type: 'run_schedule', repeat_count: 5, repeat_gap: { days: 1 } },
  });
  await database.queries.execute(
    sql`update processes set process_status = 'execute', schedule_runs = 1, advance_at = now() - interval '1 hour' where id = ${first}`,
  );
  const [{ names }] = (await selectRows<{ names: string }>(
    database.queries,
    sql`select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
      where table_name = 'processes' and column_name <> 'id' and is_generated = 'NEVER'`,
  )) as [{ names: string }];
  await database.queries.execute(
    sql`insert into processes (id, ${sql.raw(names)}) select gen_random_uuid(), ${sql.raw(names)}
      from processes, generate_series(1, 119) where id = ${first}`,
  );
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
