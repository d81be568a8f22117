import { rm } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openTestPlatform, temporaryFolder } from '../testing/test-platform.ts';
import { nextDue } from './schedules.ts';

test('a component that waits for a slot after its delay keeps nobody awake', async () => {
  const folder = await temporaryFolder();
  const platform = await openTestPlatform(folder);
  const { database } = platform.parts;
  const [id, ids] = [crypto.randomUUID(), crypto.randomUUID()];
  await database.queries
    .execute(sql`insert into process_executions (id, organisation_id, process_id, process_name, options, chains, started_at,
    open_components, price, output_storage_days, delete_expiry, state)
    select ${id}::uuid, id, gen_random_uuid(), 'P', '[]', '[]', now(), 1, 1, 30, now() + interval '1 day', 'running' from organisations limit 1`);
  await database.queries
    .execute(sql`insert into process_service_executions (id, organisation_id, process_execution_id, process_id, service_id, ssd_id, image_id,
    chain_index, name, cpu, memory, storage, options, job_options, job_inputs, job_outputs, depends_on, intermediate, runnable, retry_at)
    values (${ids}, gen_random_uuid(), ${id}, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, 'S', 1, 1, 1, '[]', '{}', '[]', '[]', '[]', false, true,
      clock_timestamp() - interval '1 minute')`);
  const context = { database, nodeId: crypto.randomUUID(), settings: { stopDelaySeconds: 1 } } as never;
  expect(await nextDue(context)).toBeGreaterThan(60_000);
  await database.queries.execute(
    sql`update process_service_executions set retry_at = clock_timestamp() + interval '1 minute'`,
  );
  const next = await nextDue(context);
  expect(next).toBeGreaterThan(0);
  expect(next).toBeLessThanOrEqual(60_000);
  await platform.close();
  await rm(folder, { recursive: true });
});
