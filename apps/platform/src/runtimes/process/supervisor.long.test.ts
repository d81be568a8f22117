import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptsHarness, messages, processesWith, untilEnded } from '../local/conformance/harness.ts';
import { Connection } from './connection.ts';
import { socketPath } from './files.ts';
import { takeLock } from './lock.ts';
import { LogFile } from './log-file.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { killSupervisor, supervisorsOf } from './test-supervisor.ts';

const onLinux = process.platform === 'linux';
let harness: AttemptsHarness;

beforeEach(() => {
  harness = new AttemptsHarness({
    name: 'process',
    module: new URL('conformance-runtime.ts', import.meta.url).href,
    options: { sandbox: 'auto', idleMilliseconds: 300 },
    isolates: false,
    countsProcessorTime: true,
    breakDown: killSupervisor,
  });
});

afterEach(async () => {
  await harness.clear();
});

test.skipIf(!onLinux)('Runtimes that start at the same moment share one supervisor', async () => {
  const runtimes = await Promise.all([0, 1, 2, 3, 4].map(() => harness.runtime()));
  const runs = await Promise.all(
    runtimes.map((runtime, n) => harness.run(runtime, harness.spec(`console.log(${n})`))),
  );
  expect(runs.map(({ ended }) => ended.exitCode)).toEqual([0, 0, 0, 0, 0]);
  // Those that found it taken are on their way out.
  await expect.poll(() => supervisorsOf(harness.stateFolder)).toHaveLength(1);
});

test.skipIf(!onLinux)(
  'A supervisor that nobody needs ends by itself, and the next one takes over',
  async () => {
    const first = await harness.runtime();
    const { handle } = await harness.run(first, harness.spec('console.log(1)'));
    const connection = await Connection.open(socketPath(harness.stateFolder));
    const [supervisor] = supervisorsOf(harness.stateFolder);
    await first.close();
    connection?.close();
    await expect.poll(() => supervisorsOf(harness.stateFolder)).toEqual([]);
    const second = await harness.runtime();
    expect(await messages(second, handle)).toEqual(['1']);
    expect((await harness.run(second, harness.spec('console.log(2)'))).ended.exitCode).toBe(0);
    expect(supervisorsOf(harness.stateFolder)).not.toEqual([supervisor]);
  },
);

test('A supervisor stays while an attempt runs, without any platform', async () => {
  const first = await harness.runtime();
  const spec = harness.spec(`setTimeout(() => console.log('late'), 1200)`);
  const handle = await harness.start(first, spec);
  await first.close();
  const second = await harness.runtime();
  expect((await untilEnded(second, handle)).exitCode).toBe(0);
  expect(await messages(second, handle)).toEqual(['late']);
});

test.skipIf(!onLinux)(
  'A state folder that is removed and made again is that of another supervisor, which loses nothing to the first',
  async () => {
    const first = await harness.runtime();
    const lost = await harness.start(first, harness.spec('setInterval(() => undefined, 1000)'));
    const [old] = supervisorsOf(harness.stateFolder);
    const lostProcesses = () => processesWith('FUSION_ATTEMPT_ID', lost.attemptId);
    await expect.poll(lostProcesses).not.toEqual([]);
    await first.close();
    rmSync(harness.stateFolder, { recursive: true, maxRetries: 10 });
    const second = await harness.runtime();
    const spec = harness.spec(`
      const { existsSync } = require('node:fs');
      const timer = setInterval(() => { if (existsSync('scratch/go')) clearInterval(timer); }, 5);`);
    const handle = await harness.start(second, spec);
    // It ends with all that nobody can find any more.
    await expect.poll(() => supervisorsOf(harness.stateFolder)).not.toContain(old);
    await expect.poll(lostProcesses).toEqual([]);
    expect((await second.inspect(handle)).state).toBe('running');
    // The socket is there for others, too.
    const third = await harness.runtime();
    expect((await harness.run(third, harness.spec(''))).ended.exitCode).toBe(0);
    expect(supervisorsOf(harness.stateFolder)).toHaveLength(1);
    writeFileSync(join(spec.folder, 'scratch/go'), '');
    expect(await untilEnded(second, handle)).toMatchObject({ exitCode: 0, endedBy: 'itself' });
  },
);

test.skipIf(!onLinux)(
  'A supervisor that ends after its folder was made again takes nothing along',
  async () => {
    const { createRuntime } = await import('./conformance-runtime.ts');
    const first = createRuntime(harness.stateFolder, { sandbox: 'auto', idleMilliseconds: 3000 });
    await harness.run(first, harness.spec(''));
    const [old] = supervisorsOf(harness.stateFolder);
    process.kill(old!, 'SIGSTOP');
    await first.close();
    rmSync(harness.stateFolder, { recursive: true, maxRetries: 10 });
    const second = await harness.runtime();
    const handle = await harness.start(second, harness.spec('setInterval(() => undefined, 1000)'));
    process.kill(old!, 'SIGCONT');
    await expect.poll(() => supervisorsOf(harness.stateFolder)).not.toContain(old);
    expect((await second.inspect(handle)).state).toBe('running');
    const third = await harness.runtime();
    expect((await harness.run(third, harness.spec(''))).ended.exitCode).toBe(0);
    await second.stop(handle, { graceSeconds: 0 });
    expect(await untilEnded(third, handle)).toMatchObject({ endedBy: 'stop' });
  },
);

test.skipIf(!onLinux)('A socket that was removed is made again', async () => {
  const runtime = await harness.runtime();
  await harness.run(runtime, harness.spec(''));
  const supervisors = supervisorsOf(harness.stateFolder);
  rmSync(socketPath(harness.stateFolder));
  const other = await harness.runtime();
  expect((await harness.run(other, harness.spec(''))).ended.exitCode).toBe(0);
  await expect.poll(() => supervisorsOf(harness.stateFolder)).toEqual(supervisors);
});

test('A data folder with a path too long for a socket works all the same', async () => {
  const { createRuntime } = await import('./conformance-runtime.ts');
  const stateFolder = join(harness.root, 'x'.repeat(120), 'state');
  mkdirSync(stateFolder, { recursive: true });
  const runtime = createRuntime(stateFolder, {});
  try {
    expect((await harness.run(runtime, harness.spec(''))).ended.exitCode).toBe(0);
  } finally {
    await runtime.close();
    await killSupervisor(stateFolder);
  }
});

test('A supervisor that a platform of another version has met starts nothing more', async () => {
  const runtime = await harness.runtime();
  const handle = await harness.start(runtime, harness.spec('setInterval(() => undefined, 1000)'));
  const other = await Connection.open(socketPath(harness.stateFolder));
  await other?.call({ do: 'hello', version: PROTOCOL_VERSION + 1 });
  await expect(runtime.start(harness.spec(''))).rejects.toMatchObject({ code: 'runtime_unavailable' });
  expect((await runtime.inspect(handle)).state).toBe('running');
  // With its last attempt it ends, and another one starts instead.
  await runtime.stop(handle, { graceSeconds: 0 });
  await other?.lost;
  expect((await harness.run(runtime, harness.spec(''))).ended.exitCode).toBe(0);
});

test('A call that is aborted gives up with the reason, and the attempt can still be found', async () => {
  const runtime = await harness.runtime();
  const spec = harness.spec('');
  await expect(runtime.start(spec, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
  expect((await harness.run(runtime, spec)).ended.exitCode).toBe(0);
});

test('A lock is held by one alone until it is let go', () => {
  const path = join(harness.root, 'lock');
  const first = takeLock(path);
  expect(first).not.toBeNull();
  expect(takeLock(path)).toBeNull();
  first?.close();
  const second = takeLock(path);
  expect(second).not.toBeNull();
  second?.close();
});

test.skipIf(!onLinux)('A log on a full disk loses records and nothing else', () => {
  const log = new LogFile('/dev/full');
  log.push('stdout', Buffer.from('one\ntwo\n'));
  expect(log.bytes).toBe(0);
  expect(() => log.end()).not.toThrow();
});

test('A record that was cut short by a full disk is passed over', async () => {
  const runtime = await harness.runtime();
  const { handle } = await harness.run(runtime, harness.spec('console.log("good")'));
  const file = join(harness.stateFolder, 'attempts', handle.attemptId, 'log.ndjson');
  appendFileSync(file, '{"loggedAt":"2026\n');
  const batch = await runtime.readLogs(handle, 0);
  expect(batch.records.map(({ message }) => message)).toEqual(['good']);
  expect(batch.nextOffset).toBe(readFileSync(file).length);
});
