import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { runtimeConformance } from '../conformance/index.ts';
import { AttemptHarness } from '../testing/attempt-harness.ts';
import { conformanceFolder } from '../testing/conformance-folder.ts';
import { createContainerRuntime } from './index.ts';
import { startPodman, testImage, whyNoPodman } from './testing/podman.ts';
import type { TestPodman } from './testing/podman.ts';

const missing = whyNoPodman();
const plan = { outputPrefix: 'outputs/a', storageKey: null };

describe.skipIf(missing !== undefined)(`containers${missing === undefined ? '' : ` (${missing})`}`, () => {
  let engine: TestPodman;
  let harness: AttemptHarness;
  beforeAll(async () => {
    engine = await startPodman();
  });
  afterAll(async () => await engine.close());
  beforeEach(() => {
    harness = new AttemptHarness({
      create: ({ root, objects }) =>
        createContainerRuntime({
          stateFolder: join(root, 'state'),
          socketPath: engine.socketPath,
          nodeId: 'here',
          objects,
          sampleMilliseconds: 200,
        }),
      program: (script) => ({
        kind: 'image',
        image: testImage,
        digest: null,
        command: ['/usr/bin/node', '-e', script],
      }),
    });
  });
  afterEach(async () => await harness.close());
  const cases = runtimeConformance({
    name: 'containers',
    open: async () => {
      const { root, staging, objects, serviceFolder, program, remove } = await conformanceFolder();
      return {
        runtime: async () =>
          await Promise.resolve(
            createContainerRuntime({
              stateFolder: join(root, 'state'),
              socketPath: engine.socketPath,
              nodeId: 'here',
              objects: staging,
              serviceFolder,
              commandImage: testImage,
              sampleMilliseconds: 100,
            }),
          ),
        program,
        objects,
        close: async () => {
          await engine.removeAll();
          remove();
        },
      };
    },
    isolates: true,
    cannotBreakDown:
      'the engine keeps its containers however it ends; see those that are removed behind our back',
    patienceSeconds: 300,
  });
  test.for(cases)('conform: $name', async ({ run, skip }, context) => {
    if (skip !== undefined) context.skip(skip);
    await expect(run()).resolves.toBeUndefined();
  });

  const messages = ({ logs }: { readonly logs: readonly { readonly message: string }[] }): string[] =>
    logs.map(({ message }) => message);

  test('run an image with inputs, and give back its outputs, log, samples, times and digest', async () => {
    const runtime = harness.runtime();
    const script = `
      const { readFileSync, writeFileSync } = require('node:fs');
      writeFileSync('outputs/1/out.csv', readFileSync('inputs/1/in.csv', 'utf8') + process.env.GIVEN);
      writeFileSync('outcome.json', JSON.stringify({ outputs: [{ number: 1, files: [{ path: 'outputs/1/out.csv', title: 'Table' }] }] }));
      writeFileSync('status.json', '{"progress": 50, "comment": "half"}');
      console.log('first'); console.error('second'); process.stdout.write('third');`;
    const job = harness.job(script, {
      environment: { GIVEN: 'given' },
      inputs: [{ path: 'inputs/1/in.csv', object: harness.put('uploads/x', 'a,b\n') }],
    });
    const { handle, end, logs, metrics } = await harness.run(runtime, job);
    expect(end).toMatchObject({ state: 'ended', exitCode: 0, node: 'here', reason: { code: 'exited' } });
    expect(end.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(end.status).toEqual({ progress: 50, comment: 'half' });
    expect(Date.parse(end.endedAt!)).toBeGreaterThanOrEqual(Date.parse(end.startedAt!));
    expect(logs.map(({ stream, message }) => `${stream} ${message}`).sort()).toEqual([
      'stderr second',
      'stdout first',
      'stdout third',
    ]);
    expect(logs.map(({ loggedAt }) => loggedAt)).toEqual(
      [...new Set(logs.map(({ loggedAt }) => loggedAt))].sort(),
    );
    expect(metrics.length).toBeGreaterThan(0);
    const collected = await runtime.collect(handle, plan);
    expect(collected.outputs.get(1)).toMatchObject([
      { name: 'out.csv', fileType: 'CSV', title: 'Table', object: { key: 'outputs/a-1-1', size: 9 } },
    ]);
    expect(harness.content('outputs/a-1-1')).toBe('a,b\ngiven');
    await runtime.forget(handle);
    await runtime.forget(handle);
    expect((await runtime.observe([{ handle, cursor: null }]))[0]!.state).toBe('gone');
    expect(readdirSync(join(harness.root, 'state/attempts'))).toEqual([]);
    expect(await engine.podman('ps', '--all', '--quiet')).toBe('');
  });

  test('run the image that a name stood for, wherever the name has gone, and no other', async () => {
    const runtime = harness.runtime();
    const image = 'localhost/moving:1';
    await engine.podman('tag', testImage, image);
    const digest = await runtime.imageDigest!(image);
    expect(digest).toBe(await runtime.imageDigest!(testImage));
    // Another image under the same name.
    const container = (await engine.podman('create', testImage, '/usr/bin/node')).trim();
    await engine.podman('commit', '--change', 'ENV MOVED=yes', container, image);
    await engine.podman('rm', container);
    expect(await runtime.imageDigest!(image)).not.toBe(digest);
    const job = (wanted: string) => {
      const made = harness.job(`console.log(process.env.MOVED ?? 'as it was')`);
      const command = ['/usr/bin/node', '-e', `console.log(process.env.MOVED ?? 'as it was')`];
      return { ...made, program: { kind: 'image', image, digest: wanted, command } as const };
    };
    const asItWas = await harness.run(runtime, job(digest));
    expect(messages(asItWas)).toEqual(['as it was']);
    expect(asItWas.end.imageDigest).toBe(digest);
    const { end } = await harness.run(runtime, job(`sha256:${'a'.repeat(64)}`));
    expect(end.reason).toMatchObject({
      code: 'image_unavailable',
      evidence: { image, message: expect.stringContaining('stands for another image by now') as string },
    });
    await expect(runtime.imageDigest!('localhost/nowhere:1')).rejects.toMatchObject({
      code: 'image_unavailable',
    });
  });

  test('keep what a service keeps for the next run, and give it back', async () => {
    const runtime = harness.runtime();
    const kept = { ...plan, storageKey: 'storage/k' };
    const first = await harness.run(
      runtime,
      harness.job(`require('node:fs').writeFileSync('storage/n', '1')`),
    );
    const { storage } = await runtime.collect(first.handle, kept);
    expect(storage).toMatchObject({ name: 'storage.tar.gz', fileType: 'GZIP' });
    const job = harness.job(`console.log(require('node:fs').readFileSync('storage/n', 'utf8'))`, {
      storage: storage!.object,
    });
    expect(messages(await harness.run(runtime, job))).toEqual(['1']);
  });

  test.each([
    ['process.exit(3)', { code: 'exited', evidence: { exitCode: 3 } }, 3],
    [`process.kill(process.pid, 'SIGSEGV')`, { code: 'signalled', evidence: { signal: 'SIGSEGV' } }, null],
    [`process.kill(process.pid, 'SIGKILL')`, { code: 'signalled', evidence: { signal: 'SIGKILL' } }, null],
  ])('tell how %s ended', async (script, reason, exitCode) => {
    // The first process of a container is not killed by its own signals: a child is, and its end is passed on.
    const found = await harness.run(
      harness.runtime(),
      harness.job(`
        const { spawnSync } = require('node:child_process');
        const { status, signal } = spawnSync(process.execPath, ['-e', ${JSON.stringify(script)}]);
        process.exit(status ?? 128 + require('node:os').constants.signals[signal])`),
    );
    expect(found.end).toMatchObject({ state: 'ended', reason, exitCode });
  });

  test('tell that memory ran out, and at what limit', async () => {
    const script = 'const held = []; setInterval(() => held.push(Buffer.alloc(8 * 1048576, 1)), 5)';
    const job = harness.job(script);
    const { end } = await harness.run(harness.runtime(), {
      ...job,
      resources: { ...job.resources, memoryMb: 128 },
    });
    expect(end).toMatchObject({
      state: 'ended',
      exitCode: null,
      reason: { code: 'out_of_memory', evidence: { limitMb: 128 } },
    });
    expect(end.usage.peakMemoryBytes).toBeGreaterThan(100 * 1048576);
  });

  test('do not take a service that reads more than its memory for one that ran out of it', async () => {
    const job = harness.job(`
      const fs = require('node:fs'); const bytes = Buffer.alloc(1048576, 1);
      for (let at = 0; at < 300; at += 1) fs.appendFileSync('scratch/large', bytes);`);
    const { end } = await harness.run(harness.runtime(), {
      ...job,
      resources: { ...job.resources, memoryMb: 128 },
    });
    expect(end).toMatchObject({ state: 'ended', exitCode: 0, reason: { code: 'exited' } });
  });

  test('end what writes too much or takes too long', async () => {
    const runtime = harness.runtime();
    const writing = harness.job(`
      const fs = require('node:fs'); let n = 0;
      setInterval(() => fs.writeFileSync('scratch/' + (n += 1) % 60, Buffer.alloc(1048576, 1)), 5)`);
    const waiting = harness.job('setInterval(() => 0, 1000)');
    const [wrote, waited] = await Promise.all([
      harness.run(runtime, { ...writing, resources: { ...writing.resources, storageGb: 0.01 } }),
      harness.run(runtime, { ...waiting, resources: { ...waiting.resources, timeoutSeconds: 0.5 } }),
    ]);
    expect(wrote.end.reason).toMatchObject({ code: 'storage_exceeded', evidence: { limitGb: 0.01 } });
    expect(waited.end.reason).toEqual({ code: 'timed_out', evidence: { limitSeconds: 0.5 } });
  });

  test('are asked to end, then made to', async () => {
    const runtime = harness.runtime();
    const polite = await runtime.submit(
      harness.job(
        `process.on('SIGTERM', () => { console.log('goodbye'); process.exit(0) }); console.log('up'); setInterval(() => 0, 1000)`,
      ),
    );
    const stubborn = await runtime.submit(
      harness.job(`process.on('SIGTERM', () => 0); console.log('up'); setInterval(() => 0, 1000)`),
    );
    const ended = await Promise.all(
      [
        { handle: polite, graceSeconds: 60 },
        { handle: stubborn, graceSeconds: 2 },
      ].map(async ({ handle, graceSeconds }) => {
        const { end } = await harness.observe(runtime, handle, ({ logs }) => logs.length > 0);
        await runtime.cancel(handle, { graceSeconds });
        return await harness.observe(runtime, handle, undefined, end.cursor);
      }),
    );
    expect(ended.map(({ end }) => end.reason?.code)).toEqual(['cancelled', 'cancelled']);
    expect(messages(ended[0]!)).toEqual(['goodbye']);
  });

  test('say that an image or an input cannot be had, and that a program is not there', async () => {
    const runtime = harness.runtime();
    const image = 'localhost:1/nothing:1';
    const found = await Promise.all([
      harness.run(
        runtime,
        harness.job('', { program: { kind: 'image', image, digest: null, command: null } }),
      ),
      harness.run(
        runtime,
        harness.job('', {
          inputs: [{ path: 'inputs/1/a', object: { key: 'not-there', size: 1, sha256: null } }],
        }),
      ),
      harness.run(
        runtime,
        harness.job('', {
          program: {
            kind: 'image',
            image: 'localhost/fusion-test:1',
            digest: null,
            command: ['/no-such-program'],
          },
        }),
      ),
    ]);
    expect(found.slice(0, 2).map(({ end }) => end.reason?.code)).toEqual([
      'image_unavailable',
      'input_unavailable',
    ]);
    expect(found[0].end.reason?.evidence).toMatchObject({ image });
    // With an init in front it is the init that says so, in the log.
    const [, , absent] = found;
    expect(absent.end.exitCode).not.toBe(0);
    expect(`${JSON.stringify(absent.end.reason)} ${messages(absent).join()}`).toMatch(
      /no-such-program|failed to exec/,
    );
  });

  test('are kept from everything but their own folder', async () => {
    const script = `
      const fs = require('node:fs'), net = require('node:net'), os = require('node:os');
      const tried = (name, call) => { try { call(); console.log(name, 'possible') } catch (error) { console.log(name, error.code) } };
      tried('root', () => fs.writeFileSync('/usr/x', ''));
      tried('input', () => fs.writeFileSync('inputs/1/in.csv', ''));
      tried('job', () => fs.writeFileSync('job.json', ''));
      tried('others', () => fs.readdirSync('/fusion/job/../..' + ${JSON.stringify(harness.root)}));
      tried('raw', () => fs.mkdirSync('/sys/fs/cgroup/memory/x'));
      tried('setuid', () => process.setuid(0));
      console.log('user', os.userInfo === undefined ? '' : process.getuid());
      console.log('host', Object.keys(process.env).filter((name) => /FUSION_(ADMIN|DATABASE)|AWS|PATH_OF_HOST/.test(name)).length);
      net.connect(80, '1.1.1.1').on('error', (error) => console.log('network', error.code)).on('connect', () => console.log('network possible'));`;
    const job = harness.job(script, {
      inputs: [{ path: 'inputs/1/in.csv', object: harness.put('uploads/x', 'a') }],
    });
    expect(messages(await harness.run(harness.runtime(), job)).sort()).toEqual([
      'host 0',
      'input EROFS',
      'job EROFS',
      'network ENETUNREACH',
      'others ENOENT',
      'raw EROFS',
      'root EROFS',
      'setuid EPERM',
      'user 65534',
    ]);
  });

  test('outlive the platform, and are found again without a record lost or told twice', async () => {
    const before = harness.runtime();
    const script =
      'let n = 0; const t = setInterval(() => { console.log(n); if ((n += 1) === 40) clearInterval(t) }, 50)';
    const handle = await before.submit(harness.job(script));
    const first = await harness.observe(before, handle, ({ logs }) => logs.length > 0);
    await before.close();
    const after = harness.runtime();
    expect(await after.adopt()).toEqual([handle]);
    const rest = await harness.observe(after, handle, undefined, first.end.cursor);
    expect([...messages(first), ...messages(rest)]).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
    expect(rest.end).toMatchObject({ state: 'ended', exitCode: 0 });
    const again = await harness.observe(after, handle);
    expect(messages(again)).toHaveLength(40);
  });

  test('are submitted once, however often they are asked for', async () => {
    const runtime = harness.runtime();
    const job = harness.job(`console.log('once'); setTimeout(() => 0, 300)`);
    const handles = await Promise.all([runtime.submit(job), runtime.submit(job), runtime.submit(job)]);
    expect(new Set(handles.map((handle) => JSON.stringify(handle))).size).toBe(1);
    await runtime.close();
    const later = harness.runtime();
    await later.submit(job);
    expect(messages(await harness.observe(later, handles[0]))).toEqual(['once']);
  });

  test('that are removed behind our back are gone, and those that nobody knows are removed', async () => {
    const runtime = harness.runtime();
    const handle = await runtime.submit(harness.job(`console.log('up'); setInterval(() => 0, 1000)`));
    await harness.observe(runtime, handle, ({ state }) => state === 'running');
    await engine.podman('rm', '--force', '--time', '0', `fusion-${handle.attemptId}`);
    const { end } = await harness.observe(runtime, handle);
    expect(end).toMatchObject({ state: 'gone', reason: { code: 'removed' } });
    const other = await runtime.submit(harness.job('setInterval(() => 0, 1000)'));
    await harness.observe(runtime, other, ({ state }) => state === 'running');
    await runtime.close();
    rmSync(join(harness.root, 'state/attempts', other.attemptId), { recursive: true, maxRetries: 10 });
    expect((await harness.runtime().adopt()).map(({ attemptId }) => attemptId)).toEqual([handle.attemptId]);
    expect(await engine.podman('ps', '--quiet')).toBe('');
  });

  test('log long lines whole, and many lines in their order', async () => {
    const script = `
      process.stdout.write('x'.repeat(40000) + '\\n');
      for (let n = 0; n < 20000; n += 1) process.stdout.write(n + '\\n');`;
    const found = messages(await harness.run(harness.runtime(), harness.job(script)));
    expect(found[0]).toBe('x'.repeat(40000));
    expect(found.slice(1)).toEqual(Array.from({ length: 20000 }, (_, n) => String(n)));
  });

  test('leave no control groups behind', async () => {
    const runtime = harness.runtime();
    const { handle } = await harness.run(runtime, harness.job(''));
    await runtime.forget(handle);
    const left = ['memory', 'cpuacct', 'pids', '.']
      .map((controller) => join('/sys/fs/cgroup', controller))
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name, handle.attemptId)))
      .filter((path) => existsSync(path));
    expect(left).toEqual([]);
  });
});
