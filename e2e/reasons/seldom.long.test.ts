import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { logIn, until } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { runOnce, toldBy } from './told.ts';
import type { Told } from './told.ts';

type Json = Record<string, unknown>;

vi.setConfig({ testTimeout: 180_000 });

const node = (script: string) => ['node', '-e', `const fs = require('node:fs'); ${script}`];
const endless = `console.log('up'); setInterval(() => {}, 1000)`;
const resources = { cpu: 0.5, memory_mb: 256, storage_gb: 1 };
const [slicedSsd, gatherSsd] = [randomUUID(), randomUUID()];

/** Named by what happens to them. */
const services: Readonly<Record<string, object>> = {
  Large: { command: node(endless), resources: { ...resources, memory_mb: 512 } },
  Lost: { command: node(endless), retries: { lost: 1 } },
  Passing: {
    command: node(`fs.writeFileSync('outcome.json', JSON.stringify({ success: false, exit_type: 'transient',
      abort_reason: 'The archive does not answer' })); process.exit(1)`),
    retries: { transient: 3 },
  },
  Filling: {
    command: node(`fs.writeFileSync('scratch/a', Buffer.alloc(64 * 2 ** 20)); ${endless}`),
    resources: { ...resources, storage_gb: 0.01 },
  },
  Hollow: {
    command: node(`fs.writeFileSync('outputs/1/a.csv', 'a'); fs.truncateSync('outputs/1/a.csv', 2 ** 26)`),
    resources: { ...resources, storage_gb: 0.01 },
  },
  Sliced: {
    ssd_id: slicedSsd,
    command: node(`const { execution } = JSON.parse(fs.readFileSync('job.json', 'utf8'));
      if (execution.group_index === 1) { console.error('There is no scene of this slice'); process.exit(4) }
      fs.writeFileSync('outputs/1/a.csv', 'a')`),
    slicing: { maximum_area_km2: 0.5 },
    group_aggregators: [{ aggregator_ssd_id: gatherSsd, output_ssd_id: slicedSsd, outputs: [1] }],
  },
  Gather: {
    ssd_id: gatherSsd,
    command: node(`fs.writeFileSync('outputs/1/a.csv', 'a')`),
    inputs: [{ number: 1, file_type: 'CSV' }],
  },
};

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let steps: Flow;
let region: string;

beforeAll(async () => {
  folder = await testFolder();
  for (const [name, parts] of Object.entries(services))
    await writeService(join(folder.path, 'services'), {
      name,
      ssd_id: randomUUID(),
      inputs: [{ number: 1, file_type: 'GeoJSON' }],
      outputs: [{ number: 1, name: 'Result', file_type: 'CSV' }],
      resources,
      ...parts,
    });
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(folder.path, 'services'),
    FUSION_SLOTS: '2',
    FUSION_MEMORY_MB: '600',
  });
  steps = flow(platform.url, await logIn(platform.url, email, password));
  region = (await steps.upload(JSON.stringify(square))).id;
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** The component of an execution and its reasons, once they are as asked. */
async function once(
  execution: string,
  asked: (told: readonly Told[], component: Json) => boolean,
): Promise<{ readonly component: Json; readonly told: readonly Told[] }> {
  return await until(`its reasons are as asked`, 120, async () => {
    const [component] = await steps.components(execution);
    const told = toldBy(component!);
    return { done: asked(told, component!), value: { component: component!, told } };
  });
}

const begin = async (service: string): Promise<{ readonly process: Json; readonly execution: string }> => {
  const process = await steps.process(service, region);
  return { process, execution: await steps.execute(process) };
};
const stop = async (process: Json): Promise<void> =>
  void (await steps.must('POST', `/processes/${String(process['id'])}/stop`));
const saysUp = async (component: Json): Promise<boolean> => (await steps.logs(component)).includes('up');

test('what waits for memory says how much it needs and how much there is, and begins once that is free', async () => {
  const first = await begin('Large');
  await once(first.execution, (_, { state }) => state === 'running');
  const second = await begin('Large');
  const { told, component } = await once(second.execution, ([wait]) => wait?.code === 'memory');
  const waits = {
    code: 'memory',
    kind: 'waiting',
    sentence: 'It needs 512 MiB of memory, and 88 MiB of 600 MiB are free',
    evidence: { needed: '512', free: '88', total: '600' },
    next_whose: 'platform',
    next_move: 'Begins it when enough memory is free',
  };
  expect(told).toMatchObject([waits]);
  expect(component).toMatchObject({ waiting_for: 'memory', waiting_reason: waits.sentence });
  const execution = await steps.model('GET', `/process_executions/${second.execution}`);
  expect(toldBy(execution)).toMatchObject([waits]);
  await stop(first.process);
  await once(second.execution, (_, { state }) => state === 'running');
  await stop(second.process);
  await steps.ended(second.execution);
});

test('what is tried again in a while says when, and why', async () => {
  const { process, execution } = await begin('Passing');
  const { told, component } = await once(execution, ([wait]) => wait?.code === 'retry');
  const at = told[0]!.evidence['retry_at']!;
  expect(Date.parse(at)).toBeGreaterThan(Date.parse(String(component['started_at'])));
  expect(told.slice(0, 2)).toMatchObject([
    {
      kind: 'waiting',
      sentence: `It is tried again at ${at}`,
      next_whose: 'platform',
      next_move: 'Tries it again at that time',
    },
    {
      code: 'again_transient',
      sentence: 'Attempt 1 met a fault that may pass: The archive does not answer',
      evidence: { attempt: '1', why: 'The archive does not answer', exit_code: '1' },
    },
  ]);
  await stop(process);
  expect(toldBy(await steps.ended(execution))).toMatchObject([{ code: 'stopped' }]);
});

test('what writes more than it may is ended, and what says that its files are longer than that fails too', async () => {
  const filled = await runOnce(steps, await steps.process('Filling', region));
  const sentence = 'It wrote more than its 0.01 GB of storage';
  expect(filled).toMatchObject({ exit_type: 'storage_exceeded', abort_reason: sentence });
  const [told, ...more] = toldBy(filled);
  expect(more).toEqual([]);
  expect(told).toMatchObject({
    code: 'storage_exceeded',
    kind: 'failing',
    sentence,
    evidence: { limit: '0.01' },
    next_whose: 'user',
    next_move: 'Choose a smaller region, or ask for more storage for the service',
  });
  expect(Number(told!.evidence['peak'])).toBeGreaterThan(0.01 * 2 ** 30);
  expect(await steps.logs(filled)).toContainEqual(
    expect.stringMatching(/^\[platform\] It wrote \d+ MiB; 11 MiB are/),
  );
  const hollow = await runOnce(steps, await steps.process('Hollow', region));
  expect(toldBy(hollow)).toMatchObject([
    { code: 'storage_exceeded', sentence: 'Its outputs are 0.063 GB long; 0.01 GB are allowed' },
  ]);
});

test('an attempt that is lost with what supervised it is tried again, and one that is killed each time is given up', async () => {
  const { execution } = await begin('Lost');
  const { component } = await once(execution, (_, { state }) => state === 'running');
  const attempts = async (): Promise<Json[]> =>
    await steps.list(`/process_service_executions/${String(component['id'])}/attempts`);
  await until('it runs', 60, async () => ({ done: await saysUp(component), value: null }));
  const [first] = await attempts();
  kill(supervisorOf(String(first!['id'])), 'SIGKILL');
  const { told } = await once(execution, ([again]) => again?.code === 'again_lost');
  const why = 'the process that supervised it ended without a result, or the machine was restarted';
  const again = {
    code: 'again_lost',
    kind: 'trying_again',
    sentence: `Attempt 1 was lost: ${why}`,
    evidence: { attempt: '1', why, node: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    next_whose: 'platform',
    next_move: 'Tries it again as it was',
  };
  expect(told).toMatchObject([again]);
  const second = await until('the second attempt runs', 60, async () => {
    const [, found] = await attempts();
    return { done: found?.['state'] === 'running', value: found };
  });
  const pids = await until('its processes are there', 60, async () => {
    const value = await processesOf(String(second!['id']));
    return { done: value.length > 0, value };
  });
  for (const pid of pids) killIfThere(pid);
  await steps.ended(execution);
  const [given] = await steps.components(execution);
  const sentence = 'It was lost 2 times, the last time because it was killed from outside (SIGKILL)';
  expect(given).toMatchObject({ exit_type: 'lost', abort_reason: sentence });
  expect(toldBy(given!)).toMatchObject([
    again,
    {
      code: 'lost',
      kind: 'failing',
      sentence,
      evidence: { attempts: '2', signal: 'SIGKILL', node: told[0]!.evidence['node'] },
      next_whose: 'operator',
      next_move: 'See what happened to the machine of that node, then try again',
    },
  ]);
});

test('what puts slices together of which one failed says which and why, and follows once that is executed again', async () => {
  const process = await steps.process('Sliced', region);
  await steps.execute(process);
  const run = async (): Promise<Json[]> => await steps.list(`/processes/${String(process['id'])}/executions`);
  const all = await until('the run has ended', 120, async () => {
    const value = await run();
    return { done: value.every(({ progress }) => progress === 100), value };
  });
  const aggregation = all.find(({ role }) => role === 'aggregator')!;
  const slices = all.filter(({ role }) => role === 'slice').length;
  const sentence = `1 slice of ${slices} did not succeed: slice 2 (Sliced: It exited with 4: There is no scene of this slice). Execute it again, and this follows`;
  const told = {
    code: 'slices_failed',
    kind: 'failing',
    sentence,
    evidence: { execution: aggregation['id'] },
    next_whose: 'user',
    next_move: 'See why the slices failed, and execute those again: it follows by itself',
  };
  expect(aggregation).toMatchObject({ exit_type: 'slices_failed', abort_reason: sentence });
  expect(toldBy(aggregation)).toMatchObject([
    { ...told, evidence: { execution: aggregation['id'], group: aggregation['group_id'] } },
  ]);
  // Nobody has stopped what it consists of.
  const [component] = await steps.components(String(aggregation['id']));
  expect(toldBy(component!)).toMatchObject([told]);
});

interface State {
  readonly supervisor: { readonly pid: number };
}

/** The process that looks after an attempt. */
function supervisorOf(attempt: string): number {
  const path = join(folder.path, 'platform/runtime/attempts', attempt, 'state.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as State).supervisor.pid;
}

/** All processes of an attempt: they are marked with its id. */
async function processesOf(attempt: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const texts = ['environ', 'cmdline'].map(
        async (name) => await readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''),
      );
      return (await Promise.all(texts)).some((text) => text.includes(attempt)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function killIfThere(pid: number): void {
  try {
    kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended with another of them.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
