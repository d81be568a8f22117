import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import { addProcess, creditsOf, openTestPlatform } from './test-platform.ts';

/**
 * A platform as far as the engine goes, in a process of its own that can be killed: opens the folder, executes what it is
 * asked to, and tells what there is once all executions have ended.
 */
const [folder = '', processes = '0'] = process.argv.slice(2);
const platform = await openTestPlatform(folder, { kept: true });
const executions = await platform.engine({ stopDelaySeconds: 0 });
executions.start();

for (let count = 0; count < Number(processes); count += 1) {
  const id = await addProcess(
    platform,
    [
      { service: 'sleepy', options: { seconds: 1 } },
      { service: 'copy', after: 0 },
      { service: 'chatty', options: { records: 3000 }, after: 1 },
    ],
    { price: '1.5' },
  );
  await executions.execute(platform.organisation, id, platform.user);
}
process.send?.('ready');

const look = async (): Promise<void> => {
  const [open] = await selectRows<{ count: number }>(
    platform.database.queries,
    sql`select count(*)::int as count from process_executions where ended_at is null`,
  );
  if (open!.count > 0) return;
  const rows = async (statement: ReturnType<typeof sql>) =>
    await selectRows(platform.database.queries, statement);
  process.send?.({
    executions: await rows(sql`select success, progress from process_executions`),
    components: await rows(sql`select name, state,
        (select count(*)::int from component_attempts a where a.component_id = c.id) as attempts,
        (select count(*)::int from component_logs l where l.component_id = c.id) as records,
        (select count(distinct message)::int from component_logs l where l.component_id = c.id) as different
      from process_service_executions c order by name, id`),
    outputs: await rows(
      sql`select d.unfulfilled, (select count(*)::int from data_files f where f.data_id = d.id) as files
        from data d where d.execution_id is not null`,
    ),
    credits: await creditsOf(platform),
  });
};
platform.events.subscribe('execution', undefined, () => void look());
await look();
