import { exampleRegions, login, NotFoundError } from 'fusion-platform';
import type { Organisation } from 'fusion-platform';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startRun } from '../dashboard/stage.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let organisation: Organisation;
let group: string;
let talk: string;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '0',
  });
  const { user } = await login({ apiUrl: platform.url, email, password, pollInterval: 200 });
  organisation = (await user.organisations().first())!;
  const { id: region } = await organisation.createData({
    name: 'Glasgow',
    fileType: 'GeoJSON',
    files: [exampleRegions.glasgow],
    wait: true,
  });
  group = await startRun(organisation, 'Moody', {
    region,
    name: 'Group',
    values: { bad_slice: '2' },
    wait: true,
  });
  talk = await startRun(organisation, 'Chatty', {
    region,
    name: 'Talk',
    values: { records: '2500' },
    wait: true,
  });
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

test('a group is one run, told with how many of it stand how and why the first failed', async () => {
  const runs = await organisation.runs().toArray();
  expect(runs.map(({ id, state, count }) => [id, state, count])).toEqual([
    [talk, 'succeeded', 1],
    [group, 'failed', 5],
  ]);
  // The slice that was bad, and the aggregator that could not run for want of it.
  expect(runs[1]).toMatchObject({ succeeded: 3, failed: 2, exit_type: 'refused', process_name: 'Group' });
  expect(runs[1]!.abort_reason).toContain('nothing to be had of this slice');
  // The same as data, as the component that failed says it.
  const [reason, ...more] = runs[1]!.reasons ?? [];
  const { executions } = await organisation.run(group);
  const failed = executions.find(({ id }) => id === runs[1]!.failed_execution_id)!;
  const { reasons = [] } = await organisation.component(failed.components[0]!.id);
  expect(reasons).toContainEqual(reason);
  expect(reason).toMatchObject({ kind: 'failing', next_whose: 'user' });
  expect(runs[1]!.abort_reason).toContain(reason!.sentence);
  expect(more).toEqual([]);
  expect(runs[0]!.reasons).toBeUndefined();
});

test('runs are filtered, searched and paged on the platform', async () => {
  const ids = async (query: Parameters<Organisation['runs']>[0]): Promise<string[]> =>
    (await organisation.runs(query).toArray()).map(({ id }) => id);
  expect(await ids({ states: ['failed'] })).toEqual([group]);
  expect(await ids({ states: ['running', 'waiting'] })).toEqual([]);
  expect(await ids({ search: 'TALK' })).toEqual([talk]);
  expect(await ids({ search: 'nothing to be had' })).toEqual([group]);
  expect(await ids({ from: new Date(Date.now() + 60_000) })).toEqual([]);
  const pages: number[] = [];
  for await (const page of organisation.runs({ reverse: false }).pages({ pageSize: 1 }))
    pages.push(page.length);
  expect(pages.filter(Boolean)).toEqual([1, 1]);
});

test('a run is told whole by the id of the group or of any slice, and then only what has changed', async () => {
  const whole = await organisation.run(group, { regions: true });
  expect(whole.executions.map(({ role }) => role)).toEqual([
    'slice',
    'slice',
    'slice',
    'slice',
    'aggregator',
  ]);
  const slices = whole.executions.filter(({ role }) => role === 'slice');
  for (const { bounds, components } of slices) {
    expect(bounds).toHaveLength(4);
    expect(components[0]).toMatchObject({ name: 'Moody', chain_index: 0, attempts: 1 });
  }
  expect((await organisation.run(slices[1]!.id)).run.id).toBe(group);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect((await organisation.run(group, { since: later })).executions).toEqual([]);
  await expect(organisation.run('00000000-0000-4000-8000-000000000000')).rejects.toThrow(NotFoundError);
  expect((await organisation.countExecutions()).runs).toMatchObject({ succeeded: 1, failed: 1, running: 0 });
  expect((await organisation.executions({ groupId: group }).toArray()).length).toBe(5);
});

test('a log is read by line from either end and searched, and metrics go on from where one stopped', async () => {
  const { executions } = await organisation.run(talk);
  const component = await organisation.component(executions[0]!.components[0]!.id);
  const all = (await component.logs().toArray()).map(({ id }) => id);
  expect(all.length).toBe(2500);
  for (const from of [0, 1, 777, 1249, 1251, 2490]) {
    const part = await component.readLog({ from, limit: 20 });
    expect(part.total).toBe(2500);
    expect(part.records.map(({ id }) => id)).toEqual(all.slice(from, from + 20));
  }
  expect((await component.readLog({ limit: 3 })).lines).toEqual([2497, 2498, 2499]);
  const found = await component.readLog({ text: 'RECORD 12', from: 0, limit: 1000 });
  const wanted = Array.from({ length: 2500 }, (_, i) => i).filter((i) => String(i + 1).startsWith('12'));
  expect([found.total, found.lines]).toEqual([wanted.length, wanted]);
  const followed: string[] = [];
  for await (const { id } of component.followLogs({ after: all[2400]! })) followed.push(id);
  expect(followed).toEqual(all.slice(2401));

  const metrics = await component.readMetrics();
  expect(metrics.samples.length).toBe(component.metrics?.length ?? 0);
  expect((await component.readMetrics({ after: metrics.next })).samples).toEqual([]);
  expect((await component.history()).map(({ id }) => id)).toEqual([component.id]);
});
