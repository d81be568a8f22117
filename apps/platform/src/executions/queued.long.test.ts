import { randomUUID } from 'node:crypto';

import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { tables } from '../database/index.ts';
import { RuntimeError } from '../runtimes/index.ts';
import type { Executions } from './index.ts';
import { createExecutions } from './executions.ts';
import { createScriptedRuntime } from './testing/scripted-runtime.ts';
import type { ScriptedRuntime } from './testing/scripted-runtime.ts';
import {
  addProcess,
  creditsOf,
  ended,
  executionWhen,
  openTestPlatform,
  removeFolder,
  temporaryFolder,
} from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;
let runtime: ScriptedRuntime;
const nodeId = randomUUID();

/** An engine whose runtime has a queue. @param services those in its folders; without it, it runs all */
async function engine(services?: readonly string[]): Promise<Executions> {
  return await createExecutions({
    ...platform.parts,
    runtime,
    settings: {
      attemptsFolder: `${platform.folder}/attempts`,
      nodeId,
      slots: 2,
      memoryMb: 8192,
      groupExecutions: 4,
      warningDays: 7,
      stopDelaySeconds: 0,
      environment: {},
      resyncSeconds: 0.5,
      ...(services ? { services } : {}),
    },
  });
}

beforeAll(async () => {
  platform = await openTestPlatform(await temporaryFolder());
  runtime = createScriptedRuntime(nodeId, platform.parts.objects, true);
  executions = await engine();
  executions.start();
});

afterAll(async () => {
  await executions.close();
  await platform.close();
  await removeFolder(platform.folder);
});

const only = async (executionId: string) =>
  (await executions.components(platform.organisation, executionId, {})).list[0]!;

async function queued(
  price = '2',
  memoryMb = 256,
): Promise<{ readonly process: string; readonly execution: string }> {
  const parts = { resources: { cpu: 1, memory_mb: memoryMb, storage_gb: 1 } };
  const process = await addProcess(platform, [{ service: 'copy' }], { price, parts });
  await executions.execute(platform.organisation, process, platform.user);
  const { id } = await executionWhen(platform, executions, process, (one) => one.waiting_for === 'queue');
  return { process, execution: id };
}

test('what a cluster has queued waits with its reason, and runs, from then on, when its job starts', async () => {
  const { process, execution } = await queued();
  const waits = await executions.get(platform.organisation, execution);
  expect(waits).toMatchObject({ progress: 0, waiting_for: 'queue' });
  const component = await only(execution);
  expect(component).toMatchObject({
    state: 'waiting',
    waiting_for: 'queue',
    waiting_reason: waits.waiting_reason,
    // That of its execution: it has none of its own yet.
    started_at: waits.started_at,
    runtime: null,
  });
  expect(component.reasons).toMatchObject([{ code: 'queue', kind: 'waiting', next_whose: 'platform' }]);
  expect(component.reasons![0]!.evidence).toEqual([
    { name: 'runtime', value: 'scripted', unit: 'text' },
    { name: 'behind', value: '0', unit: 'count' },
    { name: 'cluster_reason', value: 'Priority', unit: 'text' },
    { name: 'job', value: '1', unit: 'id' },
  ]);
  const { list: attempts } = await executions.attempts(platform.organisation, component.id, {});
  expect(attempts).toMatchObject([{ state: 'queued', started_at: null }]);
  const [job] = runtime.running();
  // It moves back: another job came before it. What is written down follows.
  runtime.report(job!.attemptId, 3);
  await executionWhen(platform, executions, process, (one) => one.waiting_reason!.includes('behind 3 other'));
  const before = new Date().toISOString();
  runtime.report(job!.attemptId, 0);
  runtime.begin(job!.attemptId);
  await executionWhen(platform, executions, process, (one) => !one.waiting_for);
  const running = await only(execution);
  expect(running).toMatchObject({ state: 'running', reasons: null });
  expect(running.waiting_for).toBeUndefined();
  expect(Date.parse(running.started_at)).toBeGreaterThanOrEqual(Date.parse(before));
  runtime.end(job!.attemptId, 'well');
  expect(await executionWhen(platform, executions, process, ended)).toMatchObject({
    success: true,
    charged: 2,
  });
  const done = await only(execution);
  expect(done).toMatchObject({ state: 'succeeded', started_at: running.started_at, reasons: null });
});

test('one that begins and ends between two looks has begun; one that is stopped in the queue has not, and costs nothing', async () => {
  const short = await queued();
  runtime.begin(runtime.running()[0]!.attemptId);
  runtime.end(runtime.running()[0]!.attemptId, 'well');
  await executionWhen(platform, executions, short.process, ended);
  expect(await only(short.execution)).toMatchObject({ state: 'succeeded', success: true });
  const credits = await creditsOf(platform);
  const stopped = await queued();
  await executions.stop(platform.organisation, stopped.process, platform.user);
  await executionWhen(platform, executions, stopped.process, ended);
  expect(await only(stopped.execution)).toMatchObject({ state: 'stopped', runtime: 0, charged: 0 });
  expect(await creditsOf(platform)).toBe(credits);
});

test('a fault of the platform is counted and told, and the step is tried again later instead of at once', async () => {
  const submit = vi.spyOn(runtime, 'submit').mockRejectedValue(new Error('the runtime is broken'));
  const process = await addProcess(platform, [{ service: 'copy' }]);
  const began = Date.now();
  await executions.execute(platform.organisation, process, platform.user);
  const sentence = expect.stringContaining(
    'The platform could not start it: the runtime is broken. It is tried again at 20',
  ) as string;
  // It is told while it waits, which grows from a second on: asked until one of these waits is met, after the second fault.
  await vi.waitFor(
    async () => {
      const { list } = await executions.list(platform.organisation, process, {});
      const [waits] = list;
      const tried = await only(waits!.id);
      expect(waits).toMatchObject({ waiting_for: 'retry', waiting_reason: sentence });
      expect(waits!.reasons).toMatchObject([{ code: 'retry', sentence }]);
      expect(tried).toMatchObject({ state: 'preparing', waiting_for: 'retry', reasons: waits!.reasons });
      const [again, faults, why] = tried.reasons![0]!.evidence;
      expect(faults).toEqual({ name: 'faults', value: expect.stringMatching(/^[2-9]$/), unit: 'count' });
      expect(why).toEqual({ name: 'why', value: 'the runtime is broken', unit: 'text' });
      expect(Date.parse(again!.value)).toBeGreaterThan(began + (2 ** Number(faults!.value) - 1) * 1000);
    },
    { timeout: 120_000, interval: 50 },
  );
  submit.mockRestore();
  await executionWhen(platform, executions, process, (one) => one.waiting_for === 'queue');
  await executions.stop(platform.organisation, process, platform.user);
  await executionWhen(platform, executions, process, ended);
});

test('a fault while it runs is told, and does not make it wait', async () => {
  const { execution, process } = await queued();
  const [job] = runtime.running();
  runtime.begin(job!.attemptId);
  await executionWhen(platform, executions, process, (one) => !one.waiting_for);
  const observe = vi.spyOn(runtime, 'observe').mockRejectedValue(new Error('the socket is closed'));
  runtime.report(job!.attemptId, 10);
  await vi.waitFor(
    async () =>
      expect(await only(execution)).toMatchObject({
        state: 'running',
        reasons: [
          { code: 'retry', sentence: expect.stringMatching(/not follow it: the socket is closed\. It/) },
        ],
      }),
    { timeout: 60_000, interval: 50 },
  );
  expect((await executions.get(platform.organisation, execution)).waiting_for).toBeUndefined();
  observe.mockRestore();
  runtime.end(job!.attemptId, 'well');
  expect(await executionWhen(platform, executions, process, ended)).toMatchObject({ success: true });
  expect(await only(execution)).toMatchObject({ reasons: null });
});

test('one that is tried again with more memory says so while it waits for that memory', async () => {
  const first = await queued('1', 3000);
  const [job] = runtime.running();
  const second = await queued('1', 3000);
  runtime.begin(job!.attemptId);
  runtime.end(job!.attemptId, 'outOfMemory');
  await executionWhen(platform, executions, first.process, (one) => one.waiting_for === 'memory');
  expect((await only(first.execution)).reasons).toMatchObject([
    { code: 'memory' },
    { code: 'again_out_of_memory', sentence: expect.stringContaining('tried again with 6000 MiB') },
  ]);
  for (const { process } of [first, second]) {
    await executions.stop(platform.organisation, process, platform.user);
    await executionWhen(platform, executions, process, ended);
  }
});

test('what the runtime can never run fails at once, with its words', async () => {
  const refusal = new RuntimeError('invalid_attempt', 'sbatch: Memory specification can not be satisfied');
  const submit = vi.spyOn(runtime, 'submit').mockRejectedValue(refusal);
  const process = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(platform.organisation, process, platform.user);
  const { id } = await executionWhen(platform, executions, process, ended);
  submit.mockRestore();
  expect(await only(id)).toMatchObject({
    exit_type: 'platform_error',
    reasons: [{ code: 'memory_on_no_node', next_whose: 'user' }],
  });
});

test('a component whose service no node has says so, and one whose node is silent', async () => {
  const { queries } = platform.database;
  const { execution } = await queued();
  const component = await only(execution);
  const alive = { heartbeat_at: sql`clock_timestamp()`, started_at: sql`clock_timestamp()` };
  const node = { id: nodeId, name: 'here', version: '1', store: 'folder', slots: 2, ...alive };
  await queries.insert(tables.nodes).values(node);
  // Another node reads what this one has left: it has been silent for a minute, and its lease runs out.
  await executions.close();
  await queries
    .update(tables.nodes)
    .set({ heartbeat_at: sql`clock_timestamp() - interval '1 minute'` })
    .where(eq(tables.nodes.id, nodeId));
  await queries
    .update(tables.processServiceExecutions)
    .set({ lease_until: sql`clock_timestamp() + interval '45 seconds'` })
    .where(eq(tables.processServiceExecutions.id, component.id));
  executions = await engine([]);
  expect((await only(execution)).reasons).toMatchObject([{ code: 'queue' }, { code: 'node_silent' }]);
  expect((await only(execution)).reasons![1]!.evidence[0]).toEqual({
    name: 'node',
    value: nodeId,
    unit: 'id',
  });
  await queries.update(tables.nodes).set(alive).where(eq(tables.nodes.id, nodeId));
  expect((await only(execution)).reasons).toMatchObject([{ code: 'queue' }]);
  executions.start();
  const process = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(platform.organisation, process, platform.user);
  const waits = await executionWhen(platform, executions, process, (one) => one.waiting_for === 'node');
  expect(waits.reasons).toMatchObject([{ code: 'node', next_whose: 'operator' }]);
  expect((await only(waits.id)).reasons).toEqual(waits.reasons);
  await executions.stop(platform.organisation, process, platform.user);
  await executionWhen(platform, executions, process, ended);
});
