import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, logIn } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { readEvents } from '../support/events.ts';
import type { StreamEvent } from '../support/events.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let session: Session;
let steps: Flow;
let region: string;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '0',
  });
  session = await logIn(platform.url, email, password);
  steps = flow(platform.url, session);
  ({ id: region } = await steps.upload(JSON.stringify(square)));
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** The events of a stream until it ends, or until `enough` says so. */
async function events(
  path: string,
  options: { lastEventId?: string; enough?: (events: StreamEvent[]) => boolean } = {},
): Promise<StreamEvent[]> {
  const { lastEventId, enough = () => false } = options;
  const seen: StreamEvent[] = [];
  for await (const event of readEvents(platform.url, session, path, lastEventId)) {
    seen.push(event);
    if (enough(seen)) break;
  }
  return seen;
}

describe('a live stream', () => {
  test('tells of an execution from where it is to its end, then closes', async () => {
    const execution = await steps.execute(await steps.process('Sleepy', region, { seconds: '6' }));
    const seen = await events(`/process_executions/${execution}/events`);
    expect(new Set(seen.map(({ event }) => event))).toEqual(new Set(['component', 'execution', 'end']));
    expect(seen.at(-1)).toMatchObject({ event: 'end' });
    const progress = seen.flatMap(({ event, model }) => (event === 'execution' ? [model['progress']] : []));
    expect(progress).toEqual([...progress].sort((a, b) => Number(a) - Number(b)));
    expect(progress.at(-1)).toBe(100);
    expect(progress.length).toBeGreaterThan(2);
    expect(seen.find(({ event }) => event === 'component')?.model).toMatchObject({ name: 'Sleepy' });
    // One who comes late is told at once how it ended.
    const late = await events(`/process_executions/${execution}/events`);
    expect(late.find(({ event }) => event === 'execution')?.model).toMatchObject({
      id: execution,
      success: true,
      progress: 100,
    });
    expect(late.at(-1)).toMatchObject({ event: 'end' });
  });

  test('tells of a log while it is written, and after a break from where it broke', async () => {
    const process_ = await steps.process('Endless', region);
    const execution = await steps.execute(process_);
    const [component] = await steps.components(execution);
    const path = `/process_service_executions/${String(component!['id'])}/logs/events`;
    const first = await events(path, { enough: (seen) => seen.length >= 2 });
    const rest = events(path, { lastEventId: first[1]!.id!, enough: (seen) => seen.at(-1)?.event === 'end' });
    await steps.must('POST', `/processes/${String(process_['id'])}/stop`);
    const second = await rest;
    const ids = [...first.slice(0, 2), ...second].flatMap(({ event, model }) =>
      event === 'log' ? [model['id']] : [],
    );
    expect(new Set(ids).size).toBe(ids.length);
    const kept = await steps.list(`/process_service_executions/${String(component!['id'])}/logs?limit=1000`);
    expect(ids).toEqual(kept.map(({ id }) => id));
  });
});

test('an execution that is asked for twice under one key is one execution', async () => {
  const process_ = await steps.process('Copy', region);
  const path = `/organisations/${session.organisation}/processes/${String(process_['id'])}/execute`;
  const key = randomUUID();
  const execute = async () =>
    await call(platform.url, 'POST', path, { token: session.token, headers: { 'idempotency-key': key } });
  const first = await execute();
  const again = await execute();
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await steps.list(`/processes/${String(process_['id'])}/executions`)).toHaveLength(1);
  const other = await call(platform.url, 'POST', `/organisations/${session.organisation}/data`, {
    token: session.token,
    headers: { 'idempotency-key': key },
    body: { 'Data[name]': 'Other' },
  });
  expect(other.status).toBe(409);
});
