import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../../e2e/support/postgresql.ts';
import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { defaultSettings } from '../settings.ts';
import { addProcess, openTestPlatform, removeFolder, temporaryFolder } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import { execute } from './execute.ts';
import { moveGroups } from './groups.ts';
import { retryExecution } from './retry.ts';
import { payWaiting } from './schedules.ts';
import { stop, stopExecution } from './stop.ts';

const programs = await postgresqlPrograms();

/** The embedded database runs one transaction at a time: only on a server can two hold what the other waits for. */
describe.skipIf(!programs)(`transactions that meet on PostgreSQL (${programs ?? 'not installed'})`, () => {
  let server: Awaited<ReturnType<typeof startPostgresql>>;
  let platform: TestPlatform;
  let context: Context;
  let process: string;
  /** What was thrown, or caught and logged. */
  let faults: unknown[];

  beforeAll(async () => {
    server = await startPostgresql(programs!);
  });
  afterAll(async () => await server?.stop());

  /** A group of four slices and what puts them together. Their order by id is the other one than that in the group. */
  beforeEach(async () => {
    platform = await openTestPlatform(await temporaryFolder(), { server: server.url });
    faults = [];
    context = {
      ...platform.parts,
      log: { ...platform.parts.log, error: ({ err }: { err?: unknown }) => faults.push(err) },
      nodeId: randomUUID(),
      settings: { ...defaultSettings, groupExecutions: 2, stopDelaySeconds: 60 },
      onEnded: () => {},
      notify: async () => {},
    } as unknown as Context;
    process = await addProcess(platform, [{ service: 'copy' }, { service: 'moody', after: 0 }], {
      slicing: 0.2,
      gather: true,
    });
    await execute(context, platform.organisation, process, platform.user);
    await run(sql`update process_executions e set group_index = r.place
      from (select id, row_number() over (order by id desc) - 1 as place from process_executions where role = 'slice') as r
      where r.id = e.id`);
    await run(sql`update process_executions set group_index = 4 where role = 'aggregator'`);
  });
  afterEach(async () => {
    await platform.close();
    await removeFolder(platform.folder);
  });

  const run = async <T extends object>(query: SQL): Promise<T[]> =>
    await selectRows<T>(platform.database.queries, query);
  const slices = async (): Promise<string[]> =>
    (await run<{ id: string }>(sql`select id from process_executions where role = 'slice' order by id`)).map(
      ({ id }) => id,
    );

  /**
   * Begins one after the other while something is locked that each comes to, and gives that free once all wait: who
   * already holds what another needs next, and needs what that one holds, is refused by the server.
   * @returns what was refused
   */
  async function meet(locked: SQL, ...works: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
    let open = 0;
    const begun: Promise<unknown>[] = [];
    await platform.database.transaction(async (tx) => {
      await tx.execute(locked);
      for (const work of works) {
        open += 1;
        const ended = work().finally(() => {
          open -= 1;
        });
        begun.push(ended.catch((error: unknown) => faults.push(error)));
        await expect.poll(async () => (await waiting(tx)) >= open).toBe(true);
      }
    });
    await Promise.all(begun);
    return faults;
  }

  async function waiting(tx: Queries): Promise<number> {
    const [row] = await selectRows<{ count: number }>(
      tx,
      sql`select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return row!.count;
  }

  test('a run that is paid and stopped at once', async () => {
    await run(sql`update process_executions set state = 'unpaid'`);
    await run(sql`update process_service_executions set runnable = false`);
    const middle = (await slices())[2]!;
    const refused = await meet(
      sql`select id from process_executions where id = ${middle} for update`,
      async () => await payWaiting(context),
      async () => await stop(context, platform.organisation, process, platform.user),
    );
    expect(refused).toEqual([]);
  });

  test('a slice that is executed again while its aggregation is given up', async () => {
    const [first] = await slices();
    await run(sql`update process_executions set state = 'failed', ended_at = now(), open_components = 0,
      abort_reason = 'It failed' where role = 'slice'`);
    await run(sql`update process_service_executions c set state = 'failed', ended_at = now(), runnable = false
      from process_executions e where e.id = c.process_execution_id and e.role = 'slice'`);
    const refused = await meet(
      sql`select id from organisations for update`,
      async () => await retryExecution(context, platform.organisation, first!, platform.user),
      async () => await moveGroups(context),
    );
    expect(refused).toEqual([]);
  });

  test('executions of a group that begin and are stopped, one of them and all, at once', async () => {
    await run(sql`update process_executions set state = 'waiting'`);
    const [first, second] = await slices();
    const refused = await meet(
      sql`select id from process_executions where id = ${second} for update`,
      async () => await stop(context, platform.organisation, process, platform.user),
      async () => await moveGroups(context),
      async () => await stopExecution(context, platform.organisation, first!, platform.user),
    );
    expect(refused).toEqual([]);
  });
});
