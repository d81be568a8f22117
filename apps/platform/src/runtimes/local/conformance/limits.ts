import assert from 'node:assert/strict';
import { attemptCase, needsProc } from './case.ts';
import { messages } from './harness.ts';

export const limitCases = [
  attemptCase('One that takes more memory than it may is ended for it', async (harness) => {
    const runtime = await harness.runtime();
    // Slowly enough for a runtime that knows of memory by looking now and then: in half a second it took a GB, at which the
    // system gives no more, and then it ended by itself.
    const script = `
      const held = [];
      setInterval(() => held.push(Buffer.alloc(4 * 1048576, 1)), 40);`;
    const spec = harness.spec(script, { resources: { cpu: 1, memoryMb: 150, storageGb: 1 } });
    const { ended } = await harness.run(runtime, spec);
    assert.deepEqual([ended.outOfMemory, ended.endedBy], [true, 'memory']);
    assert.notEqual(ended.exitCode, 0);
  }),

  attemptCase('One that writes more than it may is ended for it, and the log says so', async (harness) => {
    const runtime = await harness.runtime();
    const script = `
      const { writeFileSync } = require('node:fs');
      let file = 0;
      setInterval(() => writeFileSync('scratch/' + (file += 1) % 40, Buffer.alloc(1048576, 1)), 5);`;
    const spec = harness.spec(script, { resources: { cpu: 1, memoryMb: 512, storageGb: 0.01 } });
    const { handle, ended } = await harness.run(runtime, spec);
    assert.deepEqual([ended.outOfMemory, ended.endedBy], [false, 'storage']);
    assert.ok(ended.peakStorageBytes > 0.01 * 1_073_741_824);
    assert.match((await messages(runtime, handle)).join('\n'), /MiB are allowed/);
  }),

  attemptCase(
    'A deleted file counts for as long as it is open or mapped',
    async (harness) => {
      const runtime = await harness.runtime();
      const script = `
        const fs = require('node:fs');
        const file = fs.openSync('scratch/hidden', 'w');
        fs.unlinkSync('scratch/hidden');
        setInterval(() => fs.writeSync(file, Buffer.alloc(1048576, 1)), 5);`;
      const spec = harness.spec(script, { resources: { cpu: 1, memoryMb: 512, storageGb: 0.01 } });
      const { ended } = await harness.run(runtime, spec);
      assert.equal(ended.endedBy, 'storage');
      assert.ok(ended.peakStorageBytes > 0.01 * 1_073_741_824);
    },
    needsProc,
  ),

  attemptCase('One that takes longer than it may is ended for it', async (harness) => {
    const runtime = await harness.runtime();
    const { ended } = await harness.run(
      runtime,
      harness.spec('setInterval(() => undefined, 1000)', { timeoutSeconds: 0.3 }),
    );
    assert.equal(ended.endedBy, 'timeout');
  }),
];
