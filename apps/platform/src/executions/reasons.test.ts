import { reasonTable } from '@fusion-platform/contract/reasons';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';

import { selectRows } from '../database/index.ts';
import type { Executions } from './index.ts';
import type { Step } from './testing/chain-services.ts';
import { startEngine } from './testing/start-engine.ts';
import { addProcess, addRegion, ended, executionWhen } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

/** Codes that no case of this file produces, and the tests that do. */
const elsewhere: Readonly<Record<string, string>> = {
  // Only a scheduled execution waits for credits, another is refused.
  credits: 'apps/platform/src/executions/run/schedules.long.test.ts',
  start_time: 'apps/platform/src/executions/run/schedules.long.test.ts',
  group: 'apps/platform/src/executions/run/groups.long.test.ts',
  slices: 'apps/platform/src/executions/run/groups.long.test.ts',
  slices_failed: 'e2e/reasons/seldom.long.test.ts',
  memory: 'e2e/reasons/seldom.long.test.ts',
  node: 'apps/platform/src/executions/queued.long.test.ts',
  node_silent: 'apps/platform/src/executions/queued.long.test.ts',
  queue: 'apps/platform/src/executions/queued.long.test.ts',
  unschedulable: 'e2e/reasons/slurm.long.test.ts',
  ended_outside: 'e2e/reasons/slurm.long.test.ts',
  memory_on_no_node: 'e2e/reasons/slurm.long.test.ts',
  image: 'e2e/reasons/containers.long.test.ts',
  staging: 'e2e/reasons/containers.long.test.ts',
  reuse_image: 'e2e/reasons/containers.long.test.ts',
  image_unavailable: 'e2e/reasons/containers.long.test.ts',
  reuse_description: 'e2e/reasons/reasons.long.test.ts',
  outcome_invalid: 'e2e/reasons/reasons.long.test.ts',
  cannot_start: 'e2e/reasons/reasons.long.test.ts',
  no_sandbox: 'e2e/reasons/reasons.long.test.ts',
  service_gone: 'e2e/reasons/reasons.long.test.ts',
  not_accepted: 'e2e/reasons/reasons.long.test.ts',
  retry: 'e2e/reasons/seldom.long.test.ts',
  analysis: 'apps/platform/src/executions/engine.test.ts',
  storage_exceeded: 'e2e/reasons/seldom.long.test.ts',
  lost: 'e2e/reasons/seldom.long.test.ts',
  platform_error: 'e2e/reasons/host-paths.long.test.ts',
  again_lost: 'e2e/reasons/seldom.long.test.ts',
};

/** Lasts from a wake to a claim. */
const tooShort = ['turn'];

let platform: TestPlatform;
let executions: Executions;
const seen = new Set<string>();

beforeAll(async () => {
  const started = await startEngine({ stopDelaySeconds: 0, resyncSeconds: 0.5, slots: 1 });
  ({ platform, executions } = started);
  return started.close;
});

async function reasonsOf(executionId: string) {
  const { list } = await executions.components(platform.organisation, executionId, {});
  const execution = await executions.get(platform.organisation, executionId);
  for (const { code } of [execution, ...list].flatMap(({ reasons }) => reasons ?? [])) seen.add(code);
  return { execution, components: list };
}

async function run(steps: readonly Step[], options: Parameters<typeof addProcess>[2] = {}) {
  const process = await addProcess(platform, steps, options);
  await executions.execute(platform.organisation, process, platform.user);
  const { id } = await executionWhen(platform, executions, process, ended);
  return await reasonsOf(id);
}

test('a service that fails gives its exit code, and the sentence of the reason is that of abort_reason', async () => {
  const { execution, components } = await run([{ service: 'moody', options: { refused: 1 } }]);
  expect(components[0]!.reasons).toMatchObject([
    { code: 'service_error', kind: 'failing', sentence: components[0]!.abort_reason, next_whose: 'user' },
  ]);
  expect(components[0]!.reasons![0]!.evidence).toContainEqual({
    name: 'exit_type',
    value: 'refused',
    unit: 'text',
  });
  expect(execution.reasons).toMatchObject([{ code: 'component_failed', sentence: execution.abort_reason }]);
});

test('a component out of memory gives its limit, and each attempt before the last why there was another', async () => {
  const { components } = await run([{ service: 'moody', options: { hungry_mb: 1200 } }]);
  const reasons = components[0]!.reasons!;
  expect(reasons[0]).toMatchObject({
    code: 'again_out_of_memory',
    sentence: 'Attempt 1 ran out of its 256 MiB of memory: tried again with 512 MiB',
  });
  const last = reasons.at(-1)!;
  expect(last).toMatchObject({ code: 'out_of_memory', sentence: components[0]!.abort_reason });
  expect(last.evidence).toContainEqual({
    name: 'limit',
    value: String(components[0]!.memory),
    unit: 'MB',
  });
});

test('a fault that does not pass gives its attempts', async () => {
  const { components } = await run([{ service: 'moody', options: { transient: 9 } }], {
    parts: { retries: { transient: 1 } },
  });
  expect(components[0]!.reasons).toMatchObject([{ code: 'again_transient' }, { code: 'transient' }]);
  expect(components[0]!.reasons![1]!.evidence).toContainEqual({
    name: 'attempts',
    value: '2',
    unit: 'count',
  });
});

test('a command that is not there, a signal, outputs that are missing and an input that is gone have codes of their own', async () => {
  const absent = await run([{ service: 'copy' }], { parts: { command: ['no-such-command'] } });
  expect(absent.components[0]!.reasons).toMatchObject([{ code: 'command_not_found' }]);
  expect(absent.components[0]!.reasons![0]!.evidence).toContainEqual({
    name: 'command',
    value: 'no-such-command',
    unit: 'text',
  });
  const command = ['node', '-e', 'process.kill(process.pid, "SIGABRT"); setInterval(() => 0, 1000)'];
  const killed = await run([{ service: 'copy' }], { parts: { command } });
  expect(killed.components[0]).toMatchObject({
    exit_type: 'service_error',
    reasons: [{ code: 'signalled' }],
  });
  const empty = await run([{ service: 'no-output' }]);
  expect(empty.components[0]).toMatchObject({ exit_type: 'no_output', reasons: [{ code: 'no_output' }] });
  expect(empty.components[0]!.reasons![0]!.evidence).toContainEqual({
    name: 'missing',
    value: 'output 1 (Result)',
    unit: 'text',
  });
});

test('an input whose bytes are gone is named', async () => {
  const { data, objects, events } = platform.parts;
  const region = await addRegion(data, events, platform.organisation, -4.25);
  const process = await addProcess(platform, [{ service: 'copy' }], { inputs: region });
  const [file] = await data.filesForJob(platform.database.queries, region, 'GeoJSON');
  await objects.remove(file!.objectKey);
  await executions.execute(platform.organisation, process, platform.user);
  const { id } = await executionWhen(platform, executions, process, ended);
  const { components } = await reasonsOf(id);
  expect(components[0]).toMatchObject({
    exit_type: 'platform_error',
    reasons: [{ code: 'input_unavailable', sentence: components[0]!.abort_reason, next_whose: 'operator' }],
  });
  expect(components[0]!.reasons![0]!.evidence).toContainEqual({
    name: 'file',
    value: 'inputs/1/region.geojson',
    unit: 'text',
  });
});

test('one that took too long and one that was not reused say so', async () => {
  const resources = { cpu: 1, memory_mb: 256, storage_gb: 1, timeout_seconds: 1 };
  const late = await run([{ service: 'endless' }], { parts: { resources } });
  expect(late.components[0]!.reasons).toMatchObject([{ code: 'timed_out' }]);
  expect(late.components[0]!.reasons![0]!.evidence.map(({ name }) => name)).toEqual(['ran', 'limit']);
  const fresh = await run([{ service: 'moody', options: { warn: true } }], { fields: { reuse: true } });
  expect(fresh.components[0]!.reasons).toMatchObject([
    { code: 'not_reused', sentence: fresh.components[0]!.reuse_note },
  ]);
});

test('one that was not reused says which of its keys is another than at the nearest earlier execution', async () => {
  const fields = { reuse: true };
  const at = (name: string) => `https://ada:whisper@data.example/${name}.tif?signature=whisper`;
  const once = {
    service: 'moody',
    options: { warn: true, api_token: 'hush-1', address: at('first') },
  } as const;
  const process = await addProcess(platform, [once], { fields });
  const execute = async (id: string) => {
    await executions.execute(platform.organisation, id, platform.user);
    const { id: execution } = await executionWhen(platform, executions, id, ended);
    return (await reasonsOf(execution)).components[0]!;
  };
  const first = await execute(process);
  expect(first.reasons).toMatchObject([{ code: 'not_reused' }]);
  expect((await execute(process)).reused_from).toBe(first.id);
  const { processes, data } = platform.parts;
  const { options, inputs, service_id } = await processes.get(platform.organisation, process);
  const another = async (
    changed: Readonly<Record<string, string>>,
    region?: string,
    service = service_id!,
  ) => {
    const { id } = await processes.create(platform.organisation, platform.user, {
      name: 'Another',
      service_id: service,
      inputs: inputs!.map((input) => ({ ...input, ...(region ? { id: region } : {}) })),
      options: options!.map((option) => ({ ...option, value: changed[option.name] ?? option.value })),
      ...fields,
    });
    return await execute(id!);
  };
  const second = await another({ warn: 'false', api_token: 'hush-2', address: at('second') });
  const [address, ...own] = second.reasons!.slice(1);
  expect(address?.sentence).toBe(
    'Option address was https://data.example/first.tif and is https://data.example/second.tif',
  );
  expect(own).toMatchObject([
    { code: 'reuse_option', sentence: 'Option api_token, a secret, has another value' },
    { code: 'reuse_option', sentence: 'Option warn was true and is false', kind: 'not_reused' },
  ]);
  expect(own[1]!.evidence).toEqual([
    { name: 'earlier', value: first.id, unit: 'id' },
    { name: 'option', value: 'warn', unit: 'text' },
    { name: 'was', value: 'true', unit: 'text' },
    { name: 'now', value: 'false', unit: 'text' },
  ]);
  expect(JSON.stringify(second)).not.toMatch(/hush/);
  expect(JSON.stringify(second.reasons)).not.toMatch(/whisper/);
  const elsewhereOn = await addRegion(data, platform.events, platform.organisation, -4.27);
  const third = await another({ warn: 'false', api_token: 'hush-2', address: at('second') }, elsewhereOn);
  expect(third.reasons!.slice(1)).toMatchObject([
    { code: 'reuse_input', sentence: 'Input 1 holds other data' },
    { code: 'reuse_region' },
  ]);
  expect(third.reasons![1]!.evidence).toContainEqual({ name: 'now', value: elsewhereOn, unit: 'id' });
  // A second version of the service, which is otherwise the same.
  const written = join(platform.folder, 'services', first.ssd_id!, 'service.yaml');
  const description = (await readFile(written, 'utf8')).replace('version: 1', 'version: 2');
  const newer = randomUUID();
  await writeFile(written, description.replace(service_id!, newer));
  await platform.parts.catalogue.load([join(platform.folder, 'services')], platform.organisation);
  const fourth = await another(
    { warn: 'false', api_token: 'hush-2', address: at('second') },
    elsewhereOn,
    newer,
  );
  // Nothing else differs: a service that runs in its folder has no image.
  expect(fourth.reasons!.slice(1)).toMatchObject([
    { code: 'reuse_service', sentence: 'Its service ran in version 1, and this is version 2' },
  ]);
});

test('what waits for a component or a slot says so as data, and what was stopped that it was', async () => {
  const first = await addProcess(platform, [{ service: 'endless' }, { service: 'copy', after: 0 }]);
  await executions.execute(platform.organisation, first, platform.user);
  const running = await executionWhen(platform, executions, first, ({ waiting_for }) => !waiting_for);
  const { components } = await reasonsOf(running.id);
  expect(components[1]!.reasons).toMatchObject([
    { code: 'component', sentence: components[1]!.waiting_reason },
  ]);
  const second = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(platform.organisation, second, platform.user);
  const waits = await executionWhen(
    platform,
    executions,
    second,
    ({ waiting_for }) => waiting_for === 'slot',
  );
  await reasonsOf(waits.id);
  expect(waits.reasons).toMatchObject([{ code: 'slot', sentence: waits.waiting_reason }]);
  expect(waits.reasons![0]!.evidence).toContainEqual({ name: 'slots', value: '1', unit: 'count' });
  await executions.stop(platform.organisation, first, platform.user);
  const stopped = await executionWhen(platform, executions, first, ended);
  const after = await reasonsOf(stopped.id);
  const [user] = await selectRows<{ name: string }>(
    platform.database.queries,
    sql`select given_name || ' ' || family_name as name from users where id = ${platform.user}`,
  );
  for (const { reasons } of [after.execution, ...after.components]) {
    expect(reasons).toMatchObject([{ code: 'stopped', sentence: `${user!.name} stopped it` }]);
    expect(reasons![0]!.evidence).toContainEqual({ name: 'by', value: platform.user, unit: 'id' });
    expect(reasons![0]!.evidence).toContainEqual({ name: 'name', value: user!.name, unit: 'text' });
  }
  const { list } = await executions.list(platform.organisation, first, {});
  expect(list[0]!.reasons).toEqual(after.execution.reasons);
  const { queries } = platform.database;
  // Of one who gave no name, the address.
  const [{ email } = { email: '' }] = await selectRows<{ email: string }>(
    queries,
    sql`update users set given_name = '-', family_name = '-' where id = ${platform.user} returning email`,
  );
  const nameless = (await reasonsOf(stopped.id)).execution.reasons!;
  expect(nameless).toMatchObject([{ sentence: `${email} stopped it` }]);
  // Of one who is no member, what it did is known, not its name.
  await queries.execute(sql`create table kept as select * from memberships`);
  await queries.execute(sql`delete from memberships`);
  const foreign = (await reasonsOf(stopped.id)).execution.reasons!;
  await queries.execute(sql`insert into memberships select * from kept`);
  await queries.execute(sql`drop table kept`);
  expect(foreign).toMatchObject([{ sentence: stopped.abort_reason }]);
  expect(foreign[0]!.evidence.map(({ name }) => name)).toEqual(['execution', 'at', 'by']);
  await executionWhen(platform, executions, second, ended);
});

test('a component that ends because another failed says so', async () => {
  const { components } = await run([
    { service: 'moody', options: { refused: 1 } },
    { service: 'copy', after: 0 },
  ]);
  expect(components[1]!.reasons).toMatchObject([{ code: 'cancelled' }]);
});

test('all codes are produced here, or by the tests that are named', async () => {
  expect([...seen, ...tooShort, ...Object.keys(elsewhere)].toSorted()).toEqual(
    Object.keys(reasonTable).toSorted(),
  );
  const root = join(import.meta.dirname, '../../../..');
  for (const [code, path] of Object.entries(elsewhere))
    expect(await readFile(join(root, path), 'utf8'), `${path} of ${code}`).toContain(`'${code}'`);
});
