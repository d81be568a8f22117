import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { expect, test } from 'vitest';

import { openEmptyPglite } from '../testing/prepared-database.ts';

const folder = resolve(import.meta.dirname, '../../migrations');
const migration = '0019_transfers_since.sql';

test('samples of an earlier version get what was transferred since the one before, of each attempt by itself', async () => {
  const database = await openEmptyPglite();
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && name < migration)
    .sort();
  for (const name of names) await database.exec(readFileSync(join(folder, name), 'utf8'));
  // What the samples belong to is not what is tested: without their references it need not be there.
  await database.exec(
    'alter table component_metrics drop constraint component_metrics_component_id_process_service_executions_id_fk',
  );
  const samples: readonly (readonly [attempt: number, s3: number | null, external: number])[] = [
    [1, 0, 0],
    [1, 100, 7],
    [1, 100, 7],
    [1, 250, 9_000_000_000],
    [2, 40, 0],
    [2, null, 1],
    [2, 60, 1],
  ];
  for (const [attempt, s3, external] of samples)
    await database.query(
      `insert into component_metrics (component_id, attempt, sample)
        values ('aaaaaaaa-0000-4000-8000-000000000000', $1, $2)`,
      [attempt, { comment: 'kept', s3_transfer_bytes: s3, external_transfer_bytes: external }],
    );
  await database.exec(readFileSync(join(folder, migration), 'utf8'));
  const { rows } = await database.query<{ attempt: number; sample: Record<string, unknown> }>(
    'select attempt, sample from component_metrics order by seq',
  );
  expect(rows.map(({ sample }) => [sample['s3_transfer_bytes'], sample['external_transfer_bytes']])).toEqual([
    [0, 0],
    [100, 7],
    [0, 0],
    [150, 8_999_999_993],
    [40, 0],
    [null, 1],
    [60, 0],
  ]);
  expect(rows.every(({ sample }) => sample['comment'] === 'kept')).toBe(true);
  await database.close();
});
