import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from '../../errors.ts';
import { attemptCase } from './case.ts';
import { messages } from './harness.ts';

export const endCases = [
  attemptCase(
    'A command that exits with 0 has ended by itself, and its outputs are in its folder',
    async (harness) => {
      const runtime = await harness.runtime();
      const spec = harness.spec(`
      const { readFileSync, writeFileSync } = require('node:fs');
      writeFileSync('outputs/1/out.txt', readFileSync('inputs/1/in.txt', 'utf8') + ' ' + process.env.GIVEN);`);
      const { ended } = await harness.run(runtime, { ...spec, environment: { GIVEN: 'given' } });
      assert.equal(ended.exitCode, 0);
      assert.equal(ended.signal, null);
      assert.equal(ended.endedBy, 'itself');
      assert.equal(ended.outOfMemory, false);
      assert.ok(ended.startedAt <= ended.endedAt);
      assert.equal(readFileSync(join(spec.folder, 'outputs/1/out.txt'), 'utf8'), 'input given');
    },
  ),

  attemptCase(
    'Worker threads, child processes and standard input work as anywhere, and nothing is added to the service',
    async (harness) => {
      const runtime = await harness.runtime();
      const spec = harness.spec(`
        const { spawnSync } = require('node:child_process');
        const { readFileSync } = require('node:fs');
        const { Worker } = require('node:worker_threads');
        console.log('typed', readFileSync(0, 'utf8').length);
        const child = spawnSync(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], { input: 'child' });
        console.log(child.status, String(child.stdout));
        console.log(process.env.NODE_OPTIONS, process.execArgv.length, process.argv.length);
        const worker = new Worker(
          "const { parentPort } = require('node:worker_threads'); parentPort.postMessage('worker ' + (process.env.NODE_OPTIONS ?? 'bare'))",
          { eval: true },
        );
        worker.on('message', (said) => console.log(said));
        worker.on('exit', (code) => console.log('exit', code));`);
      const { handle, ended } = await harness.run(runtime, spec);
      assert.equal(ended.exitCode, 0);
      const said = ['typed 0', '0 child', 'undefined 0 2', 'worker bare', 'exit 0'];
      assert.deepEqual(await messages(runtime, handle), said);
    },
  ),

  attemptCase('An exit code other than 0 is kept', async (harness) => {
    const runtime = await harness.runtime();
    for (const code of [1, 3, 77]) {
      const { ended } = await harness.run(runtime, harness.spec(`process.exit(${code})`));
      assert.deepEqual([ended.exitCode, ended.signal, ended.endedBy], [code, null, 'itself']);
    }
  }),

  attemptCase('A command that dies by a signal says which', async (harness) => {
    const runtime = await harness.runtime();
    for (const signal of ['SIGKILL', 'SIGSEGV']) {
      const { ended } = await harness.run(runtime, harness.spec(`process.kill(process.pid, '${signal}')`));
      assert.deepEqual([ended.exitCode, ended.signal, ended.endedBy], [null, signal, 'itself']);
    }
  }),

  attemptCase('A program that is not there fails, and the log names it', async (harness) => {
    const runtime = await harness.runtime();
    const { handle, ended } = await harness.run(runtime, harness.spec('', { command: ['no-such-program'] }));
    assert.notEqual(ended.exitCode, 0);
    assert.match((await messages(runtime, handle)).join('\n'), /no-such-program/);
  }),

  attemptCase(
    'The end of an attempt is told to all who watch, also to one who comes late',
    async (harness) => {
      const runtime = await harness.runtime();
      const handle = await harness.start(runtime, harness.spec(`setTimeout(() => console.log('done'), 50)`));
      for (let time = 0; time < 2; time += 1) {
        const news: string[] = [];
        await runtime.watch(handle, (each) => news.push(each));
        assert.equal(news.at(-1), 'ended');
        assert.ok(news.includes('logs'));
      }
    },
  ),

  attemptCase('Several attempts run side by side and keep their results apart', async (harness) => {
    const runtime = await harness.runtime();
    const results = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (code) => {
        const { handle, ended } = await harness.run(
          runtime,
          harness.spec(`console.log(${code}); process.exit(${code})`),
        );
        return [ended.exitCode, await messages(runtime, handle)];
      }),
    );
    assert.deepEqual(
      results,
      [0, 1, 2, 3, 4, 5].map((code) => [code, [String(code)]]),
    );
  }),

  attemptCase('What cannot be run is refused with a reason', async (harness) => {
    const runtime = await harness.runtime();
    const good = harness.spec('');
    for (const wrong of [
      { attemptId: '../../escape' },
      { folder: join(harness.root, 'nowhere') },
      { serviceFolder: 'relative' },
      { readOnly: [join(harness.root, 'nowhere')] },
      { command: [] },
      { environment: { LD_PRELOAD: '/tmp/first.so' } },
      { environment: { SHELLOPTS: 'xtrace', PS4: '$(touch /tmp/first)' } },
      { resources: { cpu: 0, memoryMb: 512, storageGb: 1 } },
    ]) {
      await assert.rejects(
        runtime.start({ ...good, ...wrong }),
        (error) => error instanceof RuntimeError && error.code === 'invalid_attempt',
        JSON.stringify(wrong),
      );
    }
  }),

  attemptCase('A removed attempt leaves no record, and a running one cannot be removed', async (harness) => {
    const runtime = await harness.runtime();
    const handle = await harness.start(runtime, harness.spec('setInterval(() => undefined, 1000)'));
    await assert.rejects(runtime.remove(handle), { code: 'attempt_running' });
    await runtime.stop(handle, { graceSeconds: 0 });
    await runtime.remove(handle);
    await runtime.remove(handle);
    assert.equal((await runtime.inspect(handle)).state, 'gone');
    assert.deepEqual(await runtime.readLogs(handle, 0), { records: [], nextOffset: 0 });
  }),

  attemptCase('An attempt that was never started is gone', async (harness) => {
    const runtime = await harness.runtime();
    const handle = { runtime: runtime.name, attemptId: randomUUID(), folder: harness.root };
    assert.equal((await runtime.inspect(handle)).state, 'gone');
    await runtime.stop(handle);
  }),
];
