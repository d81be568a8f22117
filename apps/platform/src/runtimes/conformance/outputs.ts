import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { conformanceCase } from './harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const plan = { outputPrefix: 'outputs/ab/abc-1', storageKey: null };

export const outputCases = [
  conformanceCase(
    'Inputs are where job.json says, and outputs become objects with size and checksum',
    async (bench) => {
      const runtime = await bench.runtime();
      const job = await bench.job(
        `const fs = require('node:fs');
       const job = JSON.parse(fs.readFileSync('job.json', 'utf8'));
       fs.writeFileSync('outputs/1/b.csv', fs.readFileSync(job.inputs[0], 'utf8') + process.env.GIVEN);
       fs.writeFileSync('outputs/1/a.csv', 'first');
       fs.writeFileSync('outcome.json', JSON.stringify({ success: true, abort_reason: 'a warning' }));`,
        { document: { version: 1, inputs: ['inputs/1/in.txt'] }, environment: { GIVEN: ' given' } },
      );
      const object = await bench.harness.objects.put('uploads/in', 'input');
      const { handle, last } = await bench.run(runtime, {
        ...job,
        inputs: [{ path: 'inputs/1/in.txt', object }],
      });
      assert.deepEqual([last.state, last.exitCode, last.reason?.code], ['ended', 0, 'exited']);
      assert.ok(last.startedAt! <= last.endedAt!);
      for (let time = 0; time < 2; time += 1) {
        const { outputs, outcome, warnings } = await runtime.collect(handle, plan);
        assert.deepEqual(warnings, []);
        assert.deepEqual(outcome, { success: true, exitType: null, abortReason: 'a warning' });
        assert.deepEqual(
          outputs.get(1)?.map(({ name, object: { key, size, sha256: sum } }) => [name, key, size, sum]),
          [
            ['a.csv', 'outputs/ab/abc-1-1-1', 5, sha256('first')],
            ['b.csv', 'outputs/ab/abc-1-1-2', 11, sha256('input given')],
          ],
        );
      }
      assert.equal(await bench.harness.objects.get('outputs/ab/abc-1-1-2'), 'input given');
    },
  ),

  conformanceCase(
    'Of an attempt that failed the outcome alone can be had, and nothing is stored',
    async (bench) => {
      const runtime = await bench.runtime();
      const job = await bench.job(
        `const fs = require('node:fs');
       fs.writeFileSync('outputs/1/a.csv', 'half');
       fs.writeFileSync('outcome.json', JSON.stringify({ success: false, exit_type: 'no_scenes', abort_reason: 'None found' }));
       process.exit(3);`,
      );
      const { handle, last } = await bench.run(runtime, job);
      assert.deepEqual([last.state, last.exitCode], ['ended', 3]);
      const { outcome, outputs } = await runtime.collect(handle, { outputPrefix: null, storageKey: null });
      assert.deepEqual(outcome, { success: false, exitType: 'no_scenes', abortReason: 'None found' });
      assert.equal(outputs.size, 0);
      assert.equal(await bench.harness.objects.get('outputs/ab/abc-1-1-1'), undefined);
    },
  ),

  conformanceCase('Nothing behind a link is an output', async (bench) => {
    const runtime = await bench.runtime();
    const job = await bench.job(
      `const fs = require('node:fs');
       fs.symlinkSync('/etc/hostname', 'outputs/1/link.csv');
       fs.symlinkSync('/etc', 'outputs/1/folder');
       fs.writeFileSync('outputs/1/own.csv', 'own');`,
    );
    const { handle } = await bench.run(runtime, job);
    const { outputs } = await runtime.collect(handle, plan);
    assert.deepEqual(
      outputs.get(1)?.map(({ name }) => name),
      ['own.csv'],
    );
  }),

  conformanceCase('What a service keeps is there in its next run', async (bench) => {
    const runtime = await bench.runtime();
    const script = `
      const fs = require('node:fs');
      const runs = fs.existsSync('storage/runs') ? Number(fs.readFileSync('storage/runs', 'utf8')) : 0;
      fs.writeFileSync('storage/runs', String(runs + 1));
      fs.writeFileSync('outputs/1/runs.csv', String(runs + 1));`;
    const keeping = { outputPrefix: 'outputs/ab/first', storageKey: 'storage/first' };
    const first = await bench.run(runtime, await bench.job(script));
    const { storage } = await runtime.collect(first.handle, keeping);
    assert.ok(storage);
    const next = await bench.run(runtime, await bench.job(script, { storage: storage.object }));
    await runtime.collect(next.handle, { outputPrefix: 'outputs/ab/next', storageKey: 'storage/next' });
    assert.equal(await bench.harness.objects.get('outputs/ab/next-1-1'), '2');
  }),
];
