import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Place, messages, processesWith, untilEnded } from '../local/conformance/place.ts';
import { Connection } from './connection.ts';
import { socketPath } from './files.ts';
import { takeLock } from './lock.ts';
import { LogFile } from './log-file.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { killSupervisor, supervisorsOf } from './test-supervisor.ts';

const onLinux = process.platform === 'linux';
let place: Place;

beforeEach(() => {
  place = new Place({
    name: 'process',
    module: new URL('conformance-runtime.ts', import.meta.url).href,
    options: { sandbox: 'auto', idleMilliseconds: 300 },
    isolates: false,
    breakDown: killSupervisor,
  });
});

afterEach(async () => {
  await place.clear();
});

test.skipIf(!onLinux)('Runtimes that start at the same moment share one supervisor', async () => {
  const runtimes = await Promise.all([0, 1, 2, 3, 4].map(() => place.runtime()));
  const runs = await Promise.all(
    runtimes.map((runtime, n) => place.run(runtime, place.spec(`console.log(${n})`))),
  );
  expect(runs.map(({ ended }) => ended.exitCode)).toEqual([0, 0, 0, 0, 0]);
  // Those that found it taken are on their way out.
  await expect.poll(() => supervisorsOf(place.stateFolder), { timeout: 10_000 }).toHaveLength(1);
});

test.skipIf(!onLinux)(
  'A supervisor that nobody needs ends by itself, and the next one takes over',
  async () => {
    const first = await place.runtime();
    const { handle } = await place.run(first, place.spec('console.log(1)'));
    const connection = await Connection.open(socketPath(place.stateFolder));
    const [supervisor] = supervisorsOf(place.stateFolder);
    await first.close();
    connection?.close();
    await expect.poll(() => supervisorsOf(place.stateFolder), { timeout: 20_000 }).toEqual([]);
    const second = await place.runtime();
    expect(await messages(second, handle)).toEqual(['1']);
    expect((await place.run(second, place.spec('console.log(2)'))).ended.exitCode).toBe(0);
    expect(supervisorsOf(place.stateFolder)).not.toEqual([supervisor]);
  },
);

test('A supervisor stays while an attempt runs, without any platform', async () => {
  const first = await place.runtime();
  const spec = place.spec(`setTimeout(() => console.log('late'), 1200)`);
  const handle = await place.start(first, spec);
  await first.close();
  const second = await place.runtime();
  expect((await untilEnded(second, handle)).exitCode).toBe(0);
  expect(await messages(second, handle)).toEqual(['late']);
});

test.skipIf(!onLinux)(
  'A state folder that is removed and made again is that of another supervisor, which loses nothing to the first',
  async () => {
    const first = await place.runtime();
    const lost = await place.start(first, place.spec('setInterval(() => undefined, 1000)'));
    const [old] = supervisorsOf(place.stateFolder);
    const lostProcesses = processesWith('FUSION_ATTEMPT_ID', lost.attemptId);
    expect(lostProcesses).not.toEqual([]);
    await first.close();
    rmSync(place.stateFolder, { recursive: true });
    const second = await place.runtime();
    const spec = place.spec(`
      const { existsSync } = require('node:fs');
      const timer = setInterval(() => { if (existsSync('scratch/go')) clearInterval(timer); }, 5);`);
    const handle = await place.start(second, spec);
    // It ends with all that nobody can find any more.
    await expect.poll(() => supervisorsOf(place.stateFolder), { timeout: 20_000 }).not.toContain(old);
    expect(processesWith('FUSION_ATTEMPT_ID', lost.attemptId)).toEqual([]);
    expect((await second.inspect(handle)).state).toBe('running');
    // The socket is there for others, too.
    const third = await place.runtime();
    expect((await place.run(third, place.spec(''))).ended.exitCode).toBe(0);
    expect(supervisorsOf(place.stateFolder)).toHaveLength(1);
    writeFileSync(join(spec.folder, 'scratch/go'), '');
    expect(await untilEnded(second, handle)).toMatchObject({ exitCode: 0, endedBy: 'itself' });
  },
);

test.skipIf(!onLinux)(
  'A supervisor that ends after its folder was made again takes nothing along',
  async () => {
    const { createRuntime } = await import('./conformance-runtime.ts');
    const first = createRuntime(place.stateFolder, { sandbox: 'auto', idleMilliseconds: 3000 });
    await place.run(first, place.spec(''));
    const [old] = supervisorsOf(place.stateFolder);
    process.kill(old!, 'SIGSTOP');
    await first.close();
    rmSync(place.stateFolder, { recursive: true });
    const second = await place.runtime();
    const handle = await place.start(second, place.spec('setInterval(() => undefined, 1000)'));
    process.kill(old!, 'SIGCONT');
    await expect.poll(() => supervisorsOf(place.stateFolder), { timeout: 20_000 }).not.toContain(old);
    expect((await second.inspect(handle)).state).toBe('running');
    const third = await place.runtime();
    expect((await place.run(third, place.spec(''))).ended.exitCode).toBe(0);
    await second.stop(handle, { graceSeconds: 0 });
    expect(await untilEnded(third, handle)).toMatchObject({ endedBy: 'stop' });
  },
);

test.skipIf(!onLinux)('A socket that was removed is made again', async () => {
  const runtime = await place.runtime();
  await place.run(runtime, place.spec(''));
  const supervisors = supervisorsOf(place.stateFolder);
  rmSync(socketPath(place.stateFolder));
  const other = await place.runtime();
  expect((await place.run(other, place.spec(''))).ended.exitCode).toBe(0);
  await expect.poll(() => supervisorsOf(place.stateFolder), { timeout: 10_000 }).toEqual(supervisors);
});

test('A data folder with a path too long for a socket works all the same', async () => {
  const { createRuntime } = await import('./conformance-runtime.ts');
  const stateFolder = join(place.root, 'x'.repeat(120), 'state');
  mkdirSync(stateFolder, { recursive: true });
  const runtime = createRuntime(stateFolder, {});
  try {
    expect((await place.run(runtime, place.spec(''))).ended.exitCode).toBe(0);
  } finally {
    await runtime.close();
    await killSupervisor(stateFolder);
  }
});

test('A supervisor that a platform of another version has met starts nothing more', async () => {
  const runtime = await place.runtime();
  const handle = await place.start(runtime, place.spec('setInterval(() => undefined, 1000)'));
  const other = await Connection.open(socketPath(place.stateFolder));
  await other?.call({ do: 'hello', version: PROTOCOL_VERSION + 1 });
  await expect(runtime.start(place.spec(''))).rejects.toMatchObject({ code: 'runtime_unavailable' });
  expect((await runtime.inspect(handle)).state).toBe('running');
  // With its last attempt it ends, and another one takes its place.
  await runtime.stop(handle, { graceSeconds: 0 });
  await other?.lost;
  expect((await place.run(runtime, place.spec(''))).ended.exitCode).toBe(0);
});

test('A call that is aborted gives up with the reason, and the attempt can still be found', async () => {
  const runtime = await place.runtime();
  const spec = place.spec('');
  await expect(runtime.start(spec, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
  expect((await place.run(runtime, spec)).ended.exitCode).toBe(0);
});

test('A lock is held by one alone until it is let go', () => {
  const path = join(place.root, 'lock');
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
  const runtime = await place.runtime();
  const { handle } = await place.run(runtime, place.spec('console.log("good")'));
  const file = join(place.stateFolder, 'attempts', handle.attemptId, 'log.ndjson');
  appendFileSync(file, '{"loggedAt":"2026\n');
  const batch = await runtime.readLogs(handle, 0);
  expect(batch.records.map(({ message }) => message)).toEqual(['good']);
  expect(batch.nextOffset).toBe(readFileSync(file).length);
});
