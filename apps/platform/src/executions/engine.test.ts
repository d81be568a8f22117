import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';

import { selectRows } from '../database/index.ts';
import type { Executions } from './index.ts';
import { startEngine } from './testing/start-engine.ts';
import { addProcess, creditsOf, ended, executionWhen, moveClock } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;

beforeAll(async () => {
  const started = await startEngine({ stopDelaySeconds: 3 });
  ({ platform, executions } = started);
  return started.close;
});

async function run(
  ...parameters: Parameters<typeof addProcess> extends [TestPlatform, ...infer R] ? R : never
) {
  const process = await addProcess(platform, ...parameters);
  await executions.execute(platform.organisation, process, platform.user);
  const execution = await executionWhen(platform, executions, process, ended);
  const { list: components } = await executions.components(platform.organisation, execution.id, {});
  return { process, execution, components };
}

const logOf = async (component: string) =>
  (await executions.logs(platform.organisation, component, {})).list.map(({ message }) => message);

describe('a chain of two components', () => {
  test('runs in order, hands its files on, and ends in success with everything told', async () => {
    const { execution, components } = await run([
      { service: 'copy' },
      { service: 'sleepy', options: { seconds: 1 }, after: 0 },
    ]);
    expect(execution).toMatchObject({ success: true, abort: false, stopped: false, progress: 100 });
    expect(execution.ended_at! > execution.started_at).toBe(true);
    expect(components).toMatchObject([
      { chain_index: 0, name: 'copy', intermediate: true, success: true, memory: 256, cpu: 1, storage: 1 },
      { chain_index: 1, name: 'sleepy', intermediate: false, success: true },
    ]);
    expect(components[1]!.inputs).toEqual(components[0]!.outputs);
    expect(components[1]!.started_at >= components[0]!.ended_at!).toBe(true);
    expect(components[1]!.runtime).toBeGreaterThanOrEqual(1);
    expect(await logOf(components[0]!.id)).toEqual(['Copied region.geojson']);
    expect(await logOf(components[1]!.id)).toHaveLength(5);
    for (const { metrics } of components) {
      expect(metrics!.length).toBeGreaterThan(0);
      expect(metrics![0]!.memory_total_bytes).toBe(256 * 2 ** 20);
    }
    const outputs = await selectRows(
      platform.database.queries,
      sql`select d.unfulfilled, (select count(*)::int from data_files f where f.data_id = d.id) as files
        from data d where d.execution_id = ${execution.id}`,
    );
    expect(outputs).toEqual([
      { unfulfilled: false, files: 1 },
      { unfulfilled: false, files: 1 },
    ]);
    await expect.poll(async () => await readdir(join(platform.folder, 'attempts'))).toEqual(['host']);
  });
});

test('services with worker threads, child processes and standard input run anywhere in a chain', async () => {
  const { execution, components } = await run([
    { service: 'workers' },
    { service: 'workers', after: 0 },
    { service: 'copy', after: 1 },
  ]);
  expect(execution).toMatchObject({ success: true });
  for (const { id } of components.slice(0, 2))
    expect(await logOf(id)).toEqual([
      'Copied region.geojson by a worker and its child, after 0 characters of input',
    ]);
  const files = await selectRows<{ size: number; sha256: string }>(
    platform.database.queries,
    sql`select f.size, f.sha256 from data_files f join data d on d.id = f.data_id
      where d.execution_id = ${execution.id}`,
  );
  expect(files).toEqual([files[0], files[0], files[0]]);
});

describe('an output', () => {
  const outputs = [
    { number: 1, name: 'Result', file_type: 'CSV', optional: true },
    { number: 2, name: 'More', file_type: 'CSV', when: 'wanted' },
  ];

  test('that the options do not ask for is not there, and one that is optional may stay without a file', async () => {
    const { execution, components } = await run([{ service: 'no-output', options: { wanted: false } }], {
      parts: { outputs },
    });
    expect(execution).toMatchObject({ success: true });
    expect(components[0]!.outputs).toHaveLength(1);
    expect(execution.chains?.[0]?.outputs).toEqual(components[0]!.outputs);
    const { data } = platform.parts;
    expect(await data.listFiles(platform.organisation, components[0]!.outputs![0]!, {})).toMatchObject({
      list: [],
    });
  });

  test('that the options ask for has to be made', async () => {
    const { execution } = await run([{ service: 'no-output', options: { wanted: true } }], {
      parts: { outputs },
    });
    expect(execution).toMatchObject({
      exit_type: 'no_output',
      abort_reason: 'no-output: It ended well but wrote nothing to output 2 (More)',
    });
  });
});

describe('an execution that fails', () => {
  test('says which component failed, how, and with which words, and costs nothing', async () => {
    const before = await creditsOf(platform);
    const { execution, components } = await run([
      { service: 'exit-one' },
      { service: 'copy', after: 0 },
      { service: 'copy', after: 1 },
    ]);
    expect(execution).toMatchObject({
      success: false,
      abort: true,
      stopped: false,
      exit_type: 'service_error',
      abort_reason: 'exit-one: It exited with 1: Failing as asked',
    });
    expect(components).toMatchObject([
      { success: false, outputs: [] },
      { success: false, runtime: 0 },
      { success: false, runtime: 0 },
    ]);
    expect(await logOf(components[0]!.id)).toEqual(['About to fail', 'Failing as asked']);
    expect(components[0]!.metrics!.length).toBeGreaterThan(0);
    expect(await creditsOf(platform)).toBe(before);
  });

  test('names the output that a component did not write', async () => {
    const { execution } = await run([{ service: 'no-output' }]);
    expect(execution).toMatchObject({
      success: false,
      exit_type: 'no_output',
      abort_reason: 'no-output: It ended well but wrote nothing to output 1 (Result)',
    });
  });

  test('refuses outputs that say that they are longer than the component may store', async () => {
    const { execution } = await run([{ service: 'holes' }]);
    expect(execution).toMatchObject({ success: false, exit_type: 'storage_exceeded' });
    expect(execution.abort_reason).toMatch(/Its outputs are 4656\.6 GB long; [\d.]+ GB are allowed/);
  });

  test('ends one that takes longer than its service declares', async () => {
    const resources = { cpu: 1, memory_mb: 256, storage_gb: 1, timeout_seconds: 1 };
    const process = await addProcess(platform, [{ service: 'endless' }], { parts: { resources } });
    await executions.execute(platform.organisation, process, platform.user);
    expect(await executionWhen(platform, executions, process, ended)).toMatchObject({
      success: false,
      exit_type: 'timed_out',
      abort_reason: 'endless: It took longer than the 1 s that it may',
    });
  });

  test('ends the components that run beside the one that failed', async () => {
    const { execution, components } = await run([{ service: 'endless' }, { service: 'exit-one' }]);
    expect(execution).toMatchObject({
      exit_type: 'service_error',
      stopped: false,
      abort_reason: expect.stringContaining('exit-one') as string,
    });
    // The third would have taken the outputs of both.
    expect(components.map(({ success }) => success)).toEqual([false, false, false]);
  });
});

describe('credits', () => {
  test('are charged once for an execution that succeeds', async () => {
    const before = Number(await creditsOf(platform));
    await run([{ service: 'copy' }], { price: '2.5' });
    expect(Number(await creditsOf(platform))).toBe(before - 2.5);
  });

  test('that do not suffice refuse an execution, of which nothing is left', async () => {
    const process = await addProcess(platform, [{ service: 'copy' }], { price: '1000' });
    await expect(executions.execute(platform.organisation, process, platform.user)).rejects.toMatchObject({
      code: 'insufficient_credits',
    });
    expect((await executions.list(platform.organisation, process, {})).list).toEqual([]);
    const [row] = await selectRows(
      platform.database.queries,
      sql`select process_status from processes where id = ${process}`,
    );
    expect(row).toEqual({ process_status: 'draft' });
  });
});

describe('a process', () => {
  const statusOf = async (id: string) =>
    (
      await selectRows<{ process_status: string }>(
        platform.database.queries,
        sql`select process_status from processes where id = ${id}`,
      )
    )[0]?.process_status;

  test('is not executed twice at once, turns to stop a while after its run, and can be executed again', async () => {
    const process = await addProcess(platform, [{ service: 'sleepy', options: { seconds: 1 } }]);
    await executions.execute(platform.organisation, process, platform.user);
    await expect(executions.execute(platform.organisation, process, platform.user)).rejects.toMatchObject({
      code: 'conflict',
    });
    const first = await executionWhen(platform, executions, process, ended);
    expect(await statusOf(process)).toBe('execute');
    await expect.poll(async () => await statusOf(process)).toBe('stop');
    await executions.execute(platform.organisation, process, platform.user);
    const second = await executionWhen(platform, executions, process, ({ id }) => id !== first.id);
    expect(second.started_at > first.ended_at!).toBe(true);
    expect(await statusOf(process)).toBe('execute');
    await executionWhen(platform, executions, process, ended);
  });

  test('whose start is later begins by itself then', async () => {
    const start = new Date(Date.now() + 3_600_000).toISOString();
    const process = await addProcess(platform, [{ service: 'copy' }], { start });
    await executions.execute(platform.organisation, process, platform.user);
    expect((await executions.list(platform.organisation, process, {})).list).toEqual([]);
    await moveClock(platform, '59 minutes 57 seconds');
    const execution = await executionWhen(platform, executions, process, ended);
    expect(Date.parse(execution.started_at)).toBeGreaterThanOrEqual(Date.parse(start));
    expect(execution.success).toBe(true);
  });

  test('that is stopped ends its components within seconds and keeps their logs', async () => {
    const process = await addProcess(platform, [{ service: 'endless' }, { service: 'copy', after: 0 }]);
    await executions.execute(platform.organisation, process, platform.user);
    const { id } = await executionWhen(platform, executions, process, () => true);
    const controller = new AbortController();
    const { list } = await executions.components(platform.organisation, id, {});
    const follow = await executions.followLogs(
      platform.organisation,
      list[0]!.id,
      undefined,
      controller.signal,
    );
    for await (const { value } of follow) if (value.event === 'log') break;
    await executions.stop(platform.organisation, process, platform.user);
    await executions.stop(platform.organisation, process, platform.user);
    const execution = await executionWhen(platform, executions, process, ended);
    expect(execution).toMatchObject({
      stopped: true,
      success: false,
      exit_type: 'stopped',
      abort_reason: 'The process was stopped',
    });
    expect(await statusOf(process)).toBe('stop');
    expect(await logOf(list[0]!.id)).toContain('Started');
  });

  test('is deleted while it runs, with all that was made', async () => {
    const process = await addProcess(platform, [{ service: 'copy' }, { service: 'endless', after: 0 }]);
    await executions.execute(platform.organisation, process, platform.user);
    const { id } = await executionWhen(platform, executions, process, ({ progress }) => progress >= 50);
    await expect(executions.remove(platform.organisation, id)).rejects.toMatchObject({ code: 'conflict' });
    await executions.removeProcess(
      platform.organisation,
      process,
      platform.user,
      AbortSignal.timeout(300_000),
    );
    expect(await statusOf(process)).toBeUndefined();
    await expect(executions.get(platform.organisation, id)).rejects.toMatchObject({ code: 'not_found' });
    for (const table of [
      'data where execution_id',
      'process_service_executions where process_execution_id',
    ]) {
      const rows = await selectRows(platform.database.queries, sql`select 1 from ${sql.raw(table)} = ${id}`);
      expect(rows).toEqual([]);
    }
  });
});

test('what another organisation has looks as if it did not exist', async () => {
  const { execution, components, process } = await run([{ service: 'copy' }]);
  const other = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';
  const component = components[0]!.id;
  const { signal } = new AbortController();
  const calls = [
    executions.get(other, execution.id),
    executions.components(other, execution.id, {}),
    executions.component(other, component),
    executions.logs(other, component, {}),
    executions.follow(other, execution.id, signal),
    executions.followLogs(other, component, undefined, signal),
    executions.update(other, execution.id, {}),
    executions.changeDeleteExpiry(other, execution.id, '2030-01-01T00:00:00Z'),
    executions.remove(other, execution.id),
    executions.execute(other, process, platform.user),
    executions.stop(other, process, platform.user),
    executions.removeProcess(other, process, platform.user, signal),
  ];
  for (const result of await Promise.allSettled(calls))
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
});

test('an execution of which only the outputs are left to be analysed says so, and ends after that', async () => {
  await platform.parts.data.close();
  const process = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(platform.organisation, process, platform.user);
  const waits = await executionWhen(
    platform,
    executions,
    process,
    ({ waiting_for }) => waiting_for === 'analysis',
  );
  expect(waits).toMatchObject({
    progress: 99,
    waiting_reason: 'Its outputs are being analysed: 0 of 1 files are done',
  });
  await platform.parts.data.start();
  const { waiting_for, success } = await executionWhen(platform, executions, process, ended);
  expect([success, waiting_for]).toEqual([true, undefined]);
});
