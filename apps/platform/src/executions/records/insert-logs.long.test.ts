import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../../e2e/support/postgresql.ts';
import { selectRows } from '../../database/index.ts';
import { addProcess, openTestPlatform, removeFolder, temporaryFolder } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import { execute } from '../run/execute.ts';
import type { Context } from '../context.ts';
import { defaultSettings } from '../settings.ts';
import { insertLogs } from './insert-logs.ts';

const programs = await postgresqlPrograms();

/** The embedded database runs one transaction at a time: only on a server can two write to a log at once. */
describe.skipIf(!programs)(
  `writers of one log that meet on PostgreSQL (${programs ?? 'not installed'})`,
  () => {
    let server: Awaited<ReturnType<typeof startPostgresql>>;
    let platform: TestPlatform;
    let component: string;

    beforeAll(async () => {
      server = await startPostgresql(programs!);
      platform = await openTestPlatform(await temporaryFolder(), { server: server.url });
      const context = {
        ...platform.parts,
        nodeId: randomUUID(),
        settings: { ...defaultSettings, stopDelaySeconds: 60 },
      } as unknown as Context;
      const process = await addProcess(platform, [{ service: 'copy' }]);
      await execute(context, platform.organisation, process, platform.user);
      [component] = (
        await selectRows<{ id: string }>(
          platform.database.queries,
          sql`select id from process_service_executions limit 1`,
        )
      ).map(({ id }) => id) as [string];
    });
    afterAll(async () => {
      await platform?.close();
      if (platform) await removeFolder(platform.folder);
      await server?.stop();
    });

    test('each line is counted once, in the order in which the writers committed, and none waits for another in a circle', async () => {
      const committed: number[] = [];
      const records = (writer: number) =>
        Array.from({ length: 40 }, (_, i) => ({
          loggedAt: new Date().toISOString(),
          stream: 'stdout',
          message: `${writer} ${i}`,
        }));
      const writers = Array.from({ length: 60 }, (_, writer) => writer);
      await Promise.all(
        writers.map(async (writer) => {
          await platform.database.transaction(async (tx) => {
            // As steps of the engine do, before or after they write to the log.
            const lock = sql`select id from process_service_executions where id = ${component} for update`;
            if (writer % 3 === 0) await tx.execute(lock);
            await insertLogs(tx, component, 1, records(writer));
            committed.push(writer);
          });
        }),
      );
      const found = await selectRows<{ message: string }>(
        platform.database.queries,
        sql`select message from component_logs where component_id = ${component} order by seq`,
      );
      // Each holds the log from its first line until it has committed: those who come later are behind it.
      expect(found.map(({ message }) => message)).toEqual(
        committed.flatMap((writer) => records(writer).map(({ message }) => message)),
      );
      const [length] = await selectRows<{ lines: number }>(
        platform.database.queries,
        sql`select lines::float8 as lines from component_log_lengths where component_id = ${component}`,
      );
      expect(length?.lines).toBe(found.length);
      const marks = await selectRows<{ line: number; behind: number }>(
        platform.database.queries,
        sql`select line::float8 as line, (select count(*) from component_logs l
            where l.component_id = m.component_id and l.seq < m.seq)::float8 as behind
          from component_log_marks m where component_id = ${component} order by line`,
      );
      expect(marks).toHaveLength(3);
      expect(marks.every(({ line, behind }) => line === behind)).toBe(true);
    });
  },
);
