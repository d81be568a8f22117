import assert from 'node:assert/strict';

import { conformanceCase } from './harness.ts';
import type { Bench } from './harness.ts';

const resources = { cpu: 1, gpu: 0, memoryMb: 256, storageGb: 1, timeoutSeconds: null };

async function endOf(bench: Bench, script: string, changes: object = {}) {
  const runtime = await bench.runtime();
  return await bench.run(runtime, await bench.job(script, { resources: { ...resources, ...changes } }));
}

export const endCases = [
  conformanceCase('How a command ended is a code with evidence', async (bench) => {
    const exited = await endOf(bench, `console.error('no'); process.exit(7)`);
    assert.equal(exited.last.exitCode, 7);
    assert.deepEqual(exited.last.reason, { code: 'exited', evidence: { exitCode: 7 } });
    assert.deepEqual(exited.messages, ['no']);
    const signalled = await endOf(bench, `process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)`);
    assert.equal(signalled.last.exitCode, null);
    assert.deepEqual(signalled.last.reason, { code: 'signalled', evidence: { signal: 'SIGSEGV' } });
  }),

  conformanceCase('Worker threads, child processes and standard input work as anywhere', async (bench) => {
    const { messages, last } = await endOf(
      bench,
      `const { spawnSync } = require('node:child_process');
       const { Worker } = require('node:worker_threads');
       console.log(require('node:fs').readFileSync(0, 'utf8').length);
       console.log(String(spawnSync(process.execPath, ['-e', 'console.log(6 * 7)']).stdout).trim());
       new Worker("require('node:worker_threads').parentPort.postMessage('worker')", { eval: true })
         .on('message', (said) => console.log(said));`,
    );
    assert.deepEqual([last.exitCode, ...messages], [0, '0', '42', 'worker']);
  }),

  conformanceCase('Too much memory ends it, and says so', async (bench) => {
    const { last } = await endOf(
      bench,
      // Slowly enough for a runtime that knows of memory by looking now and then to see it grow.
      `const kept = []; const grow = () => { kept.push(Buffer.alloc(4e6, 1)); setTimeout(grow, 40); }; grow();`,
    );
    assert.equal(last.reason?.code, 'out_of_memory');
    assert.equal(last.reason?.code === 'out_of_memory' && last.reason.evidence.limitMb, 256);
    assert.ok(last.usage.peakMemoryBytes! > 100e6);
  }),

  conformanceCase('Too much storage ends it, and says so', async (bench) => {
    const { last } = await endOf(
      bench,
      `const fs = require('node:fs'); let n = 0;
       setInterval(() => fs.writeFileSync('scratch/' + (n += 1), Buffer.alloc(4e6, 1)), 20);`,
      { storageGb: 0.02 },
    );
    assert.equal(last.reason?.code, 'storage_exceeded');
  }),

  conformanceCase('One that takes longer than it may is ended, and says so', async (bench) => {
    const { last } = await endOf(bench, `setInterval(() => {}, 1000)`, { timeoutSeconds: 1 });
    assert.deepEqual(last.reason, { code: 'timed_out', evidence: { limitSeconds: 1 } });
  }),

  conformanceCase(
    'One that is cancelled has time to end, and one that ignores that is killed',
    async (bench) => {
      const runtime = await bench.runtime();
      const polite = await bench.submit(
        runtime,
        await bench.job(
          `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); setInterval(() => {}, 1000)`,
        ),
      );
      const { last: running } = await bench.until(runtime, polite, ({ messages }) => messages.includes('up'));
      await runtime.cancel(polite, { graceSeconds: 60 });
      await runtime.cancel(polite, { graceSeconds: 60 });
      const { messages, last } = await bench.untilEnded(runtime, polite, running.cursor);
      assert.deepEqual(messages, ['bye']);
      assert.equal(last.reason?.code, 'cancelled');

      const deaf = await bench.submit(
        runtime,
        await bench.job(`process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`),
      );
      await bench.until(runtime, deaf, ({ messages: said }) => said.includes('up'));
      await runtime.cancel(deaf, { graceSeconds: 0.2 });
      assert.equal((await bench.untilEnded(runtime, deaf)).last.reason?.code, 'cancelled');
      // Late is harmless.
      await runtime.cancel(deaf, { graceSeconds: 0 });
    },
  ),

  conformanceCase(
    'It writes to its own folders only, and reaches no network',
    async (bench) => {
      const { messages } = await endOf(
        bench,
        `const fs = require('node:fs'); const net = require('node:net');
         for (const path of ['job.json', 'inputs/1/x', '/usr/x', '/etc/x'])
           try { fs.writeFileSync(path, 'x'); console.log('wrote', path); } catch { console.log('kept', path); }
         const socket = net.connect(53, '1.1.1.1');
         socket.on('error', () => console.log('no network'));
         socket.on('connect', () => { console.log('network'); socket.destroy(); });`,
      );
      const kept = ['job.json', 'inputs/1/x', '/usr/x', '/etc/x'].map((path) => `kept ${path}`);
      assert.deepEqual(messages, [...kept, 'no network']);
    },
    ({ isolates }) => (isolates ? undefined : 'this runtime isolates nothing'),
  ),
];
