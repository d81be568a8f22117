import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPlace } from './case.ts';
import { messages, untilEnded } from './place.ts';

/** Copies what it was given, and says whether there is anything to read on its standard input. */
const COPY = `
  const { readFileSync, writeFileSync } = require('node:fs');
  writeFileSync('outputs/1/out.txt', readFileSync('job.json', 'utf8') + readFileSync('inputs/2/late.txt', 'utf8'));
  console.log('read ' + readFileSync(0, 'utf8').length);`;

export const standingCases = [
  inPlace(
    'An attempt that stands ready begins when it is started, with what came meanwhile',
    async (place) => {
      const runtime = await place.runtime();
      const spec = place.spec(COPY);
      const out = join(spec.folder, 'outputs/1/out.txt');
      writeFileSync(join(spec.folder, 'job.json'), '');
      const handle = await runtime.standUp(spec);
      assert.deepEqual(await runtime.standUp(spec), handle);
      assert.equal((await runtime.inspect(handle)).state, 'running');
      const begun = new Date().toISOString();
      writeFileSync(join(spec.folder, 'job.json'), '{"version":1}');
      mkdirSync(join(spec.folder, 'inputs/2'));
      writeFileSync(join(spec.folder, 'inputs/2/late.txt'), ' came late');
      assert.equal(existsSync(out), false);
      assert.deepEqual(await place.start(runtime, spec), handle);
      const ended = await untilEnded(runtime, handle);
      assert.deepEqual([ended.exitCode, ended.endedBy], [0, 'itself']);
      assert.equal(readFileSync(out, 'utf8'), '{"version":1} came late');
      assert.deepEqual(await messages(runtime, handle), ['read 0']);
      assert.ok(ended.startedAt >= begun, 'its time counts from when it began');
    },
  ),

  inPlace('What is no Node stands ready as well', async (place) => {
    const runtime = await place.runtime();
    const script = 'cat job.json > outputs/1/out.txt; echo "read $(wc -c | tr -d " ")"';
    const spec = { ...place.spec(''), command: ['/bin/sh', '-c', script] };
    writeFileSync(join(spec.folder, 'job.json'), '');
    const handle = await runtime.standUp(spec);
    writeFileSync(join(spec.folder, 'job.json'), '{"version":1}');
    await place.start(runtime, spec);
    assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
    assert.equal(readFileSync(join(spec.folder, 'outputs/1/out.txt'), 'utf8'), '{"version":1}');
    assert.deepEqual(await messages(runtime, handle), ['read 0']);
  }),

  inPlace('Nothing of a service runs while its attempt stands ready', async (place) => {
    const runtime = await place.runtime();
    const before = `require('node:fs').writeFileSync('scratch/early', ''); console.log('before')`;
    const spec = place.spec(`console.log('main')`);
    const [node, file] = spec.command as [string, string];
    writeFileSync(join(spec.serviceFolder, `before-${file}`), before);
    const command = [node, '--require', join(spec.serviceFolder, `before-${file}`), file];
    const handle = await runtime.standUp({ ...spec, command });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(existsSync(join(spec.folder, 'scratch/early')), false);
    await place.start(runtime, { ...spec, command });
    assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
    assert.deepEqual(await messages(runtime, handle), ['before', 'main']);
  }),

  inPlace('That an attempt stood ready leaves no trace in it, nor in what it starts', async (place) => {
    const runtime = await place.runtime();
    const look = `JSON.stringify([process.env.NODE_OPTIONS ?? null, process.execArgv, process.argv.length])`;
    const script = `
      console.log(${look});
      console.log(require('node:child_process').execFileSync(process.execPath, ['-p', ${JSON.stringify(look)}], { encoding: 'utf8' }).trim());
      new (require('node:worker_threads').Worker)(${JSON.stringify(`console.log(${look})`)}, { eval: true });`;
    const said: string[][] = [];
    for (const stands of [false, true]) {
      const spec = place.spec(script);
      if (stands) await runtime.standUp(spec);
      const handle = await place.start(runtime, spec);
      assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
      said.push(await messages(runtime, handle));
    }
    assert.equal(said[0]?.length, 3);
    assert.deepEqual(said[1], said[0]);
  }),

  inPlace('An attempt that begins on trial is the one that is started afterwards', async (place) => {
    const runtime = await place.runtime();
    const spec = place.spec(`console.log('once')`);
    const handle = await runtime.standUp(spec);
    assert.deepEqual(await runtime.start(spec, { onTrial: true }), handle);
    assert.deepEqual(await runtime.start(spec), handle);
    assert.equal((await untilEnded(runtime, handle)).exitCode, 0);
    assert.deepEqual(await messages(runtime, handle), ['once']);
  }),

  inPlace('An attempt that stands ready and is stopped has done nothing', async (place) => {
    const runtime = await place.runtime();
    const spec = place.spec(`require('node:fs').writeFileSync('outputs/1/out.txt', '')`);
    const handle = await runtime.standUp(spec);
    await runtime.stop(handle, { graceSeconds: 60 });
    assert.equal((await untilEnded(runtime, handle)).endedBy, 'stop');
    assert.equal(existsSync(join(spec.folder, 'outputs/1/out.txt')), false);
    assert.deepEqual(await messages(runtime, handle), []);
    // Late is as if never.
    assert.deepEqual(await runtime.start(spec), handle);
    assert.equal((await runtime.inspect(handle)).state, 'ended');
    await runtime.remove(handle);
  }),

  inPlace('A limit of time counts from when the attempt began', async (place) => {
    const runtime = await place.runtime();
    const spec = place.spec('setInterval(() => undefined, 1000)', { timeoutSeconds: 1 });
    const handle = await runtime.standUp(spec);
    await place.start(runtime, spec);
    const ended = await untilEnded(runtime, handle);
    assert.equal(ended.endedBy, 'timeout');
    const seconds = (Date.parse(ended.endedAt) - Date.parse(ended.startedAt)) / 1000;
    assert.ok(seconds >= 0.99, `it ran for ${seconds} s`);
  }),
];
