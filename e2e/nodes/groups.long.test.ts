import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { askServer } from '../../apps/platform/src/testing/ask-server.ts';
import type { Asking } from '../../apps/platform/src/testing/ask-server.ts';
import { logIn, until } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { readEvents } from '../support/events.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { openNodes } from '../support/nodes.ts';
import type { Nodes } from '../support/nodes.ts';
import { email, password } from '../support/platform.ts';
import { postgresqlPrograms } from '../support/postgresql.ts';
import { missingForS3 } from '../support/s3.ts';
import { writeService } from '../support/service.ts';

const programs = await postgresqlPrograms();
const missing = programs ? await missingForS3() : 'PostgreSQL not installed';
const slots = 4;

/** Writes which slice it was, after so many seconds of telling how far it is. */
const sliceProgram = `
  import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
  import { setTimeout as wait } from 'node:timers/promises';
  const { options, execution } = JSON.parse(readFileSync('job.json', 'utf8'));
  for (let step = 1; step <= 10; step += 1) {
    await wait(options.seconds * 100);
    writeFileSync('status.json.partial', JSON.stringify({ progress: step * 10 }));
    renameSync('status.json.partial', 'status.json');
    console.log('Step ' + step);
  }
  mkdirSync('outputs/1', { recursive: true });
  writeFileSync('outputs/1/slice.csv', 'slice\\n' + execution.group_index + '\\n');
`;
const gather = 'c0bcc7d8-0aa8-5745-9ffb-bbdfc06c7b1c';
const ssd = '0d4e3c0e-6f9b-4c1f-9a43-9b7d1b1f4b11';

async function writeSliced(folder: string): Promise<void> {
  await writeService(folder, {
    name: 'Slow slice',
    ssd_id: ssd,
    inputs: [{ number: 1, file_type: 'GeoJSON' }],
    outputs: [{ number: 1, name: 'Slice', file_type: 'CSV' }],
    options: [{ name: 'seconds', data_type: 'numeric', value: 3 }],
    resources: { cpu: 0.5, memory_mb: 128, storage_gb: 1 },
    slicing: { maximum_area_km2: 0.1 },
    group_aggregators: [{ aggregator_ssd_id: gather, output_ssd_id: ssd, outputs: [1] }],
    charge_expression_platform: '1',
  });
  await writeFile(join(folder, 'slow-slice', 'main.mjs'), sliceProgram);
}

type Json = Record<string, unknown>;

describe.skipIf(missing)(`groups on two platforms (${missing ?? 'all there'})`, () => {
  let nodes: Nodes;
  let session: Session;
  let region: string;
  let database: Asking;
  const on = (name: string): Flow => flow(nodes.running.get(name)!.url, session);

  beforeAll(async () => {
    nodes = await openNodes(programs!, { slots, prepare: writeSliced });
    const first = await nodes.start('first');
    session = await logIn(first.url, email, password);
    ({ id: region } = await on('first').upload(JSON.stringify(square)));
    database = await askServer(nodes.databaseUrl);
  });
  afterAll(async () => {
    await database?.close();
    await nodes?.close();
  });

  const nodeOf = async (name: string): Promise<string> => {
    const rows = await database.query<{ id: string }>('select id from nodes where address = $1', [
      nodes.running.get(name)!.url,
    ]);
    return rows[0]!.id;
  };
  const attempts = async (process: Json) => {
    const rows = await database.query<{ component: string; node: string; state: string; at: string }>(
      `select a.component_id as component, a.node_id as node, a.state, c.state as at
        from component_attempts a join process_service_executions c on c.id = a.component_id
        where c.process_id = $1 order by a.component_id, a.number`,
      [process['id']],
    );
    return rows;
  };
  const executionsOf = async (steps: Flow, process: Json): Promise<Json[]> =>
    await steps.list(`/processes/${String(process['id'])}/executions?limit=100`);

  /** Runs a region in slices. @returns its process, once it has ended, and how many seconds that took */
  async function runGroup(name: string, seconds: number, meanwhile: (process: Json) => Promise<void>) {
    const process = await on(name).process('Slow slice', region, { seconds: String(seconds) });
    const before = await on(name).credits();
    const begun = performance.now();
    await on(name).execute(process);
    await meanwhile(process);
    const ended = await until('the group', 500, async () => {
      const value = await executionsOf(on('first'), process);
      return { done: value.every(({ progress }) => progress === 100), value };
    });
    const took = (performance.now() - begun) / 1000;
    await expectWhole(process, ended, before);
    return { process, took, slices: ended.length - 1 };
  }

  /** Nothing is lost, nothing succeeded twice, and it cost its price. */
  async function expectWhole(process: Json, executions: readonly Json[], before: number): Promise<void> {
    const slices = executions.filter(({ role }) => role === 'slice');
    expect(slices.length).toBeGreaterThan(slots * 2);
    expect(executions.filter(({ success }) => success !== true)).toEqual([]);
    const aggregator = executions.find(({ role }) => role === 'aggregator')!;
    const [component] = await on('first').components(String(aggregator['id']));
    const [output] = component!['outputs'] as string[];
    const [file] = await on('first').list(`/data/${output!}/files`);
    const text = Buffer.from(await on('first').download(output!, file!)).toString();
    expect(text.trimEnd().split('\n')).toEqual(['slice', ...slices.map((_, index) => String(index))]);
    expect(before - (await on('first').credits())).toBeCloseTo(Number(process['price']), 6);
    const ended = (await attempts(process)).filter(({ state }) => state === 'ended');
    expect(new Set(ended.map(({ component: id }) => id)).size).toBe(ended.length);
    expect(ended).toHaveLength(executions.length);
  }

  test('both take part in one group, and its parts are put together', async () => {
    const nothing = async (): Promise<void> => undefined;
    const alone = await runGroup('first', 3, nothing);
    await nodes.start('second');
    const together = await runGroup('first', 3, nothing);
    expect(new Set((await attempts(together.process)).map(({ node }) => node)).size).toBe(2);
    console.log(
      `a group of ${alone.slices} slices of 3 s, ${slots} slots a node, both on one machine of 2 cores: one node ${alone.took.toFixed(1)} s, two ${together.took.toFixed(1)} s, ratio ${(alone.took / together.took).toFixed(2)}`,
    );
  });

  test('shows on one node what the other runs, as it happens', async () => {
    const second = await nodeOf('second');
    const made: Json[] = [];
    // More than one node has slots for.
    for (let index = 0; index <= slots; index += 1)
      made.push(await on('first').process('Sleepy', region, { seconds: '20' }));
    const executions = await Promise.all(made.map(async (process) => await on('first').execute(process)));
    const followed = await until('a component on the other node', 300, async () => {
      for (const [index, process] of made.entries()) {
        const [attempt] = await attempts(process);
        if (attempt?.node === second && attempt.at === 'running')
          return { done: true, value: { component: attempt.component, execution: executions[index]! } };
      }
      return { done: false, value: undefined };
    });
    const { component, execution } = followed!;
    const { url } = nodes.running.get('first')!;
    const seen = { progress: new Set<unknown>(), samples: new Set<number>(), logs: 0, late: [] as number[] };
    const follow = async (): Promise<void> => {
      for await (const { event, model } of readEvents(
        url,
        session,
        `/process_executions/${execution}/events`,
      ))
        if (event === 'component') {
          seen.progress.add(model['progress']);
          seen.samples.add((model['metrics'] as unknown[]).length);
        }
    };
    const followLogs = async (): Promise<void> => {
      let isNew = false;
      const path = `/process_service_executions/${component}/logs/events`;
      for await (const { event, model } of readEvents(url, session, path)) {
        if (event !== 'log') continue;
        seen.logs += 1;
        const late = Date.now() - Date.parse(String(model['logged_at']));
        // Those from before it was listened to come first.
        isNew ||= late < 1000;
        if (isNew) seen.late.push(late);
      }
    };
    await Promise.all([follow(), followLogs()]);
    const late = seen.late.toSorted((a, b) => a - b);
    console.log(
      `a component of 20 s on the other node: ${seen.progress.size} values of progress, ${seen.samples.size} of its number of samples; log records seen after ${late[Math.floor(late.length / 2)]} ms at the median, ${late.at(-1)} ms at most`,
    );
    // What looks only now and then, without being told, sees two or three.
    expect(seen.progress.size).toBeGreaterThan(10);
    expect(seen.samples.size).toBeGreaterThan(2);
    expect(seen.logs).toBe(100);
    for (const each of executions) expect(await on('second').ended(each)).toMatchObject({ success: true });
  });

  test('what a node ran that does not come back ends on the other, once its lease is over', async () => {
    const [first, second] = [await nodeOf('first'), await nodeOf('second')];
    const { process, took } = await runGroup('second', 6, async (begun) => {
      await until('components on both nodes', 300, async () => {
        const running = (await attempts(begun)).filter(({ at }) => at === 'running');
        const value = new Set(running.map(({ node }) => node)).size;
        return { done: value === 2, value };
      });
      await nodes.kill('second');
    });
    const all = await attempts(process);
    const lost = all.filter(({ node, state }) => node === second && state === 'gone');
    expect(lost.length).toBeGreaterThan(0);
    for (const { component } of lost)
      expect(all.filter((attempt) => attempt.component === component)).toMatchObject([
        { node: second, state: 'gone' },
        { node: first, state: 'ended' },
      ]);
    console.log(
      `a node killed for good: ${lost.length} components taken over by the other, the group ended after ${took.toFixed(1)} s`,
    );
  });
});
