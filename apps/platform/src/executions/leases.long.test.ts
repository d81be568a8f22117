import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../e2e/support/postgresql.ts';
import { selectRows } from '../database/index.ts';
import { nodeIdOf } from './driver/index.ts';
import type { Executions } from './index.ts';
import {
  addProcess,
  ended,
  executionWhen,
  openTestPlatform,
  removeFolder,
  temporaryFolder,
} from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

const programs = await postgresqlPrograms();

let server: Awaited<ReturnType<typeof startPostgresql>> | undefined;
let platform: TestPlatform;
let engines: Executions[];

afterAll(async () => await server?.stop());

/** The embedded database has one connection; on a server, claims do meet. */
const databases = [
  { name: 'the embedded database', there: true, start: async () => undefined },
  {
    name: `PostgreSQL (${programs ?? 'not installed'})`,
    there: programs !== undefined,
    start: async () => (server ??= await startPostgresql(programs!)).url,
  },
];

afterEach(async () => {
  await Promise.all(engines.map(async (engine) => await engine.close()));
  await platform.close();
  await removeFolder(platform.folder);
});

/** Platforms on one database, each with a folder of its own. */
async function addEngine(settings: Parameters<TestPlatform['engine']>[0] = {}): Promise<Executions> {
  const engine = await platform.engine({ attemptsFolder: join(platform.folder, randomUUID()), ...settings });
  engines.push(engine);
  return engine;
}

async function startEngine(settings: Parameters<TestPlatform['engine']>[0] = {}): Promise<Executions> {
  const engine = await addEngine(settings);
  engine.start();
  return engine;
}

const attempts = async () =>
  await selectRows<{ number: number; state: string; node_id: string; cleaned: boolean }>(
    platform.database.queries,
    sql`select number, state, node_id, cleaned from component_attempts order by number, created_at`,
  );

for (const { name, there, start } of databases)
  describe.skipIf(!there)(`on ${name}`, () => {
    beforeEach(async () => {
      platform = await openTestPlatform(await temporaryFolder(), { server: await start() });
      engines = [];
    });

    describe('two platforms on one database', () => {
      test('share the components, each within its own slots, and run none twice', async () => {
        // Both begin when there is work for both.
        const nodes = [await addEngine({ slots: 2 }), await addEngine({ slots: 2 })] as const;
        const [first] = nodes;
        const processes = await Promise.all(
          Array.from(
            { length: 6 },
            async () => await addProcess(platform, [{ service: 'sleepy', options: { seconds: 1 } }]),
          ),
        );
        let most = 0;
        let counted = Promise.resolve();
        const watch = platform.events.subscribe('execution', undefined, () => {
          counted = counted.then(count);
        });
        const count = async (): Promise<void> => {
          const [row] = await selectRows<{ busy: number }>(
            platform.database.queries,
            sql`select coalesce(max(busy), 0) as busy from (
              select count(*)::int as busy from process_service_executions c
                join component_attempts a on a.component_id = c.id and a.state in ('preparing', 'running')
                where c.state in ('preparing', 'running') group by a.node_id) as nodes`,
          );
          most = Math.max(most, row!.busy);
        };
        for (const process of processes) await first.execute(platform.organisation, process, platform.user);
        for (const node of nodes) node.start();
        for (const process of processes)
          expect(await executionWhen(platform, first, process, ended)).toMatchObject({ success: true });
        watch();
        await counted;
        expect(await attempts()).toHaveLength(6);
        expect(most).toBe(2);
      });

      test('take over what a silent one was doing, which stops it when it comes back', async () => {
        const folder = join(platform.folder, 'silent');
        const silent = await platform.engine({ attemptsFolder: folder });
        silent.start();
        const process = await addProcess(platform, [
          { service: 'sleepy', options: { seconds: 1, first: 60 } },
        ]);
        await silent.execute(platform.organisation, process, platform.user);
        await executionWhen(platform, silent, process, ({ progress }) => progress > 0);
        await silent.close();
        // Its lease runs out without anybody having to wait for it.
        await platform.database.queries.execute(
          sql`update process_service_executions set lease_until = clock_timestamp() - interval '1 second'`,
        );
        const other = await startEngine();
        expect(await executionWhen(platform, other, process, ended)).toMatchObject({ success: true });
        const node_id = await nodeIdOf(folder);
        expect(await attempts()).toMatchObject([
          { number: 1, state: 'gone', node_id, cleaned: false },
          { number: 2, state: 'ended' },
        ]);

        engines.push(silent);
        const back = await startEngine({ attemptsFolder: folder });
        await expect.poll(async () => (await attempts())[0]?.cleaned).toBe(true);
        const { list } = await back.list(platform.organisation, process, {});
        expect(list).toMatchObject([{ success: true }]);
        const outputs = await selectRows(
          platform.database.queries,
          sql`select d.unfulfilled, (select count(*)::int from data_files f where f.data_id = d.id) as files
            from data d where d.execution_id is not null`,
        );
        expect(outputs).toEqual([{ unfulfilled: false, files: 1 }]);
      });
    });

    describe('an attempt whose supervisor dies', () => {
      /** Of the one attempt that runs: those before it are cleaned up meanwhile, and theirs live no more. */
      const supervisorPid = async (): Promise<number> => {
        const folder = join(platform.folder, 'runtime');
        for (;;) {
          for (const entry of await readdir(folder, { recursive: true }).catch(() => [])) {
            if (!entry.endsWith('state.json')) continue;
            const state = await readFile(join(folder, entry), 'utf8').catch(() => '{}');
            const { supervisor } = JSON.parse(state) as { supervisor?: { pid: number } };
            if (supervisor && isAlive(supervisor.pid)) return supervisor.pid;
          }
          await wait(20);
        }
      };
      const isAlive = (pid: number): boolean => {
        try {
          return globalThis.process.kill(pid, 0);
        } catch {
          return false;
        }
      };

      test('is tried again, and its log is kept before that of the next', async () => {
        const engine = await startEngine();
        const process = await addProcess(platform, [
          { service: 'sleepy', options: { seconds: 1.6, first: 60 } },
        ]);
        await engine.execute(platform.organisation, process, platform.user);
        await executionWhen(platform, engine, process, ({ progress }) => progress > 0);
        globalThis.process.kill(await supervisorPid(), 'SIGKILL');
        const execution = await executionWhen(platform, engine, process, ended);
        expect(execution).toMatchObject({ success: true });
        expect(await attempts()).toMatchObject([
          { number: 1, state: 'gone' },
          { number: 2, state: 'ended' },
        ]);
        const { list } = await engine.components(platform.organisation, execution.id, {});
        const log = (await engine.logs(platform.organisation, list[0]!.id, {})).list.map(
          ({ message }) => message ?? '',
        );
        const remark = log.findIndex((message) => message.startsWith('[platform] The attempt was lost'));
        expect(remark).toBeGreaterThan(0);
        expect(log[0]).toBe('Step 1 of 300');
        expect(log.slice(remark + 1)).toEqual(
          Array.from({ length: 8 }, (_, step) => `Step ${step + 1} of 8`),
        );
      });

      test('three times over fails its component', async () => {
        const engine = await startEngine();
        const process = await addProcess(platform, [{ service: 'endless' }]);
        await engine.execute(platform.organisation, process, platform.user);
        const { id } = await executionWhen(platform, engine, process, () => true);
        const { list } = await engine.components(platform.organisation, id, {});
        const { signal } = new AbortController();
        let started = 0;
        for await (const { value } of await engine.followLogs(
          platform.organisation,
          list[0]!.id,
          undefined,
          signal,
        )) {
          if (value.event === 'log' && value.model.message === 'Started') {
            started += 1;
            const pid = await supervisorPid();
            globalThis.process.kill(pid, 'SIGKILL');
          }
        }
        expect(started).toBe(3);
        expect(await executionWhen(platform, engine, process, ended)).toMatchObject({
          success: false,
          exit_type: 'lost',
          abort_reason: expect.stringMatching(/^endless: It was lost 3 times/),
        });
      });
    });
  });
