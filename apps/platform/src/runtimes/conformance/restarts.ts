import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { RuntimeError } from '../errors.ts';
import { conformanceCase, endless } from './harness.ts';

export const restartCases = [
  conformanceCase('However often and from wherever it is submitted, an attempt runs once', async (bench) => {
    const [one, two] = [await bench.runtime(), await bench.runtime()];
    const job = await bench.job(`console.log('up'); setTimeout(() => {}, 500)`);
    const handles = [
      await bench.submit(one, job),
      await bench.submit(two, job),
      await bench.submit(one, job),
    ];
    for (const handle of handles) assert.equal(handle.attemptId, job.attemptId);
    const { messages } = await bench.untilEnded(two, handles[0]!);
    assert.deepEqual(messages, ['up']);
    await bench.submit(two, job);
    const { messages: after, last } = await bench.untilEnded(one, handles[0]!);
    assert.deepEqual([last.state, ...after], ['ended', 'up']);
  }),

  conformanceCase('What runs goes on without the platform, and is adopted by the next one', async (bench) => {
    const first = await bench.runtime();
    const job = await bench.job(`setTimeout(() => console.log('late'), 1500)`);
    const handle = await bench.submit(first, job);
    // A handle is plain data.
    const kept = JSON.parse(JSON.stringify(handle)) as typeof handle;
    assert.deepEqual(kept, handle);
    await first.close();
    const next = await bench.runtime();
    assert.ok((await next.adopt()).some(({ attemptId }) => attemptId === job.attemptId));
    const { messages, last } = await bench.untilEnded(next, kept);
    assert.deepEqual([last.exitCode, ...messages], [0, 'late']);
  }),

  conformanceCase('What is forgotten leaves nothing, and what runs is not forgotten', async (bench) => {
    const runtime = await bench.runtime();
    const job = await bench.job(endless);
    const handle = await bench.submit(runtime, job);
    await bench.until(runtime, handle, ({ messages }) => messages.includes('up'));
    await assert.rejects(
      runtime.forget(handle),
      (error) => error instanceof RuntimeError && error.code === 'attempt_running',
    );
    await runtime.cancel(handle, { graceSeconds: 0 });
    await bench.untilEnded(runtime, handle);
    await runtime.forget(handle);
    await runtime.forget(handle);
    assert.deepEqual(await runtime.adopt(), []);
    const [observation] = await runtime.observe([{ handle, cursor: null }]);
    assert.equal(observation!.state, 'gone');
    assert.deepEqual(observation!.logs, []);
  }),

  conformanceCase(
    'An attempt that it never heard of is gone, and there is nothing to collect',
    async (bench) => {
      const runtime = await bench.runtime();
      const handle = { runtime: runtime.name, attemptId: randomUUID(), nodeId: null, data: {} };
      const [observation] = await runtime.observe([{ handle, cursor: null }]);
      assert.equal(observation!.state, 'gone');
      await assert.rejects(
        runtime.collect(handle, { outputPrefix: null, storageKey: null }),
        (error) => error instanceof RuntimeError && error.code === 'invalid_attempt',
      );
      await runtime.cancel(handle);
      await runtime.forget(handle);
    },
  ),

  conformanceCase(
    'When the machine under it breaks down the attempt is gone, says so, and does not run again',
    async (bench) => {
      const runtime = await bench.runtime();
      const job = await bench.job(endless);
      const handle = await bench.submit(runtime, job);
      await bench.until(runtime, handle, ({ messages }) => messages.includes('up'));
      await bench.harness.breakDown!();
      const { last, messages } = await bench.until(
        runtime,
        handle,
        ({ last: { state } }) => state === 'gone',
      );
      assert.equal(last.reason?.code, 'node_lost');
      assert.deepEqual(messages, ['up']);
      await bench.submit(runtime, job);
      assert.equal(
        (await bench.until(runtime, handle, ({ last: { state } }) => state === 'gone')).messages.length,
        1,
      );
      // The next one finds everything in order.
      assert.equal((await bench.run(runtime, await bench.job(''))).last.exitCode, 0);
    },
    ({ cannotBreakDown }) => cannotBreakDown,
  ),
];
