import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';

import { openEmptyPglite } from '../testing/prepared-database.ts';

const folder = resolve(import.meta.dirname, '../../migrations');

const migrate = async (database: PGlite, from: string, to: string): Promise<void> => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql') && name >= from && name < to);
  for (const name of names.sort()) await database.exec(readFileSync(join(folder, name), 'utf8'));
};

test('executions of an earlier version keep what their columns said, as one state', async () => {
  const database = await openEmptyPglite();
  await migrate(database, '0000', '0006');
  const rows = {
    succeeded: 'ended_at = now(), success = true',
    failed: "ended_at = now(), abort = true, halt = 'failure', exit_type = 'service_error'",
    stopped: "ended_at = now(), abort = true, stopped = true, halt = 'stop'",
    stopping: "halt = 'stop'",
    failing: "halt = 'failure'",
    unpaid: 'paid = false, admitted = false',
    waiting: 'admitted = false',
    running: 'progress = 3',
  };
  await database.exec(`insert into organisations (id, name) values (gen_random_uuid(), 'Survey')`);
  for (const [name, set] of Object.entries(rows)) {
    await database.exec(`
      insert into process_executions (id, organisation_id, process_id, process_name, options, chains, started_at,
          open_components, price, output_storage_days, delete_expiry)
        select gen_random_uuid(), id, gen_random_uuid(), '${name}', '[]', '[]', now(), 1, 1, 30, now() from organisations;
      update process_executions set ${set} where process_name = '${name}';`);
  }
  await migrate(database, '0006', '0007');
  const found = await database.query<{
    process_name: string;
    state: string;
    success: boolean;
    stopped: boolean;
  }>('select process_name, state, success, stopped from process_executions');
  expect(found.rows).toHaveLength(Object.keys(rows).length);
  for (const { process_name: name, ...row } of found.rows)
    expect(row).toEqual({ state: name, success: name === 'succeeded', stopped: name === 'stopped' });
  await database.close();
});
