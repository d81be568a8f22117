import assert from 'node:assert/strict';
import { attemptCase, needsProc } from './case.ts';
import { messages, processesWith, untilEnded, untilNews } from './harness.ts';

/** A child, a grandchild in a session of its own, and a process whose parent has gone; none of them minds SIGTERM. */
const STUBBORN_TREE = `
  const { spawn } = require('node:child_process');
  const stubborn = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('up');";
  const inner = 'require("node:child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(stubborn) +
    '], { detached: true, stdio: "inherit" }).unref();';
  process.on('SIGTERM', () => undefined);
  spawn(process.execPath, ['-e', inner + stubborn], { stdio: 'inherit' });
  spawn(process.execPath, ['-e', inner], { stdio: 'inherit', detached: true });
  setInterval(() => undefined, 1000);`;

export const stopCases = [
  attemptCase('A stop gives the component time to end well', async (harness) => {
    const runtime = await harness.runtime();
    const script = `
      process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
      setInterval(() => undefined, 1000);
      console.log('up');`;
    const handle = await harness.start(runtime, harness.spec(script));
    await untilNews(runtime, handle, async () => (await messages(runtime, handle)).includes('up'));
    await runtime.stop(handle, { graceSeconds: 60 });
    const ended = await untilEnded(runtime, handle);
    assert.deepEqual([ended.exitCode, ended.signal, ended.endedBy], [0, null, 'stop']);
    assert.deepEqual(await messages(runtime, handle), ['up', 'bye']);
  }),

  attemptCase(
    'A stop that comes while it is being started is not missed, and leaves no process',
    async (harness) => {
      const runtime = await harness.runtime();
      await runtime.describe();
      for (let time = 0; time < 10; time += 1) {
        const spec = harness.spec('setInterval(() => undefined, 1000)');
        const handle = await harness.start(runtime, { ...spec, environment: { EARLY: spec.attemptId } });
        await runtime.stop(handle, { graceSeconds: 3600 });
        assert.equal((await untilEnded(runtime, handle)).endedBy, 'stop');
        assert.deepEqual(processesWith('EARLY', spec.attemptId), []);
      }
    },
    needsProc,
  ),

  attemptCase(
    'A tree that ignores SIGTERM is ended to the last process, and its log is kept',
    async (harness) => {
      const runtime = await harness.runtime();
      const spec = harness.spec(STUBBORN_TREE);
      const handle = await harness.start(runtime, { ...spec, environment: { TREE: spec.attemptId } });
      await untilNews(runtime, handle, async () => (await messages(runtime, handle)).length === 3);
      assert.ok(processesWith('TREE', spec.attemptId).length >= 4);
      await runtime.stop(handle, { graceSeconds: 0.2 });
      const ended = await untilEnded(runtime, handle);
      assert.deepEqual([ended.signal, ended.endedBy, ended.outOfMemory], ['SIGKILL', 'stop', false]);
      assert.deepEqual(await messages(runtime, handle), ['up', 'up', 'up']);
      assert.deepEqual(processesWith('TREE', spec.attemptId), []);
    },
    needsProc,
  ),

  attemptCase('A second stop with less grace overrules the first', async (harness) => {
    const runtime = await harness.runtime();
    const handle = await harness.start(
      runtime,
      harness.spec(
        `process.on('SIGTERM', () => console.log('no')); setInterval(() => undefined, 1000); console.log('up');`,
      ),
    );
    await untilNews(runtime, handle, async () => (await messages(runtime, handle)).includes('up'));
    const patient = runtime.stop(handle, { graceSeconds: 3600 });
    await untilNews(runtime, handle, async () => (await messages(runtime, handle)).includes('no'));
    await runtime.stop(handle, { graceSeconds: 0 });
    await patient;
    await runtime.stop(handle);
    assert.equal((await untilEnded(runtime, handle)).endedBy, 'stop');
  }),

  attemptCase(
    'What a component leaves running ends with it and does not hold up its end',
    async (harness) => {
      const runtime = await harness.runtime();
      const script = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => undefined, 1000)'],
          { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
        child.stdout.once('data', () => process.exit(0));`;
      const spec = harness.spec(script);
      const { ended } = await harness.run(runtime, { ...spec, environment: { TREE: spec.attemptId } });
      assert.equal(ended.exitCode, 0);
      assert.deepEqual(processesWith('TREE', spec.attemptId), []);
    },
    needsProc,
  ),
];
