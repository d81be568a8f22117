import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { writeChain } from '../../apps/platform/src/executions/testing/chain-services.ts';
import { layOutDatabase } from '../../apps/platform/src/testing/prepared-database.ts';
import { logIn, until } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { freePort } from '../support/free-port.ts';
import { email, password, testFolder } from '../support/platform.ts';
import { KilledPlatform, seeded } from './killed-platform.ts';

/** `KILLS=100 SEED=23 npm test -- e2e/recovery/kill.long.test.ts` for a long run; with MINUTES=10 it kills for no longer. */
const kills = Number(process.env['KILLS'] ?? 5);
const minutes = Number(process.env['MINUTES'] ?? Number.POSITIVE_INFINITY);
const seed = Number(process.env['SEED'] ?? 23);
const chains = Math.max(3, Math.ceil(kills / 3));
const random = seeded(seed);

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: KilledPlatform;

beforeAll(async () => {
  folder = await testFolder();
  const services = join(folder.path, 'services');
  await mkdir(services);
  // A component of some seconds, one with workers and child processes, and one that logs much.
  await writeChain(
    services,
    [
      { service: 'copy' },
      { service: 'workers', after: 0 },
      { service: 'sleepy', options: { seconds: 2 }, after: 1 },
      { service: 'chatty', options: { records: 2000 }, after: 2 },
    ],
    '1.5',
  );
  await layOutDatabase(join(folder.path, 'platform', 'database'));
  platform = new KilledPlatform(folder.path, await freePort(), {
    FUSION_SERVICES: services,
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_LOG_LEVEL: 'info',
  });
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** One login for the whole run: a session outlives every kill. */
let session: Session | undefined;

/** Whatever a client asks may be cut off by a kill: it asks again. */
async function again<T>(ask: (analyst: Flow) => Promise<T>): Promise<T> {
  let failure: unknown;
  const answer = await until('an answer', 600, async () => {
    try {
      session ??= await logIn(platform.url, email, password);
      return { done: true, value: { answer: await ask(flow(platform.url, session)) } };
    } catch (error) {
      failure = error;
      return { done: false, value: undefined };
    }
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; the last failure: ${String(failure)}`, { cause: failure });
  });
  return answer!.answer;
}

/** Makes processes and executes each once, as often as that has to be asked for. */
async function makeChains(data: string): Promise<readonly Record<string, unknown>[]> {
  const made: Record<string, unknown>[] = [];
  for (let count = 0; count < chains; count += 1) {
    const process_ = await again(async (analyst) => await analyst.process('chatty', data));
    await again(async (analyst) => {
      const id = String(process_['id']);
      const executed = await analyst.list(`/processes/${id}/executions`);
      if (executed.length === 0) await analyst.must('POST', `/processes/${id}/execute`);
    });
    made.push(process_);
    await wait(random() * 1500);
  }
  return made;
}

/** @returns how often it was killed, the kills of starting platforms among them */
async function killAtRandom(): Promise<number> {
  const deadline = performance.now() + minutes * 60_000;
  let killed = 0;
  for (let kill = 0; kill < kills && performance.now() < deadline; kill += 1) {
    await wait(random() * 4000);
    await platform.kill();
    killed += 1;
    // Every fourth kill finds it starting, probed as always.
    if (kill % 4 === 3) {
      await platform.start(random() * 3000);
      await platform.kill();
      killed += 1;
    }
    await wait(random() * 300);
    await platform.start();
  }
  return killed;
}

test(`a platform killed at random, up to ${kills} times, loses nothing, runs nothing twice and charges once`, async () => {
  await platform.start();
  const before = await again(async (analyst) => await analyst.credits());
  const data = await again(async (analyst) => (await analyst.upload(JSON.stringify(square))).id);
  const [made, killed] = await Promise.all([makeChains(data), killAtRandom()]);

  const counts = { lost: 0, failed: 0, twice: 0, outputsWrong: 0, logsWrong: 0 };
  const reasons: unknown[] = [];
  let attempts = 0;
  for (const { id } of made) {
    const executions = await again(
      async (analyst) => await analyst.list(`/processes/${String(id)}/executions`),
    );
    if (executions.length === 0) counts.lost += 1;
    counts.twice += Math.max(0, executions.length - 1);
    for (const { id: execution } of executions) {
      const ended = await again(async (analyst) => await analyst.ended(String(execution), 300));
      if (ended['success'] !== true) {
        counts.failed += 1;
        reasons.push(ended['abort_reason']);
        continue;
      }
      for (const component of await again(async (analyst) => await analyst.components(String(execution)))) {
        const tries = await again(
          async (analyst) =>
            await analyst.list(`/process_service_executions/${String(component['id'])}/attempts`),
        );
        attempts += tries.length;
        counts.twice += overlapping(tries);
        for (const output of component['outputs'] as string[]) {
          const files = await again(async (analyst) => await analyst.list(`/data/${output}/files`));
          if (files.length !== 1 || files[0]!['publishable'] !== true) counts.outputsWrong += 1;
        }
        // Records carry the attempt that wrote them: within one, none is there twice.
        const logs = await again(async (analyst) => await analyst.logs(component));
        if (tries.length === 1 && new Set(logs).size !== logs.length) counts.logsWrong += 1;
      }
    }
  }
  const spent = before - (await again(async (analyst) => await analyst.credits()));
  await until('the attempts to be cleaned up', 300, async () => {
    const left = await readdir(join(folder.path, 'platform', 'attempts'));
    return { done: left.length === 1, value: left };
  });
  await platform.stop();
  const starts = platform.startMilliseconds.toSorted((a, b) => a - b);
  console.log(
    JSON.stringify({
      seed,
      killed,
      executions: made.length,
      attempts,
      ...counts,
      reasons,
      spent,
      chargedTwice: spent / 1.5 - made.length,
      orphans: platform.orphans().length,
      failedStarts: platform.failedStarts.length,
      startMedianMs: Math.round(starts[starts.length >> 1]!),
      startMaxMs: Math.round(starts.at(-1)!),
    }),
  );
  expect(reasons).toEqual([]);
  expect(counts).toEqual({ lost: 0, failed: 0, twice: 0, outputsWrong: 0, logsWrong: 0 });
  expect(spent).toBeCloseTo(made.length * 1.5, 6);
  expect(platform.failedStarts).toEqual([]);
  expect(platform.orphans()).toEqual([]);
}, 7_200_000);

/** How many attempts began before the one before them had ended. */
function overlapping(attempts: readonly Record<string, unknown>[]): number {
  const sorted = attempts
    .map(({ number, started_at, ended_at }) => ({ number, started_at, ended_at }) as Attempt)
    .toSorted((a, b) => a.number - b.number);
  return sorted.filter(({ started_at: started }, index) => {
    const before = sorted[index - 1];
    return before && started && (!before.ended_at || started < before.ended_at);
  }).length;
}

interface Attempt {
  readonly number: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}
