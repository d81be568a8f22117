import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { ExecutionError, NotStartedError } from '../src/index.ts';
import type { ExecutionProgress } from '../src/index.ts';
import type { Fixture } from './fixture-server.ts';
import { executionOf, processOf, startPlatform } from './platform-state.ts';
import { component, data, dataId, execution, executionId, id, listedExecution, process } from './samples.ts';

const done = { progress: 100, success: true };

/** An execution that gets on by 40 with each look. */
function getsOn(platform: Fixture, end: object = done): void {
  let progress = 0;
  platform.on(calls.getExecution, () => {
    progress = Math.min(100, progress + 40);
    return { model: execution(progress === 100 ? { ...done, ...end } : { progress }), extras: {} };
  });
}

const event = (name: string, model?: object): string =>
  `event: ${name}\ndata: ${JSON.stringify(model ? { model } : {})}\n\n`;

test('waiting polls where the platform has no live stream, and reports progress', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  getsOn(platform);
  const seen: number[] = [];
  const onProgress = ({ progress }: ExecutionProgress): void => void seen.push(progress);
  expect(await running.checkComplete({ wait: true, onProgress })).toBe(true);
  expect(seen).toEqual([40, 80, 100]);
  expect(running.success).toBe(true);
  expect(platform.asked(calls.followExecution)).toHaveLength(1);
});

test('waiting listens to the live stream where the platform has one', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  let ended = false;
  platform.on(calls.getExecution, () => ({ model: execution(ended ? done : {}), extras: {} }));
  platform.on(calls.followExecution, ({ raw: { response } }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(event('execution', execution({ progress: 30 })));
    response.write(event('component', component()));
    ended = true;
    response.end(event('execution', execution(done)) + event('end'));
  });
  const seen: (string | number)[] = [];
  const onProgress = (news: ExecutionProgress): void => void seen.push(news.component?.name ?? news.progress);
  expect(await running.checkComplete({ wait: true, onProgress })).toBe(true);
  expect(seen).toEqual([0, 30, 'Elevation', 100, 100]);
});

test('a live stream that breaks is taken up again', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  let streams = 0;
  platform.on(calls.getExecution, () => ({ model: execution(streams > 1 ? done : {}), extras: {} }));
  platform.on(calls.followExecution, ({ raw: { response } }) => {
    streams += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event('execution', execution({ progress: 10 })), () => response.destroy());
  });
  expect(await running.checkComplete({ wait: true })).toBe(true);
  expect(streams).toBe(2);
});

test('without waiting, one look tells whether it has ended', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  expect(await running.checkComplete()).toBe(false);
  platform.on(calls.getExecution, () => ({ model: execution(done), extras: {} }));
  expect(await running.checkComplete()).toBe(true);
});

test('a failed execution says why', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  getsOn(platform, { success: false, abort_reason: 'no tile there', exit_type: 'error' });
  const tried = running.checkComplete({ wait: true });
  await expect(tried).rejects.toThrow(ExecutionError);
  await expect(tried).rejects.toMatchObject({ executionId, abortReason: 'no tile there', exitType: 'error' });
});

test('an abort ends the waiting, live or not', async () => {
  await using platform = await startPlatform();
  const running = await executionOf(platform);
  const polled = AbortSignal.timeout(30);
  await expect(running.checkComplete({ wait: true, signal: polled })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  await using other = await startPlatform();
  const live = await executionOf(other);
  const controller = new AbortController();
  other.on(calls.followExecution, ({ raw: { response } }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    controller.abort(new Error('enough'));
  });
  const { signal } = controller;
  await expect(live.checkComplete({ wait: true, signal })).rejects.toThrow('enough');
});

test('executing and waiting gives the execution of that start, not an older one', async () => {
  await using platform = await startPlatform();
  const old = listedExecution({ process_execution_id: id(50), started_at: '2026-06-01T00:00:00Z' });
  const before = process({ has_executions: 'executions', executions: [old] });
  const fresh = listedExecution({ started_at: '2026-06-01T00:00:01Z' });
  let looks = 0;
  platform.on(calls.listProcesses, () => ({ list: [process()], extras: {} }));
  platform.on(calls.executeProcess, () => {
    looks = 1;
    return { model: { ...before, process_status: 'execute' }, extras: {} };
  });
  platform.on(calls.getProcess, () => {
    looks += looks > 0 ? 1 : 0;
    const executions = looks > 2 ? [old, fresh] : [old];
    // It may be over before anyone looks.
    return { model: { ...before, executions, process_status: looks > 2 ? 'stop' : 'execute' }, extras: {} };
  });
  const mine = await processOf(platform);
  getsOn(platform);
  const run = await mine.execute({ wait: true });
  expect(run.map((item) => item.id)).toEqual([executionId]);
  expect(run[0]?.success).toBe(true);
});

test('executing a sliced process waits for all of its group, also when one fails', async () => {
  await using platform = await startPlatform();
  const members = [60, 61, 62].map((n) =>
    listedExecution({ process_execution_id: id(n), group_id: id(70), group_index: n - 60, group_count: 3 }),
  );
  let looks = 0;
  const progress = new Map<string, number>();
  platform.on(calls.executeProcess, () => ({ model: process(), extras: {} }));
  platform.on(calls.getProcess, () => {
    looks += 1;
    const executions = members.slice(0, looks - 1);
    return {
      model: process({ has_executions: executions.length > 0 ? 'executions' : '', executions }),
      extras: {},
    };
  });
  platform.on(calls.getExecution, ({ params }) => {
    const key = params['process_execution_id']!;
    const now = Math.min(100, (progress.get(key) ?? 0) + 40);
    progress.set(key, now);
    return {
      model: execution({ id: key, progress: now, success: now === 100 && key !== id(60) }),
      extras: {},
    };
  });
  const mine = await processOf(platform);
  await expect(mine.execute({ wait: true })).rejects.toMatchObject({ executionId: id(60) });
  expect([...progress.values()]).toEqual([100, 100, 100]);
});

test('executing a sliced process gives its executions in the order of the group', async () => {
  await using platform = await startPlatform();
  const executions = [61, 60, 62].map((n) =>
    listedExecution({ process_execution_id: id(n), group_id: id(70), group_index: n - 60, group_count: 3 }),
  );
  platform.on(calls.executeProcess, () => ({
    model: process({ has_executions: 'executions', executions }),
    extras: {},
  }));
  platform.on(calls.getExecution, ({ params }) => ({
    model: execution({ ...done, id: params['process_execution_id']! }),
    extras: {},
  }));
  const mine = await processOf(platform);
  const run = await mine.execute({ wait: true });
  expect(run.map((item) => item.id)).toEqual([60, 61, 62].map(id));
});

test('a process that was stopped, or that is overdue, is not waited for', async () => {
  await using platform = await startPlatform();
  platform.on(calls.executeProcess, () => ({ model: process({ process_status: 'stop' }), extras: {} }));
  const mine = await processOf(platform);
  await expect(mine.execute({ wait: true })).rejects.toMatchObject({
    name: 'NotStartedError',
    code: 'stopped',
  });
  platform.on(calls.getProcess, () => ({ model: process({ process_status: 'execute' }), extras: {} }));
  const late = mine.waitForNextExecution();
  await expect(late).rejects.toThrow(NotStartedError);
  await expect(late).rejects.toMatchObject({ code: 'late' });
});

test('the next execution is the newest that started no earlier than the schedule says', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  const repeat_start = new Date(Date.now() - 1000).toISOString();
  const listed = [
    listedExecution({ process_execution_id: id(50), started_at: '2026-01-01T00:00:00Z' }),
    listedExecution({ started_at: new Date().toISOString() }),
  ];
  let looks = 0;
  platform.on(calls.getProcess, () => {
    looks += 1;
    const executions = listed.slice(0, looks);
    return { model: process({ repeat_start, has_executions: 'executions', executions }), extras: {} };
  });
  expect((await mine.waitForNextExecution()).map((item) => item.id)).toEqual([executionId]);
  expect(looks).toBe(2);
});

test('executing without waiting comes back at once; stopping takes on the answer', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  platform.on(calls.executeProcess, () => ({ model: process({ process_status: 'execute' }), extras: {} }));
  platform.on(calls.stopProcess, () => ({ model: process({ process_status: 'stop' }), extras: {} }));
  expect(await mine.execute()).toEqual([]);
  expect(mine.process_status).toBe('execute');
  expect((await mine.stop()).process_status).toBe('stop');
});

test('executions are listed newest first and found by id and group', async () => {
  await using platform = await startPlatform();
  const mine = await processOf(platform);
  await mine.executions().toArray();
  expect(platform.asked(calls.listExecutions).at(-1)?.list.reverse).toBe(true);
  const { first } = await mine.findExecutions({ id: executionId, groupId: id(70) });
  expect(first?.id).toBe(executionId);
  expect(platform.asked(calls.listExecutions).at(-1)?.list.filters).toEqual([
    { field: 'id', modifier: 'eq', value: executionId },
    { field: 'group_id', modifier: 'eq', value: id(70) },
  ]);
});

test('components give their inputs and outputs as data', async () => {
  await using platform = await startPlatform();
  const outputs = [80, 81, 82, 83, 84, 85].map(id);
  platform.on(calls.listComponents, () => ({ list: [component({ outputs })], extras: {} }));
  platform.on(calls.getData, ({ params }) => ({ model: data({ id: params['data_id'] }), extras: {} }));
  const one = (await (await executionOf(platform)).components().first())!;
  expect((await one.inputs().toArray()).map((item) => item.id)).toEqual([dataId]);
  expect((await one.outputs().toArray()).map((item) => item.id)).toEqual(outputs);
  expect((await one.outputs().first())?.id).toBe(id(80));
});

test('the time of deletion is changed by a Date', async () => {
  await using platform = await startPlatform();
  const one = await executionOf(platform);
  platform.on(calls.changeDeleteExpiry, () => ({}));
  await one.changeDeleteExpiry(new Date('2027-01-01T00:00:00Z'));
  expect(platform.asked(calls.changeDeleteExpiry)[0]?.body).toEqual({
    ProcessExecution: { delete_expiry: '2027-01-01T00:00:00.000Z' },
  });
});
