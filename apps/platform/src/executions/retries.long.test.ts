import { Decimal } from 'decimal.js';
import { beforeAll, expect, test } from 'vitest';

import type { Executions } from './index.ts';
import { storageId } from './run/index.ts';
import { writeDispatcher } from './testing/chain-services.ts';
import type { Step } from './testing/chain-services.ts';
import { startEngine } from './testing/start-engine.ts';
import { addProcess, creditsOf, ended, executionWhen, runWhen } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;

beforeAll(async () => {
  const started = await startEngine({ stopDelaySeconds: 0, resyncSeconds: 0.5 });
  ({ platform, executions } = started);
  return started.close;
});

async function run(steps: readonly Step[], options: Parameters<typeof addProcess>[2] = {}) {
  const process = await addProcess(platform, steps, options);
  await executions.execute(platform.organisation, process, platform.user);
  const execution = await executionWhen(platform, executions, process, ended);
  return { process, execution, components: await componentsOf(execution.id) };
}

const componentsOf = async (id: string) => (await executions.components(platform.organisation, id, {})).list;
const attemptsOf = async (id: string) => (await executions.attempts(platform.organisation, id, {})).list;
const logOf = async (id: string, attempt?: number) =>
  (
    await executions.logs(
      platform.organisation,
      id,
      attempt ? { filters: [{ field: 'attempt', modifier: 'eq', value: String(attempt) }] } : {},
    )
  ).list.map(({ message }) => message);

test('a component that met a passing fault is tried again, and each attempt keeps its log', async () => {
  const { execution, components } = await run([{ service: 'moody', options: { transient: 2 } }]);
  expect(execution).toMatchObject({ success: true });
  const attempts = await attemptsOf(components[0]!.id);
  expect(attempts).toMatchObject([
    { number: 1, exit_type: 'transient', reason: 'The archive does not answer', exit_code: 1 },
    { number: 2, exit_type: 'transient', exit_code: 1 },
    { number: 3, exit_code: 0 },
  ]);
  expect(attempts.every(({ metrics }) => metrics!.length > 0)).toBe(true);
  expect(await logOf(components[0]!.id, 2)).toEqual([
    'Attempt 2 with 256 MB',
    expect.stringMatching(
      /^\[platform\] The archive does not answer\. It is tried again in 1 s\.$/,
    ) as string,
  ]);
});

test('a passing fault that does not pass fails, and says how often it was tried', async () => {
  const { execution } = await run([{ service: 'moody', options: { transient: 9 } }], {
    parts: { retries: { transient: 1 } },
  });
  expect(execution).toMatchObject({
    success: false,
    exit_type: 'transient',
    abort_reason: 'moody: The archive does not answer (tried 2 times)',
  });
});

test("a service's own refusal is not tried again", async () => {
  const { components } = await run([{ service: 'moody', options: { refused: 1 } }]);
  expect(components[0]).toMatchObject({
    state: 'failed',
    exit_type: 'refused',
    abort_reason: 'There is nothing to be had',
    charged: 0,
  });
  expect(await attemptsOf(components[0]!.id)).toHaveLength(1);
});

test('a component that ran out of memory is tried again with twice as much', async () => {
  const { execution, components } = await run([{ service: 'moody', options: { hungry_mb: 320 } }]);
  expect(await attemptsOf(components[0]!.id)).toMatchObject([
    { number: 1, memory: 256, exit_type: 'out_of_memory' },
    { number: 2, memory: 512 },
  ]);
  expect(components[0]!.memory).toBe(512);
  expect(execution.success).toBe(true);
});

test('a failed execution is executed again from the component that failed, and what succeeded is not paid twice', async () => {
  const before = new Decimal(await creditsOf(platform));
  const { process, execution, components } = await run([
    { service: 'copy' },
    { service: 'moody', options: { refused: 1 }, after: 0 },
    { service: 'gather', after: 1 },
  ]);
  expect(execution).toMatchObject({ success: false, charged: 0 });
  expect(components.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'stopped']);
  await executions.retry(platform.organisation, execution.id, platform.user);
  const again = await executionWhen(platform, executions, process, ended);
  expect(again).toMatchObject({ id: execution.id, success: true, charged: 2.5 });
  expect(again.abort_reason ?? null).toBeNull();
  const mended = await componentsOf(execution.id);
  expect(mended.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(mended[0]!.ended_at).toBe(components[0]!.ended_at);
  expect(mended[1]!.outputs).toHaveLength(1);
  expect(before.minus(await creditsOf(platform)).toString()).toBe('2.5');
});

test('a component that is stopped while it runs costs its share by progress, and the rest is given back', async () => {
  const before = new Decimal(await creditsOf(platform));
  const steps: Step[] = [{ service: 'sleepy', options: { seconds: 60 } }, { service: 'sleepy' }];
  const process = await addProcess(platform, steps, { price: '7', parts: { charge_expression_owner: '1' } });
  await executions.execute(platform.organisation, process, platform.user);
  const { id, price } = await executionWhen(platform, executions, process, ({ progress }) => progress >= 2);
  await executions.stop(platform.organisation, process, platform.user);
  const execution = await executionWhen(platform, executions, process, ended);
  const components = await componentsOf(id);
  const shares = components.map((one) => {
    if (one.success) return new Decimal(one.price!);
    const begun = one.started_at ? one.progress! : 0;
    return new Decimal(one.price!).times(begun).dividedBy(100).toDecimalPlaces(6, Decimal.ROUND_DOWN);
  });
  expect(components.map(({ charged }) => charged)).toEqual(shares.map(Number));
  const sum = Decimal.sum(...shares);
  expect(sum.greaterThan(0) && sum.lessThan(price!)).toBe(true);
  expect(execution.charged).toBe(sum.toNumber());
  expect(before.minus(await creditsOf(platform)).toString()).toBe(sum.toString());
});

test('what a service says of a success is a warning', async () => {
  const { execution, components } = await run([{ service: 'moody', options: { warn: true } }]);
  expect(execution).toMatchObject({ success: true, abort_reason: 'moody: Some of it is guessed' });
  expect(components[0]).toMatchObject({ success: true, abort_reason: 'Some of it is guessed' });
});

test('a component takes over the outputs of an equal one at no charge, where its process asks for it', async () => {
  const first = await run([{ service: 'moody' }]);
  const service = await platform.parts.processes.get(platform.organisation, first.process);
  const create = async (reuse: boolean) => {
    const template = await platform.parts.processes.copyTemplate(platform.organisation, first.process);
    const { id } = await platform.parts.processes.create(platform.organisation, platform.user, {
      ...template,
      name: 'Again',
      reuse,
    } as never);
    await executions.execute(platform.organisation, id!, platform.user);
    const execution = await executionWhen(platform, executions, id!, ended);
    return { execution, component: (await componentsOf(execution.id))[0]! };
  };
  expect(service.reuse).toBeNull();
  const before = new Decimal(await creditsOf(platform));
  const reused = await create(true);
  expect(reused.component).toMatchObject({
    success: true,
    reused_from: first.components[0]!.id,
    reuse_note: `The outputs of component ${first.components[0]!.id} are taken over`,
    charged: 0,
  });
  expect(before.toString()).toBe(new Decimal(await creditsOf(platform)).toString());
  const sums = async (id: string) =>
    (await platform.parts.data.listFiles(platform.organisation, id, {})).list.map(({ size, file_name }) => [
      file_name,
      size,
    ]);
  expect(await sums(reused.component.outputs![0]!)).toEqual(await sums(first.components[0]!.outputs![0]!));
  // The outputs are its own: they stay when those of the first go.
  await executions.removeProcess(
    platform.organisation,
    first.process,
    platform.user,
    new AbortController().signal,
  );
  expect(await sums(reused.component.outputs![0]!)).toHaveLength(1);
  const ran = await create(false).catch((error: unknown) => error);
  expect(ran).toBeInstanceOf(Error);
});

test('a component whose process asks for reuse says why it took nothing over', async () => {
  const { components } = await run([{ service: 'moody', options: { warn: true } }], {
    fields: { reuse: true },
  });
  expect(components[0]!.reused_from ?? null).toBeNull();
  expect(components[0]!.reuse_note).toMatch(/^Nothing is taken over: no component/);
});

test('what a service stores is there again in the next run of its process, under the id that clients know', async () => {
  const process = await addProcess(platform, [{ service: 'moody', options: { count: true } }]);
  for (const count of [1, 2, 3]) {
    await expect
      .poll(
        async () =>
          (await platform.parts.processes.load(platform.database.queries, platform.organisation, process))
            .process_status,
      )
      .not.toBe('execute');
    await executions.execute(platform.organisation, process, platform.user);
    const all = await runWhen(platform, executions, process, count);
    const logs = await Promise.all(all.map(async ({ id }) => await logOf((await componentsOf(id))[0]!.id)));
    expect(logs.flat().filter((line) => line?.startsWith('Count'))).toContain(`Count ${count}`);
  }
  const { list } = await executions.list(platform.organisation, process, {});
  const { service_id } = (await componentsOf(list[0]!.id))[0]!;
  const { ssdId } = await platform.parts.catalogue.manifest(platform.database.queries, service_id);
  const id = storageId(process, null, null, ssdId, 0);
  expect((await platform.parts.data.listFiles(platform.organisation, id, {})).list).toMatchObject([
    { file_name: 'storage.tar.gz', file_type: 'GZIP' },
  ]);
  await executions.removeProcess(platform.organisation, process, platform.user, new AbortController().signal);
  await expect(platform.parts.data.get(platform.organisation, id)).rejects.toThrow(/no data item/);
});

const secret = (value: string, more: Record<string, string> = {}) => [
  { name: 'secret_key', value },
  ...Object.entries(more).map(([name, text]) => ({ name, value: text })),
];

async function dispatching(
  options: readonly object[],
  parts: Record<string, unknown> = {},
  dispatcher: Record<string, unknown> = {},
) {
  const folder = `${platform.folder}/services`;
  const ssd_id = await writeDispatcher(folder, parts);
  await platform.parts.catalogue.load([folder], platform.organisation);
  return await run([{ service: 'copy' }, { service: 'moody', after: 0 }], {
    fields: { dispatchers: [{ ssd_id, name: 'Post', options, ...dispatcher }] as never },
  });
}

test('a dispatcher sends the outputs of what makes a result, tried again on a passing fault, and says what went where', async () => {
  const { process, execution, components } = await dispatching(secret('right', { transient: '1' }));
  expect(execution).toMatchObject({ success: true });
  expect(components.map(({ name, kind }) => [name, kind])).toEqual([
    ['copy', 'service'],
    ['moody', 'service'],
    ['post', 'dispatch'],
  ]);
  expect(components[2]).toMatchObject({
    success: true,
    intermediate: true,
    dispatched: [{ file: 'moods.csv', to: 'nowhere://moody/moods.csv', size: expect.any(Number) as number }],
  });
  expect(components[2]!.options).toMatchObject([{ name: 'secret_key', value: '********' }, {}]);
  expect(await attemptsOf(components[2]!.id)).toHaveLength(2);
  expect(await logOf(components[2]!.id)).toContain('Recipients: ada@example.com');
  const shown = await platform.parts.processes.get(platform.organisation, process);
  expect(JSON.stringify(shown)).not.toContain('right');
});

test('a dispatcher that is refused leaves the execution a success, with a warning', async () => {
  const { execution, components } = await dispatching(secret('wrong'));
  expect(execution).toMatchObject({
    success: true,
    abort_reason: 'post could not send the outputs: The key is wrong',
  });
  expect(components[2]).toMatchObject({ success: false, exit_type: 'refused' });
});

test('a dispatcher sends intermediate outputs where it is asked to, and nothing where its condition does not hold', async () => {
  const { components } = await dispatching(
    secret('right'),
    { condition: "input_1_file_1_lines == 2 and dispatching_service_name == 'moody' and inputs == 1" },
    { dispatch_intermediate: true },
  );
  const sent = components.filter(({ kind }) => kind === 'dispatch');
  expect(sent.map(({ exit_type, dispatched }) => [exit_type ?? null, dispatched?.length ?? 0])).toEqual([
    ['skipped', 0],
    [null, 1],
  ]);
  expect(sent[0]!.abort_reason).toMatch(/^Nothing is sent: the condition .* does not hold$/);
});

/** What a run took of the organisation's credits, and what its rows say of it. */
async function costOf(go: () => Promise<Awaited<ReturnType<typeof run>>>) {
  const before = new Decimal(await creditsOf(platform));
  const { process, execution, components } = await go();
  const { price } = await platform.parts.processes.get(platform.organisation, process);
  return {
    process,
    execution,
    priced: [price, execution.price],
    dispatches: components.filter(({ kind }) => kind === 'dispatch').map((one) => [one.price, one.charged]),
    taken: before.minus(await creditsOf(platform)).toNumber(),
  };
}
const charges = {
  charge_expression_platform: '5',
  charge_expression_owner: '1.5 if transient is None else 2.5',
};

test('a dispatcher is charged once for what it sends, tried again or not, and not for what it does not send', async () => {
  const sent = await costOf(async () => await dispatching(secret('right'), charges));
  expect(sent).toMatchObject({ priced: [9, 9], dispatches: [[6.5, 6.5]], taken: 9 });
  const again = await costOf(async () => await dispatching(secret('right', { transient: '1' }), charges));
  expect(again).toMatchObject({ priced: [10, 10], dispatches: [[7.5, 7.5]], taken: 10 });
  const refused = await costOf(async () => await dispatching(secret('wrong'), charges));
  expect(refused).toMatchObject({ priced: [9, 9], dispatches: [[6.5, 0]], taken: 2.5 });
});

test('the charge of a dispatcher is shared among all that it sends in a run', async () => {
  const parts = { ...charges, condition: "dispatching_service_name == 'moody'" };
  const both = await costOf(
    async () => await dispatching(secret('right'), parts, { dispatch_intermediate: true }),
  );
  expect(both).toMatchObject({ priced: [9, 9], taken: 5.75 });
  expect(both.dispatches).toEqual([
    [3.25, 0],
    [3.25, 3.25],
  ]);
});

test('a dispatcher of a run that failed is charged when the run is executed again, and once', async () => {
  const folder = `${platform.folder}/services`;
  const ssd_id = await writeDispatcher(folder, charges);
  await platform.parts.catalogue.load([folder], platform.organisation);
  const fields = { dispatchers: [{ ssd_id, name: 'Post', options: secret('right') }] as never };
  const failed = await costOf(
    async () => await run([{ service: 'moody', options: { refused: 1 } }], { fields }),
  );
  expect(failed).toMatchObject({ execution: { success: false }, dispatches: [[6.5, 0]], taken: 0 });
  const mended = await costOf(async () => {
    await executions.retry(platform.organisation, failed.execution.id, platform.user);
    const execution = await executionWhen(platform, executions, failed.process, ({ success }) => success);
    return { process: failed.process, execution, components: await componentsOf(execution.id) };
  });
  expect(mended).toMatchObject({ dispatches: [[6.5, 6.5]], taken: 9 });
});
