import { Readable } from 'node:stream';

import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';

import { addCredits } from '../../accounts/index.ts';
import { selectRows } from '../../database/index.ts';
import type { Executions } from '../index.ts';
import { startEngine } from '../testing/start-engine.ts';
import { addProcess, creditsOf, ended, executionWhen, moveClock, runWhen } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;

beforeEach(async () => {
  const started = await startEngine({ stopDelaySeconds: 0.1, resyncSeconds: 0.25 });
  ({ platform, executions } = started);
  return started.close;
});

const process = async (id: string) =>
  await platform.parts.processes.load(platform.database.queries, platform.organisation, id);
const begun = async (id: string) =>
  (await executions.list(platform.organisation, id, { limit: 100 })).list.map(({ started_at }) => started_at);
const schedule = (fields: Record<string, unknown>) => ({
  fields: { run_type: 'run_schedule', ...fields },
  price: '1',
});
const processNow = async (): Promise<number> => {
  const [row] = await selectRows<{ now: string }>(
    platform.database.queries,
    sql`select to_char(platform_now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as now`,
  );
  return Date.parse(row!.now);
};
const next = async (id: string) => (await process(id)).repeat_start.slice(0, 10);

test('a schedule of months runs on the last day of short ones, through a year that passes in seconds', async () => {
  await platform.database.queries.execute(
    sql`insert into platform_keys (name, value) values ('clock_offset', (timestamptz '2026-01-31 12:00Z' - clock_timestamp())::text)`,
  );
  const id = await addProcess(platform, [{ service: 'moody' }], {
    ...schedule({ repeat_count: 12, repeat_gap: { months: 1 }, repeat_start: '2026-01-31T12:00:00+00:00' }),
    parts: { outputs: [] },
    period: 400,
  });
  await executions.execute(platform.organisation, id, platform.user);
  const expected = [
    '2026-01-31',
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
    '2026-05-31',
    '2026-06-30',
    '2026-07-31',
    '2026-08-31',
    '2026-09-30',
    '2026-10-31',
    '2026-11-30',
    '2026-12-31',
  ];
  for (const [index, day] of expected.entries()) {
    await runWhen(platform, executions, id, index + 1);
    expect((await begun(id)).at(-1)!.slice(0, 10)).toBe(day);
    if (index === 11) break;
    await expect.poll(async () => await next(id)).toBe(expected[index + 1]);
    await moveClock(platform, `${(Date.parse(expected[index + 1]!) - Date.parse(day)) / 86_400_000} days`);
  }
  await expect.poll(async () => (await process(id)).process_status).toBe('stop');
  const { list } = await executions.list(platform.organisation, id, {});
  expect(list.every(({ success, abort_reason }) => success && !abort_reason)).toBe(true);
});

test('a platform that was down over due times runs once, late, and says so', async () => {
  const id = await addProcess(
    platform,
    [{ service: 'copy' }],
    schedule({ repeat_count: 5, repeat_gap: { days: 1 } }),
  );
  await executions.execute(platform.organisation, id, platform.user);
  await runWhen(platform, executions, id, 1);
  await executions.close();
  await moveClock(platform, '2 days 3 hours');
  executions = await platform.engine({ stopDelaySeconds: 0.1, resyncSeconds: 0.25 });
  executions.start();
  const [, late] = await runWhen(platform, executions, id, 2);
  expect(late!.success).toBe(true);
  expect(late!.abort_reason).toMatch(
    /^This run was due at .+ and began late, at .+, since the platform was not running\. It stands for 1 earlier run as well\.$/,
  );
  expect(await process(id)).toMatchObject({ schedule_runs: 3, process_status: 'execute' });
});

test('a run with an offset begins that long after it is due, and says what it waits for', async () => {
  const id = await addProcess(
    platform,
    [{ service: 'copy' }],
    schedule({ repeat_count: 1, repeat_offset: { days: 0, seconds: 3600, microseconds: 0 } }),
  );
  await executions.execute(platform.organisation, id, platform.user);
  const {
    list: [waiting],
  } = await executions.list(platform.organisation, id, {});
  expect(waiting).toMatchObject({
    waiting_for: 'start_time',
    waiting_reason: expect.stringMatching(/^It begins at/) as string,
  });
  await moveClock(platform, '61 minutes');
  expect(await executionWhen(platform, executions, id, ended)).toMatchObject({ success: true });
});

test('a run by schedule that cannot be paid waits for credits, and begins once there are some', async () => {
  const id = await addProcess(platform, [{ service: 'copy' }], {
    ...schedule({ repeat_count: 2, repeat_gap: { days: 1 } }),
    price: '60',
  });
  await executions.execute(platform.organisation, id, platform.user);
  await runWhen(platform, executions, id, 1);
  await expect.poll(async () => (await process(id)).advance_at).toBeNull();
  await moveClock(platform, '1 day');
  const waits = await executionWhen(platform, executions, id, ({ waiting_for }) => waiting_for === 'credits');
  expect(waits.waiting_reason).toMatch(/^It costs 60 credits/);
  await addCredits(platform.database, { organisation: platform.organisation, credits: '30' });
  await runWhen(platform, executions, id, 2);
  expect(await creditsOf(platform)).toBe('10');
});

test('a run begins when what an input holds has changed', async () => {
  const region = await platform.region();
  const { parts, organisation } = platform;
  const id = await addProcess(platform, [{ service: 'copy' }], schedule({ repeat_count: 1 }));
  const made = await parts.processes.get(organisation, id);
  await parts.processes.update(organisation, id, {
    inputs: made.inputs!.map((input) => ({ ...input, change_trigger: true })),
  });
  await executions.execute(organisation, id, platform.user);
  await runWhen(platform, executions, id, 1);
  const { token } = await parts.data.addFile(organisation, region, {
    name: 'more.geojson',
    file_type: 'GeoJSON',
  });
  const bytes = Buffer.from('{"type":"Polygon","coordinates":[[[1,1],[1.01,1],[1.01,1.01],[1,1]]]}');
  await parts.data.receiveUpload(token, {
    source: Readable.from([bytes]),
    length: bytes.length,
    signal: new AbortController().signal,
  });
  const runs = await runWhen(platform, executions, id, 2);
  expect(runs.every(({ success }) => success)).toBe(true);
  expect((await process(id)).process_status).toBe('execute');
  await executions.stop(organisation, id, platform.user);
});

test('an execution is deleted when its time is over, after a warning, unless it is protected', async () => {
  const { organisation } = platform;
  const id = await addProcess(platform, [{ service: 'copy' }], { period: 10 });
  await executions.execute(organisation, id, platform.user);
  const execution = await executionWhen(platform, executions, id, ended);
  const warned = async (status: string) =>
    await executionWhen(
      platform,
      executions,
      id,
      (one) => one.delete_warning_status === `delete_warning_${status}`,
    );
  await warned('not_sent');
  await moveClock(platform, '4 days');
  await warned('sent');
  // Of another time one is warned again.
  const later = new Date(Date.parse(execution.delete_expiry) + 20 * 86_400_000).toISOString();
  await executions.changeDeleteExpiry(organisation, execution.id, later);
  await warned('not_sent');
  await executions.changeDeleteProtection(organisation, execution.id, true);
  expect(await executions.get(organisation, execution.id)).toMatchObject({
    delete_protection: true,
    deletable: null,
  });
  await expect(executions.remove(organisation, execution.id)).rejects.toMatchObject({ code: 'conflict' });
  await moveClock(platform, '40 days');
  // An execution that runs and expires meanwhile tells that the expired ones have been looked for.
  const other = await addProcess(platform, [{ service: 'copy' }], { period: 10 });
  await executions.execute(organisation, other, platform.user);
  await executionWhen(platform, executions, other, ended);
  await moveClock(platform, '4 days');
  await executionWhen(
    platform,
    executions,
    other,
    (one) => one.delete_warning_status === 'delete_warning_sent',
  );
  await moveClock(platform, '7 days');
  await expect.poll(async () => (await begun(other)).length).toBe(0);
  expect(await begun(id)).toHaveLength(1);
  await executions.changeDeleteProtection(organisation, execution.id, false);
  await expect.poll(async () => (await begun(id)).length).toBe(0);
});

test('an execution that expired while the platform was down stays for another day, so that its users can be warned', async () => {
  const id = await addProcess(platform, [{ service: 'copy' }], { period: 10 });
  await executions.execute(platform.organisation, id, platform.user);
  await executionWhen(platform, executions, id, ended);
  await executions.close();
  await moveClock(platform, '30 days');
  executions = await platform.engine({ stopDelaySeconds: 0.1, resyncSeconds: 0.25 });
  executions.start();
  const { delete_expiry: expiry } = await executionWhen(
    platform,
    executions,
    id,
    (one) => one.delete_warning_status === 'delete_warning_sent',
  );
  const now = await processNow();
  expect(Date.parse(expiry) - now).toBeGreaterThan(23 * 3_600_000);
  await moveClock(platform, '25 hours');
  await expect.poll(async () => (await begun(id)).length).toBe(0);
});
