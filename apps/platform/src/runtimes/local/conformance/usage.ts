import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptCase } from './case.ts';
import { allMetrics, untilNews } from './harness.ts';
import type { AttemptsHarness, AttemptsUnderTest } from './harness.ts';

const megabyte = 1_048_576;

/** Takes this much processor time, by its own account, however busy the machine is. */
const burn = (seconds: number) => `
  for (const from = process.cpuUsage(); ;) {
    const { user, system } = process.cpuUsage(from);
    if (user + system >= ${seconds * 1e6}) break;
  }`;

const say = (comment: string) => `
  open(my $file, '>', 'status.new'); print $file '{"comment":"${comment}"}'; close($file);
  rename('status.new', 'status.json');`;

/** Perl forks, and lets go of memory when it is told to; Node does neither. */
function needsPerl(): string | undefined {
  try {
    execFileSync('/usr/bin/perl', ['-e', '0']);
    return undefined;
  } catch {
    return 'there is no Perl';
  }
}

function needsCounting({ countsProcessorTime }: AttemptsUnderTest): string | undefined {
  return countsProcessorTime ? undefined : 'processor time is only looked at now and then';
}

/** Runs the script of Perl, with 200 MB in `$held`, until samples have this comment. */
async function untilPerlSays(harness: AttemptsHarness, script: string, comment: string) {
  const runtime = await harness.runtime();
  const command = ['/usr/bin/perl', '-e', `vec(my $held, ${200 * megabyte} - 1, 8) = 1; ${script}`];
  const handle = await harness.start(runtime, harness.spec('', { command }));
  // The first that has it may have been measured a moment before.
  await untilNews(
    runtime,
    handle,
    async () => (await allMetrics(runtime, handle)).filter((sample) => sample.comment === comment).length > 1,
  );
  await runtime.stop(handle, { graceSeconds: 0 });
  const ended = await runtime.inspect(handle);
  assert.ok(ended.state === 'ended' && ended.endedBy === 'stop', JSON.stringify(ended));
  return { ended, samples: await allMetrics(runtime, handle) };
}

export const usageCases = [
  attemptCase('To read a large file is not to use memory', async (harness) => {
    const runtime = await harness.runtime();
    // Without content: reading it takes cache all the same, and no writing.
    const script = `
      const fs = require('node:fs');
      globalThis.held = Buffer.alloc(40 * ${megabyte}, 1);
      fs.writeFileSync('scratch/large', '');
      fs.truncateSync('scratch/large', 400 * ${megabyte});
      const file = fs.openSync('scratch/large');
      const part = Buffer.alloc(${megabyte});
      while (fs.readSync(file, part) > 0);`;
    const { handle, ended } = await harness.run(runtime, harness.spec(script));
    assert.equal(ended.exitCode, 0);
    const told = [ended.peakMemoryBytes];
    for (const { memory_total_bytes: total, memory_free_bytes: free } of await allMetrics(runtime, handle))
      told.push(free === null ? null : total - free);
    assert.ok(Math.max(...told.map((bytes) => bytes ?? 0)) < 200 * megabyte, told.join(', '));
    assert.ok(ended.peakStorageBytes < 10 * megabyte);
  }),

  attemptCase(
    'Processor time up to the end counts, of short attempts and of children too',
    async (harness) => {
      const runtime = await harness.runtime({ metricsMilliseconds: { shortest: 1_000, longest: 10_000 } });
      const told: (number | null)[] = [];
      const one = await harness.run(runtime, harness.spec(burn(0.15)));
      told.push(one.ended.cpuSeconds, (await allMetrics(runtime, one.handle)).at(-1)?.cpu_seconds ?? null);
      assert.ok(
        told.every((seconds) => seconds !== null && seconds > 0.12 && seconds < 3),
        told.join(', '),
      );
      const child = JSON.stringify(burn(0.2));
      const three = await harness.run(
        runtime,
        harness.spec(`
        for (let n = 0; n < 3; n += 1)
          require('node:child_process').execFileSync(process.execPath, ['-e', ${child}]);
        ${burn(0.3)}`),
      );
      assert.equal(three.ended.exitCode, 0);
      const seconds = three.ended.cpuSeconds ?? 0;
      assert.ok(seconds > 0.85 && seconds < 9, `${seconds}`);
    },
    needsCounting,
  ),

  attemptCase(
    'Attempts that end at the same time are not told the time of others',
    async (harness) => {
      const runtime = await harness.runtime();
      const amounts = [0.1, 0.1, 0.1, 0.6];
      const all = await Promise.all(
        amounts.map(async (amount) => await harness.run(runtime, harness.spec(burn(amount)))),
      );
      const told = all.map(({ ended }) => ended.cpuSeconds ?? 0);
      const sum = told.reduce((total, seconds) => total + seconds, 0);
      assert.ok(sum > 0.8 && sum < 8, told.join(', '));
      assert.ok(Math.max(...told) > 0.4, told.join(', '));
    },
    needsCounting,
  ),

  attemptCase(
    'What forks share counts once',
    async (harness) => {
      const forking = `for (1 .. 3) { if (!fork()) { sleep(1000); } } ${say('forked')} sleep(1000);`;
      const { ended } = await untilPerlSays(harness, forking, 'forked');
      const peak = ended.peakMemoryBytes ?? 0;
      assert.ok(peak > 150 * megabyte && peak < 350 * megabyte, `${peak}`);
    },
    needsPerl,
  ),

  attemptCase(
    'What was held between two looks is told as the peak',
    async (harness) => {
      const freeing = `undef $held; ${say('freed')} sleep(1000);`;
      const { ended, samples } = await untilPerlSays(harness, freeing, 'freed');
      const peak = ended.peakMemoryBytes ?? 0;
      assert.ok(peak > 150 * megabyte && peak < 350 * megabyte, `${peak}`);
      const { memory_total_bytes: total, memory_free_bytes: free } = samples.at(-1)!;
      assert.ok(total - (free ?? 0) < 100 * megabyte, 'it was let go');
    },
    needsPerl,
  ),

  attemptCase('A file of several names takes its room once', async (harness) => {
    const runtime = await harness.runtime();
    const script = `
      const fs = require('node:fs');
      fs.writeFileSync('scratch/0', Buffer.alloc(6000000, 1));
      for (let n = 1; n < 10; n += 1) fs.linkSync('scratch/0', 'scratch/' + n);`;
    const { handle, ended } = await harness.run(runtime, harness.spec(script));
    assert.equal(ended.exitCode, 0);
    const used = (await allMetrics(runtime, handle)).at(-1)?.scratch_used_bytes ?? 0;
    for (const bytes of [ended.peakStorageBytes, used]) assert.ok(bytes >= 6e6 && bytes < 12e6, `${bytes}`);
  }),

  attemptCase('Samples have what was transferred since the one before, and add up', async (harness) => {
    const runtime = await harness.runtime();
    const sayMoved = (bytes: string) => `
      fs.writeFileSync('s', '{"transfer":${bytes}}'); fs.renameSync('s', 'status.json');`;
    const script = `
      const fs = require('node:fs');
      ${sayMoved('{"s3":100,"external":7}')}
      const timer = setInterval(() => {
        if (!fs.existsSync('scratch/go')) return;
        clearInterval(timer);
        ${sayMoved('{"s3":250,"external":7}')}
      }, 10);`;
    const spec = harness.spec(script);
    const handle = await harness.start(runtime, spec);
    const sums = async () =>
      (await allMetrics(runtime, handle)).reduce(
        ({ s3, external, samples }, sample) => ({
          s3: s3 + sample.s3_transfer_bytes,
          external: external + sample.external_transfer_bytes,
          samples: samples + 1,
        }),
        { s3: 0, external: 0, samples: 0 },
      );
    await untilNews(runtime, handle, async () => {
      const { s3, samples } = await sums();
      assert.ok(s3 === 0 || s3 === 100, `${s3}`);
      return s3 === 100 && samples > 3;
    });
    writeFileSync(join(spec.folder, 'scratch/go'), '');
    await runtime.watch(handle, () => undefined);
    const { s3, external } = await sums();
    assert.deepEqual([s3, external], [250, 7]);
  }),
];
