import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { expect, test } from 'vitest';

import { openEmptyPglite } from '../testing/prepared-database.ts';

const folder = resolve(import.meta.dirname, '../../migrations');
const counting = '0014_log_lengths.sql';

test('logs of an earlier version are counted, and marked each thousand lines', async () => {
  const database = await openEmptyPglite();
  const run = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await database.exec(readFileSync(join(folder, name), 'utf8'));
  };
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await run(names.filter((name) => name < counting));
  // What the lines belong to is not what is tested: without their references it need not be there.
  await database.exec(`
    alter table component_logs drop constraint component_logs_component_id_process_service_executions_id_fk;
    insert into component_logs (component_id, attempt, stream, logged_at, message)
      select case when n % 3 = 0 then 'aaaaaaaa-0000-4000-8000-000000000000' else 'bbbbbbbb-0000-4000-8000-000000000000' end::uuid,
        1, 'stdout', now(), n::text
      from generate_series(1, 4500) n`);
  const migration = readFileSync(join(folder, counting), 'utf8').replaceAll(
    /ALTER TABLE .* ADD CONSTRAINT .*;/g,
    '',
  );
  await database.exec(migration);
  const lengths = await database.query(
    'select left(component_id::text, 1) as log, lines::int from component_log_lengths order by 1',
  );
  expect(lengths.rows).toEqual([
    { log: 'a', lines: 1500 },
    { log: 'b', lines: 3000 },
  ]);
  const marks = await database.query(`
    select left(m.component_id::text, 1) as log, line::int, message from component_log_marks m
    join component_logs using (seq) order by 1, 2`);
  expect(marks.rows).toEqual([
    { log: 'a', line: 0, message: '3' },
    { log: 'a', line: 1000, message: '3003' },
    { log: 'b', line: 0, message: '1' },
    { log: 'b', line: 1000, message: '1501' },
    { log: 'b', line: 2000, message: '3001' },
  ]);
  await database.close();
});
