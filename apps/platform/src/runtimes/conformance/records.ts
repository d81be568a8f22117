import assert from 'node:assert/strict';

import type { MetricsRecord } from '../runtime.ts';
import { conformanceCase, endless } from './harness.ts';

export const recordCases = [
  conformanceCase(
    'Each record is read once, in order, however often it is asked and from wherever',
    async (bench) => {
      const runtime = await bench.runtime();
      const job = await bench.job(
        `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 500; i += 1) console.log(n += 1); if (n >= 15000) clearInterval(timer); }, 5)`,
      );
      const handle = await bench.submit(runtime, job);
      const first = await bench.until(runtime, handle, ({ logs }) => logs.length >= 500);
      // A platform that was killed before it wrote the last cursor down reads the same again.
      const [again] = await runtime.observe([{ handle, cursor: null }]);
      assert.deepEqual(again!.logs[0], first.logs[0]);
      const other = await bench.runtime();
      const rest = await bench.untilEnded(other, handle, first.last.cursor);
      const messages = [...first.messages, ...rest.messages];
      assert.deepEqual(
        messages,
        Array.from({ length: 15_000 }, (_, index) => String(index + 1)),
      );
      const times = [...first.logs, ...rest.logs].map(({ loggedAt }) => loggedAt);
      assert.ok(times.every((time, index) => index === 0 || time > times[index - 1]!));
    },
  ),

  conformanceCase(
    'What it says of its folder is the same whatever runs it, and no path of the machine',
    async (bench) => {
      const runtime = await bench.runtime();
      const { handle, messages, metrics } = await bench.run(
        runtime,
        await bench.job(
          `const fs = require('node:fs'); const at = process.cwd(); console.log('in ' + at + '/inputs/1');
        fs.writeFileSync('status.json', JSON.stringify({ progress: 1, comment: 'reads ' + at + '/a b.tif' }));
        fs.writeFileSync('outcome.json', JSON.stringify({ success: false, abort_reason: at }))`,
        ),
      );
      assert.deepEqual(messages, ['in /fusion/job/inputs/1']);
      assert.equal(metrics.at(-1)?.comment, 'reads /fusion/job/a b.tif');
      const { outcome } = await runtime.collect(handle, { outputPrefix: null, storageKey: null });
      assert.equal(outcome.abortReason, '/fusion/job');
    },
  ),

  conformanceCase('Both streams are kept apart', async (bench) => {
    const { logs } = await bench.run(
      await bench.runtime(),
      await bench.job(`console.log('out'); console.error('err')`),
    );
    assert.deepEqual(
      logs.map(({ stream, message }) => [stream, message]).toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1)),
      [
        ['stderr', 'err'],
        ['stdout', 'out'],
      ],
    );
  }),

  conformanceCase(
    'Samples come while it runs, progress too, and a last sample of one that fails at once',
    async (bench) => {
      const runtime = await bench.runtime();
      const handle = await bench.submit(
        runtime,
        await bench.job(
          `const fs = require('node:fs'); fs.writeFileSync('status.json', JSON.stringify({ progress: 40, comment: 'half' })); setInterval(() => {}, 1000)`,
        ),
      );
      const { last, metrics } = await bench.until(
        runtime,
        handle,
        (said) => said.metrics.length > 0 && said.last.status?.progress === 40,
      );
      assert.equal(last.state, 'running');
      assert.equal(last.status?.comment, 'half');
      assert.equal(metrics[0]!.memory_total_bytes, 512 * 2 ** 20);
      const failed = await bench.run(runtime, await bench.job(`process.exit(1)`));
      assert.ok(failed.metrics.length > 0);
    },
  ),

  conformanceCase('Memory, time, room and transfers are told alike, whatever runs it', async (bench) => {
    const runtime = await bench.runtime();
    // A file without content takes cache to read, and no room. Deletes nothing, so that the end shows what was there.
    const job = await bench.job(`
      const fs = require('node:fs');
      globalThis.held = Buffer.alloc(60 * 1048576, 1);
      fs.writeFileSync('scratch/large', '');
      fs.truncateSync('scratch/large', 300 * 1048576);
      const file = fs.openSync('scratch/large');
      const part = Buffer.alloc(1048576);
      while (fs.readSync(file, part) > 0);
      fs.writeFileSync('outputs/1/a.csv', Buffer.alloc(5000000, 1));
      fs.linkSync('outputs/1/a.csv', 'outputs/1/b.csv');
      for (const from = process.cpuUsage(); ;) {
        const { user, system } = process.cpuUsage(from);
        if (user + system > 1e6) break;
      }
      fs.writeFileSync('s', '{"comment":"done","transfer":{"s3":100,"internal":7}}');
      fs.renameSync('s', 'status.json');
      setInterval(() => {}, 1000);`);
    const handle = await bench.submit(runtime, job);
    const done = ({ metrics }: { readonly metrics: readonly MetricsRecord[] }): boolean =>
      metrics.filter(({ comment }) => comment === 'done').length > 2;
    const { last, metrics } = await bench.until(runtime, handle, done);
    await runtime.cancel(handle, { graceSeconds: 0 });
    const rest = await bench.untilEnded(runtime, handle, last.cursor);
    const samples = [...metrics, ...rest.metrics];
    const { peakMemoryBytes, peakStorageBytes, cpuSeconds } = rest.last.usage;
    const { memory_total_bytes: total, memory_free_bytes: free } = metrics.at(-1)!;
    const told = JSON.stringify({ ...rest.last.usage, used: total - (free ?? 0), samples: samples.length });
    for (const bytes of [peakMemoryBytes, total - (free ?? 0)])
      assert.ok(bytes !== null && bytes > 60 * 2 ** 20 && bytes < 200 * 2 ** 20, told);
    assert.ok(cpuSeconds !== null && cpuSeconds > 0.95 && cpuSeconds < 10, told);
    assert.ok(peakStorageBytes !== null && peakStorageBytes >= 5e6 && peakStorageBytes < 9e6, told);
    const sum = (field: 's3_transfer_bytes' | 'internal_transfer_bytes'): number =>
      samples.reduce((all, sample) => all + sample[field], 0);
    assert.deepEqual([sum('s3_transfer_bytes'), sum('internal_transfer_bytes')], [100, 7]);
  }),

  conformanceCase('Many are observed at once, each in its place', async (bench) => {
    const runtime = await bench.runtime();
    const handles = [];
    for (const word of ['a', 'b', 'c'])
      handles.push((await bench.run(runtime, await bench.job(`console.log('${word}')`))).handle);
    const observations = await runtime.observe(handles.map((handle) => ({ handle, cursor: null })));
    assert.deepEqual(
      observations.map(({ attemptId, logs }) => [attemptId, logs[0]?.message]),
      handles.map(({ attemptId }, index) => [attemptId, ['a', 'b', 'c'][index]]),
    );
  }),

  conformanceCase('A hint comes when there is something new, and when it has ended', async (bench) => {
    const runtime = await bench.runtime();
    const watching = new AbortController();
    const hinted: string[] = [];
    let hint = Promise.withResolvers<void>();
    const watch = runtime.watch(
      (ids) => {
        hinted.push(...ids);
        hint.resolve();
      },
      { signal: watching.signal },
    );
    // It lasts until the hint is there: who observes its end before has heard all, and gets none.
    const job = await bench.job(endless);
    const handle = await bench.submit(runtime, job);
    await hint.promise;
    hint = Promise.withResolvers();
    await runtime.cancel(handle, { graceSeconds: 0 });
    await hint.promise;
    assert.ok(hinted.every((id) => id === handle.attemptId));
    watching.abort();
    await watch;
    await bench.untilEnded(runtime, handle);
  }),
];
