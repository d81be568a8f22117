import assert from 'node:assert/strict';
import { attemptCase } from './case.ts';
import { allMetrics, untilNews } from './harness.ts';

const status = (document: string) =>
  `require('node:fs').writeFileSync('s', ${JSON.stringify(document)}); require('node:fs').renameSync('s', 'status.json');`;

export const metricsCases = [
  attemptCase('Samples are taken while it runs', async (harness) => {
    const runtime = await harness.runtime();
    const script = `globalThis.held = Buffer.alloc(100 * 1048576, 1); setInterval(() => undefined, 1000);`;
    const handle = await harness.start(runtime, harness.spec(script));
    await untilNews(runtime, handle, async () =>
      (await allMetrics(runtime, handle)).some(
        ({ memory_total_bytes: total, memory_free_bytes: free }) =>
          total === 512 * 1_048_576 && total - (free ?? total) > 90 * 1_048_576,
      ),
    );
    await runtime.stop(handle, { graceSeconds: 0 });
    const ended = await runtime.inspect(handle);
    assert.ok(ended.state === 'ended' && (ended.peakMemoryBytes ?? 0) > 90 * 1_048_576);
    assert.ok((ended.cpuSeconds ?? 0) > 0);
  }),

  attemptCase('What a short attempt takes is told, not what is left after its end', async (harness) => {
    const runtime = await harness.runtime({ metricsMilliseconds: { shortest: 1_000, longest: 10_000 } });
    // What is held for longer than it took to get there is held at half of the time.
    const script = `
      globalThis.held = Buffer.alloc(60 * 1048576, 1);
      setTimeout(() => undefined, 100 + process.uptime() * 1000);`;
    const taken: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { handle, ended } = await harness.run(runtime, harness.spec(script));
      assert.equal(ended.exitCode, 0);
      const sample = (await allMetrics(runtime, handle)).at(-1);
      taken.push(
        sample?.memory_free_bytes == null ? 0 : sample.memory_total_bytes - sample.memory_free_bytes,
      );
    }
    // A machine that is busy may look too late at some.
    const seen = taken.filter((bytes) => bytes > 50 * 1_048_576 && bytes < 300 * 1_048_576);
    assert.ok(seen.length >= 2, `${taken.join(', ')} bytes were told`);
  }),

  attemptCase('An attempt that fails at once still has a sample at its end', async (harness) => {
    const runtime = await harness.runtime();
    const script = `
      require('node:fs').writeFileSync('scratch/file', Buffer.alloc(3000000, 1));
      ${status('{"progress":30,"comment":"half way","transfer":{"s3":5,"gcs":6,"external":7,"internal":8}}')}
      process.exit(1);`;
    const { handle, ended } = await harness.run(runtime, harness.spec(script));
    assert.equal(ended.exitCode, 1);
    assert.ok(ended.peakStorageBytes >= 3_000_000);
    const samples = await allMetrics(runtime, handle);
    const sample = samples.at(-1);
    assert.ok(sample !== undefined && sample.scratch_used_bytes >= 3_000_000);
    assert.equal(sample.scratch_total_bytes, 1_073_741_824);
    const kinds = ['s3', 'gcs', 'external', 'internal'] as const;
    assert.deepEqual(
      kinds.map((kind) => samples.reduce((sum, one) => sum + one[`${kind}_transfer_bytes`], 0)),
      [5, 6, 7, 8],
    );
    assert.equal(sample.comment, 'half way');
    assert.ok(!Number.isNaN(Date.parse(sample.date)));
  }),

  attemptCase('What the component says of its progress is told as it says it', async (harness) => {
    const runtime = await harness.runtime();
    const script = `${status('{"progress":42.5,"comment":"reading"}')} setInterval(() => undefined, 1000);`;
    const handle = await harness.start(runtime, harness.spec(script));
    await untilNews(runtime, handle, async () => (await runtime.readStatus(handle))?.progress === 42.5);
    assert.equal((await runtime.readStatus(handle))?.comment, 'reading');
  }),

  attemptCase(
    'A status that is a link, a pipe, too large or of wrong types does no harm',
    async (harness) => {
      const runtime = await harness.runtime();
      const after = async (script: string) => {
        const { handle, ended } = await harness.run(runtime, harness.spec(script));
        assert.equal(ended.exitCode, 0);
        return await runtime.readStatus(handle);
      };
      assert.equal(await after(`require('node:fs').symlinkSync('job.json', 'status.json')`), null);
      assert.equal(
        await after(`require('node:child_process').execFileSync('mkfifo', ['status.json'])`),
        null,
      );
      assert.equal(await after(`require('node:fs').mkdirSync('status.json')`), null);
      assert.equal(
        await after(
          `require('node:fs').writeFileSync('status.json', '{"comment":"' + 'x'.repeat(1e6) + '"}')`,
        ),
        null,
      );
      assert.equal(await after(status('[1, 2]')), null);
      assert.equal(await after(status('{"progress":')), null);
      assert.deepEqual(
        await after(status('{"progress":"all","comment":7,"transfer":{"s3":-1,"gcs":"x","external":1e400}}')),
        {
          progress: null,
          comment: null,
          transfer: { s3: 0, gcs: 0, external: 0, internal: 0 },
        },
      );
      assert.equal((await after(status('{"progress":1e9}')))?.progress, 100);
    },
  ),
];
