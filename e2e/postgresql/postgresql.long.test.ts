import { join } from 'node:path';

import { login } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { postgresqlPrograms, startPostgresql } from '../support/postgresql.ts';

const programs = await postgresqlPrograms();

describe.skipIf(!programs)(`on a PostgreSQL server (${programs ?? 'not installed'})`, () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let server: Awaited<ReturnType<typeof startPostgresql>>;
  let platform: RunningPlatform;

  const start = async (): Promise<RunningPlatform> =>
    await startPlatform(folder.path, {
      DATABASE_URL: server.url,
      FUSION_SERVICES: join(root, 'e2e/services'),
      FUSION_STOP_DELAY_SECONDS: '0',
    });

  beforeAll(async () => {
    folder = await testFolder();
    server = await startPostgresql(programs!);
    platform = await start();
  });

  afterAll(async () => {
    await platform?.stop();
    await server?.stop();
    await folder?.remove();
  });

  test('a process runs, its lists are paged and filtered, and it is deleted', async () => {
    const steps = flow(platform.url, await logIn(platform.url, email, password));
    const { id } = await steps.upload(JSON.stringify(square));
    const process_ = await steps.process('Chatty', id, { records: '2500' });
    const execution = await steps.execute(process_);
    expect(await steps.ended(execution)).toMatchObject({ success: true });
    const [component] = await steps.components(execution);
    const path = `/process_service_executions/${String(component!['id'])}/logs`;
    const first = await steps.must('GET', `${path}?limit=1000&reverse=True`);
    const last = first['last'] as Record<string, string>;
    const query = Object.entries(last).map(([key, value]) => `last[${key}]=${encodeURIComponent(value)}`);
    const second = await steps.must('GET', `${path}?limit=1000&reverse=True&${query.join('&')}`);
    const ids = [first, second].flatMap((page) => (page['list'] as { id: string }[]).map((one) => one.id));
    expect(new Set(ids).size).toBe(2000);
    expect(await steps.list(`/processes?filter[name__contains]=Chatty&search=test`)).toHaveLength(1);
    expect(await steps.list(`/processes?filter[name__contains]=chatty`)).toHaveLength(0);
    await steps.must('DELETE', `/processes/${String(process_['id'])}`);
    expect((await steps.send('GET', `/process_executions/${execution}`)).status).toBe(404);
  });

  test('a component that runs while the platform is killed ends once, and is followed live', async () => {
    const session = await logIn(platform.url, email, password);
    const before = flow(platform.url, session);
    const credits = await before.credits();
    const { id } = await before.upload(JSON.stringify(square));
    const made = await before.process('Sleepy', id, { seconds: '3' });
    const execution = await before.execute(made);
    await platform.kill();
    platform = await start();

    const client = await login({ apiUrl: platform.url, email, password });
    const organisation = (await client.user.organisations().first())!;
    const { first: process_ } = await organisation.findProcesses({ id: String(made['id']) });
    const run = (await process_!.executions().first())!;
    expect(run.id).toBe(execution);
    const seen: number[] = [];
    expect(await run.checkComplete({ wait: true, onProgress: ({ progress }) => seen.push(progress) })).toBe(
      true,
    );
    expect(seen.at(-1)).toBe(100);
    const after = flow(platform.url, await logIn(platform.url, email, password));
    expect(credits - (await after.credits())).toBeCloseTo(Number(made['price']), 6);
  });
});
