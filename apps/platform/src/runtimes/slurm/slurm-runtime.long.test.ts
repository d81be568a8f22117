import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { runtimeConformance } from '../conformance/index.ts';
import { AttemptHarness } from '../testing/attempt-harness.ts';
import { bubblewrapWorks } from '../testing/bubblewrap.ts';
import { conformanceFolder } from '../testing/conformance-folder.ts';
import { createSlurmRuntime } from './index.ts';
import { startSlurm, whyNoSlurm } from './testing/slurm-cluster.ts';
import type { SlurmCluster } from './testing/slurm-cluster.ts';

const missing = whyNoSlurm();
const plan = { outputPrefix: 'outputs/a', storageKey: null };

describe.skipIf(missing !== undefined)(`Slurm${missing === undefined ? '' : ` (${missing})`}`, () => {
  let cluster: SlurmCluster;
  let harness: AttemptHarness;
  beforeAll(async () => {
    cluster = await startSlurm();
  });
  afterAll(async () => await cluster.close());
  beforeEach(() => {
    harness = new AttemptHarness({
      create: ({ root, objects }) =>
        createSlurmRuntime({
          sharedFolder: join(root, 'shared'),
          objects,
          serviceFolder: async () => join(root, 'service'),
          readOnly: [],
          configuration: cluster.configuration,
          sampleMilliseconds: 200,
        }),
      program: (script, { root }) => {
        const file = `${randomUUID()}.cjs`;
        writeFileSync(join(root, 'service', file), script);
        return { kind: 'command', command: ['node', file] };
      },
    });
  });
  afterEach(async () => {
    await cluster.cancelAll();
    await harness.close();
  });
  const cases = runtimeConformance({
    name: 'Slurm',
    open: async () => {
      const { root, staging, objects, serviceFolder, program, remove } = await conformanceFolder();
      return {
        runtime: async () =>
          await Promise.resolve(
            createSlurmRuntime({
              sharedFolder: join(root, 'shared'),
              objects: staging,
              serviceFolder,
              readOnly: [],
              configuration: cluster.configuration,
              sampleMilliseconds: 100,
            }),
          ),
        program,
        objects,
        close: async () => {
          await cluster.cancelAll();
          remove();
        },
      };
    },
    isolates: bubblewrapWorks(),
    cannotBreakDown: 'a lost node of the test cluster stays lost; see the loss of a node',
    patienceSeconds: 300,
  });
  test.for(cases)('conform: $name', async ({ run, skip }, context) => {
    if (skip !== undefined) context.skip(skip);
    await expect(run()).resolves.toBeUndefined();
  });

  const messages = ({ logs }: { readonly logs: readonly { readonly message: string }[] }): string[] =>
    logs.map(({ message }) => message);

  test('runs a command with inputs on a node, and gives back its outputs, log, samples and times', async () => {
    const runtime = harness.runtime();
    const job = harness.job(
      `
      const { readFileSync, writeFileSync } = require('node:fs');
      writeFileSync('outputs/1/out.csv', readFileSync('inputs/1/in.csv', 'utf8') + process.env.GIVEN);
      writeFileSync('status.json', '{"progress": 50, "comment": "half"}');
      console.log('first'); console.error('second');`,
      {
        environment: { GIVEN: 'given' },
        inputs: [{ path: 'inputs/1/in.csv', object: harness.put('uploads/x', 'a,b\n') }],
      },
    );
    const { handle, end, logs, metrics } = await harness.run(runtime, job);
    expect(end).toMatchObject({ state: 'ended', exitCode: 0, reason: { code: 'exited' } });
    expect(end.node).toMatch(/^n[12]$/);
    expect(end.status).toEqual({ progress: 50, comment: 'half' });
    expect(Date.parse(end.endedAt!)).toBeGreaterThanOrEqual(Date.parse(end.startedAt!));
    expect(messages({ logs }).sort()).toEqual(['first', 'second']);
    expect(metrics.length).toBeGreaterThan(0);
    const collected = await runtime.collect(handle, plan);
    expect(collected.outputs.get(1)).toMatchObject([{ name: 'out.csv', object: { size: 9 } }]);
    expect(harness.content('outputs/a-1-1')).toBe('a,b\ngiven');
    await runtime.forget(handle);
    expect((await runtime.observe([{ handle, cursor: null }]))[0]!.state).toBe('gone');
  });

  test('tells exit codes, memory, storage and time apart', async () => {
    const runtime = harness.runtime();
    const exits = harness.job('process.exit(3)');
    const takes = harness.job(
      'const held = []; setInterval(() => held.push(Buffer.alloc(8 * 1048576, 1)), 5)',
    );
    const writes = harness.job(
      `const fs = require('node:fs'); let n = 0; setInterval(() => fs.writeFileSync('scratch/' + (n += 1) % 60, Buffer.alloc(1048576, 1)), 5)`,
    );
    const waits = harness.job('setInterval(() => 0, 1000)');
    const ended = await Promise.all([
      harness.run(runtime, exits),
      harness.run(runtime, { ...takes, resources: { ...takes.resources, memoryMb: 150 } }),
      harness.run(runtime, { ...writes, resources: { ...writes.resources, storageGb: 0.01 } }),
      harness.run(runtime, { ...waits, resources: { ...waits.resources, timeoutSeconds: 1 } }),
    ]);
    expect(ended.map(({ end }) => [end.state, end.reason?.code])).toEqual([
      ['ended', 'exited'],
      ['ended', 'out_of_memory'],
      ['ended', 'storage_exceeded'],
      ['ended', 'timed_out'],
    ]);
    expect(ended[0].end.exitCode).toBe(3);
    expect(ended[1].end.reason?.evidence).toMatchObject({ limitMb: 150 });
  });

  test('tells memory that the cluster takes away at once', async () => {
    const job = harness.job('globalThis.held = Buffer.alloc(400 * 1048576, 1); setInterval(() => 0, 1000)');
    const { end } = await harness.run(harness.runtime(), {
      ...job,
      resources: { ...job.resources, memoryMb: 100 },
    });
    expect([end.state, end.reason?.code]).toEqual(['ended', 'out_of_memory']);
  });

  test('says what waits and how many stand before it, and what can never run', async () => {
    const runtime = harness.runtime();
    const large = { cpu: 2, gpu: 0, memoryMb: 3000, storageGb: 1, timeoutSeconds: null };
    const running = [harness.job('setInterval(() => 0, 1000)'), harness.job('setInterval(() => 0, 1000)')];
    for (const job of running) {
      const handle = await runtime.submit({ ...job, resources: large });
      await harness.observe(runtime, handle, ({ state }) => state === 'running');
    }
    const first = await runtime.submit({ ...harness.job(''), resources: large });
    const second = await runtime.submit({ ...harness.job(''), resources: large });
    const observed = await harness.observe(runtime, second, ({ reason }) => reason?.code === 'queue');
    expect(observed.end.reason).toMatchObject({ code: 'queue', evidence: { position: 1 } });
    expect((await runtime.observe([{ handle: first, cursor: null }]))[0]!.reason).toMatchObject({
      evidence: { position: 0 },
    });
    await runtime.cancel(second);
    expect((await harness.observe(runtime, second)).end.reason?.code).toBe('cancelled');
    const tooLarge = harness.job('');
    await expect(
      runtime.submit({ ...tooLarge, resources: { ...large, memoryMb: 1_000_000 } }),
    ).rejects.toMatchObject({ code: 'invalid_attempt' });
  });

  test('is asked to end, then made to', async () => {
    const runtime = harness.runtime();
    const kinds = [
      {
        script: `process.on('SIGTERM', () => { console.log('goodbye'); process.exit(0) }); console.log('up'); setInterval(() => 0, 1000)`,
        graceSeconds: 60,
      },
      {
        script: `process.on('SIGTERM', () => 0); console.log('up'); setInterval(() => 0, 1000)`,
        graceSeconds: 2,
      },
    ];
    const ended = await Promise.all(
      kinds.map(async ({ script, graceSeconds }) => {
        const handle = await runtime.submit(harness.job(script));
        const { end } = await harness.observe(runtime, handle, ({ logs }) => logs.length > 0);
        await runtime.cancel(handle, { graceSeconds });
        return await harness.observe(runtime, handle, undefined, end.cursor);
      }),
    );
    expect(ended.map(({ end }) => end.reason?.code)).toEqual(['cancelled', 'cancelled']);
    expect(messages(ended[0]!)).toEqual(['goodbye']);
  });

  test('is found again by another platform, submitted once, without a record lost or told twice', async () => {
    const before = harness.runtime();
    const job = harness.job(
      'let n = 0; const t = setInterval(() => { console.log(n); if ((n += 1) === 40) clearInterval(t) }, 50)',
    );
    const handle = await before.submit(job);
    const first = await harness.observe(before, handle, ({ logs }) => logs.length > 0);
    await before.close();
    const after = harness.runtime();
    expect(await after.adopt()).toEqual([handle]);
    await after.submit(job);
    const rest = await harness.observe(after, handle, undefined, first.end.cursor);
    expect([...messages(first), ...messages(rest)]).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
  });

  test('tells a job that gave way to a more important one from one that was cancelled', async () => {
    const runtime = harness.runtime();
    const up = async (script: string) => {
      const handle = await runtime.submit(harness.job(script));
      return { handle, ...(await harness.observe(runtime, handle, ({ logs }) => logs.length > 0)) };
    };
    const waits = `console.log('up'); setInterval(() => 0, 1000)`;
    const [willing, stubborn] = [await up(waits), await up(`process.on('SIGTERM', () => 0); ${waits}`)];
    // It takes all processors of both nodes.
    const urgent = ['--partition=urgent', '--nodes=2', '--exclusive', '--time=1', '--output=/dev/null'];
    await cluster.run('sbatch', ...urgent, '--wrap=true');
    for (const { handle, end } of [willing, stubborn]) {
      const { end: gone } = await harness.observe(runtime, handle, undefined, end.cursor);
      expect([gone.state, gone.reason?.code]).toEqual(['gone', 'preempted']);
    }
    await cluster.run('scancel', '--partition=urgent', '--user=root');
    const cancelled = await up(waits);
    await cluster.run('scancel', `--name=fusion-${cancelled.handle.attemptId}`);
    const { end } = await harness.observe(runtime, cancelled.handle, undefined, cancelled.end.cursor);
    expect([end.state, end.reason?.code]).toEqual(['ended', 'cancelled']);
  });

  test('tells the loss of a node from a failure of the service', async () => {
    const runtime = harness.runtime();
    const handle = await runtime.submit(harness.job(`console.log('up'); setInterval(() => 0, 1000)`));
    const { end } = await harness.observe(runtime, handle, ({ logs }) => logs.length > 0);
    await cluster.loseNode(end.node as 'n1' | 'n2');
    const lost = await harness.observe(runtime, handle, undefined, end.cursor);
    expect([lost.end.state, lost.end.reason?.code]).toEqual(['gone', 'node_lost']);
    expect(JSON.stringify(lost.end.reason)).toContain(end.node);
  });
});
