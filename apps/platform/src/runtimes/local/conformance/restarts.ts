import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AttemptSpec } from '../attempts.ts';
import { attemptCase, needsProc } from './case.ts';
import { messages, processesWith, untilEnded, untilNews } from './harness.ts';
import type { AttemptsHarness } from './harness.ts';

/** Notes each run, and ends when it is told to. */
const COUNTED = `
  const { appendFileSync, existsSync } = require('node:fs');
  appendFileSync('outputs/1/runs', 'x');
  console.log('up');
  const timer = setInterval(() => { if (existsSync('scratch/go')) clearInterval(timer); }, 5);`;

const runs = (spec: AttemptSpec) => readFileSync(join(spec.folder, 'outputs/1/runs'), 'utf8').length;
const letGo = (spec: AttemptSpec) => writeFileSync(join(spec.folder, 'scratch/go'), '');

/** Runs local/conformance/platform.ts and kills it as soon as it has printed a line that matches. */
async function killedPlatform(harness: AttemptsHarness, spec: AttemptSpec, at: RegExp): Promise<void> {
  const { module, options } = harness.subject;
  const program = fileURLToPath(new URL(`platform${extname(import.meta.url)}`, import.meta.url));
  const args = [program, module, harness.stateFolder, JSON.stringify(options), JSON.stringify(spec)];
  const platform = spawn(process.execPath, ['--conditions=fusion-source', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(platform, 'exit');
  for await (const line of createInterface(platform.stdout)) if (at.test(line)) platform.kill('SIGKILL');
  await exited;
  assert.equal(platform.signalCode, 'SIGKILL');
}

export const restartCases = [
  attemptCase('However often and from wherever it is started, an attempt runs once', async (harness) => {
    const [one, two] = [await harness.runtime(), await harness.runtime()];
    const spec = harness.spec(COUNTED);
    const handles = await Promise.all(
      [one, two, one, two, one, two].map((runtime) => harness.start(runtime, spec)),
    );
    for (const handle of handles) assert.deepEqual(handle, handles[0]);
    letGo(spec);
    const ended = await Promise.all(
      [one, two].map((runtime, index) => untilEnded(runtime, handles[index] ?? handles[0]!)),
    );
    assert.deepEqual(ended[0], ended[1]);
    const again = await two.start(spec);
    assert.deepEqual(await two.inspect(again), { ...ended[0], state: 'ended' });
    assert.equal(runs(spec), 1);
  }),

  attemptCase(
    'A runtime that is closed lets its attempts run, and another one finds them',
    async (harness) => {
      const first = await harness.runtime();
      const spec = harness.spec(COUNTED);
      const handle = await harness.start(first, spec);
      await first.close();
      const second = await harness.runtime();
      assert.equal((await second.inspect(handle)).state, 'running');
      letGo(spec);
      assert.equal((await untilEnded(second, handle)).exitCode, 0);
      const third = await harness.runtime();
      assert.equal((await third.inspect(handle)).state, 'ended');
      assert.deepEqual(await messages(third, handle), ['up']);
    },
  ),

  attemptCase('When the platform is killed the attempt runs on and is found again', async (harness) => {
    const spec = harness.spec(COUNTED);
    await killedPlatform(harness, spec, /^\{/);
    const runtime = await harness.runtime();
    const handle = await harness.start(runtime, spec);
    assert.equal((await runtime.inspect(handle)).state, 'running');
    letGo(spec);
    assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
    assert.equal(runs(spec), 1);
  }),

  attemptCase(
    'When the platform is killed between its request and the answer, the attempt still runs once',
    async (harness) => {
      const warm = await harness.runtime();
      await warm.describe();
      for (let time = 0; time < 5; time += 1) {
        const spec = harness.spec(COUNTED);
        await killedPlatform(harness, spec, /^asking/);
        const runtime = await harness.runtime();
        const handle = await harness.start(runtime, spec);
        letGo(spec);
        assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
        assert.equal(runs(spec), 1);
      }
    },
  ),

  attemptCase(
    'When what runs it breaks down the attempt is gone to the last process, and is not run again',
    async (harness) => {
      const runtime = await harness.runtime();
      const spec = harness.spec(`
        const { spawn } = require('node:child_process');
        spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true }).unref();
        ${COUNTED}`);
      const handle = await harness.start(runtime, { ...spec, environment: { TREE: spec.attemptId } });
      await untilNews(runtime, handle, async () => (await messages(runtime, handle)).includes('up'));
      const news: string[] = [];
      const watching = runtime.watch(handle, (each) => news.push(each));
      await harness.subject.breakDown(harness.stateFolder);
      await watching;
      assert.equal(news.at(-1), 'ended');
      assert.equal((await runtime.inspect(handle)).state, 'gone');
      assert.equal((await runtime.inspect(await runtime.start(spec))).state, 'gone');
      assert.equal(runs(spec), 1);
      assert.deepEqual(processesWith('TREE', spec.attemptId), []);
      // The next attempt finds everything in order again.
      const next = harness.spec('console.log("again")');
      assert.equal((await harness.run(runtime, next)).ended.exitCode, 0);
    },
    needsProc,
  ),
];
