import assert from 'node:assert/strict';
import { inPlace, needsProc } from './case.ts';
import { messages, processesWith, untilEnded, untilNews } from './place.ts';

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
  inPlace('A stop gives the component time to end well', async (place) => {
    const runtime = await place.runtime();
    const script = `
      process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
      setInterval(() => undefined, 1000);
      console.log('up');`;
    const handle = await place.start(runtime, place.spec(script));
    await untilNews(runtime, handle, async () => (await messages(runtime, handle)).includes('up'));
    await runtime.stop(handle, { graceSeconds: 60 });
    const ended = await untilEnded(runtime, handle);
    assert.deepEqual([ended.exitCode, ended.signal, ended.endedBy], [0, null, 'stop']);
    assert.deepEqual(await messages(runtime, handle), ['up', 'bye']);
  }),

  inPlace(
    'A stop that comes while it is being started is not missed, and leaves no process',
    async (place) => {
      const runtime = await place.runtime();
      await runtime.describe();
      for (let time = 0; time < 10; time += 1) {
        const spec = place.spec('setInterval(() => undefined, 1000)');
        const handle = await place.start(runtime, { ...spec, environment: { EARLY: spec.attemptId } });
        await runtime.stop(handle, { graceSeconds: 3600 });
        assert.equal((await untilEnded(runtime, handle)).endedBy, 'stop');
        assert.deepEqual(processesWith('EARLY', spec.attemptId), []);
      }
    },
    needsProc,
  ),

  inPlace(
    'A tree that ignores SIGTERM is ended to the last process, and its log is kept',
    async (place) => {
      const runtime = await place.runtime();
      const spec = place.spec(STUBBORN_TREE);
      const handle = await place.start(runtime, { ...spec, environment: { TREE: spec.attemptId } });
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

  inPlace('A second stop with less grace overrules the first', async (place) => {
    const runtime = await place.runtime();
    const handle = await place.start(
      runtime,
      place.spec(
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

  inPlace(
    'What a component leaves running ends with it and does not hold up its end',
    async (place) => {
      const runtime = await place.runtime();
      const script = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => undefined, 1000)'],
          { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
        child.stdout.once('data', () => process.exit(0));`;
      const spec = place.spec(script);
      const { ended } = await place.run(runtime, { ...spec, environment: { TREE: spec.attemptId } });
      assert.equal(ended.exitCode, 0);
      assert.deepEqual(processesWith('TREE', spec.attemptId), []);
    },
    needsProc,
  ),
];
