import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { believe, startReceiver } from './testing/receiver.ts';
import type { Receiver } from './testing/receiver.ts';
import { openTestPlatform, payload } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
let receiver: Receiver;

beforeAll(async () => {
  platform = await openTestPlatform();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await platform.clear();
  await receiver.close();
});
afterAll(async () => await platform.close());

async function hook(fields: { url?: string; events?: string[]; active?: boolean; secret?: string } = {}) {
  return await platform.webhooks.create(platform.organisation, {
    url: receiver.url,
    events: ['*'],
    ...fields,
  });
}

test('a webhook is called with what happened, signed so that the library of the standard believes it', async () => {
  const { secret } = await hook();
  await platform.tell(platform.open());
  await receiver.count(1);
  const call = receiver.received[0]!;
  const { method, path, headers, body } = call;
  expect([method, path, headers['content-type']]).toEqual(['POST', '/hook', 'application/json']);
  expect(believe(call, secret!)).toEqual({
    event: 'execution.ended',
    organisation_id: platform.organisation,
    ...payload,
    group_id: null,
    exit_type: null,
    reason: null,
    url: `https://fusion.example.com/organisations/${platform.organisation}/process_executions/${payload.execution_id}`,
  });
  expect(() => believe({ ...call, body: body.replace('true', 'false') }, secret!)).toThrow(/signature/);
  const [row] = await platform.rowsWhen(([first]) => first?.sent_at !== null);
  expect(row).toMatchObject({ id: headers['webhook-id'], tries: 1, error: null, failed_at: null });
  expect(platform.logged.join()).not.toContain(secret!.slice(6));
});

test('a failed call is made again, under the same id, until it succeeds', async () => {
  receiver.answer({ status: 500 }, { status: 200 });
  const { secret } = await hook();
  await platform.tell(platform.open());
  const [failed] = await platform.rowsWhen(([row]) => row?.error !== null);
  expect(failed).toMatchObject({
    tries: 1,
    error: expect.stringMatching(/ answered with the status 500$/) as string,
  });
  expect(failed!.failed_at).toBeNull();
  expect(Date.parse(failed!.next_at)).toBeGreaterThan(Date.now());
  await platform.hurry();
  const [sent] = await platform.rowsWhen(([row]) => row?.sent_at !== null);
  expect(sent).toMatchObject({ tries: 2, error: null });
  const [first, second] = receiver.received;
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  expect(believe(second!, secret!)).toMatchObject({ event: 'execution.ended' });
});

test('it is given up after six tries, with the reason', async () => {
  receiver.answer(...[501, 502, 503, 504, 505, 506].map((status) => ({ status })));
  const { id } = await hook();
  await platform.tell(platform.open());
  for (let tries = 1; tries <= 6; tries += 1) {
    await platform.rowsWhen(([row]) => row?.error?.endsWith(`${500 + tries}`) ?? false);
    await platform.hurry();
  }
  const { list } = await platform.webhooks.deliveries(platform.organisation, id, {});
  expect(list).toMatchObject([
    {
      state: 'failed',
      tries: 6,
      next_at: null,
      sent_at: null,
      error: expect.stringMatching(/506$/) as string,
    },
  ]);
  expect(receiver.received).toHaveLength(6);
  expect(platform.logged.filter((line) => line.includes('given up'))).toHaveLength(1);
});

test('a receiver that asks for time is given it', async () => {
  receiver.answer({ status: 429, headers: { 'retry-after': '7200' } });
  await hook();
  await platform.tell(platform.open());
  const [row] = await platform.rowsWhen(([first]) => first?.error !== null);
  expect(Date.parse(row!.next_at) - Date.now()).toBeGreaterThan(7_000_000);
});

test('an address that says it is gone is not called any more', async () => {
  receiver.answer({ status: 410 });
  const { id } = await hook();
  const notifications = platform.open();
  await platform.tell(notifications);
  await platform.rowsWhen(([row]) => row?.failed_at !== null);
  expect(await platform.webhooks.get(platform.organisation, id)).toMatchObject({ active: false });
  await platform.tell(notifications);
  expect(receiver.received).toHaveLength(1);
});

test('redirects are failures, and not followed', async () => {
  receiver.answer({ status: 307, headers: { location: '/elsewhere' } });
  await hook();
  await platform.tell(platform.open());
  const [row] = await platform.rowsWhen(([first]) => first?.error !== null);
  expect(row!.error).toMatch(/status 307$/);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
});

test('only who asks for the event is told, each of them once, however often it is noted', async () => {
  await hook({ events: ['execution.failed', 'process.waiting'] });
  await hook({ events: ['execution.ended'] });
  await hook({ events: ['*'] });
  await hook({ events: ['*'], active: false });
  const notifications = platform.open();
  await platform.tell(notifications, { once: 'end:group' });
  await platform.tell(notifications, { once: 'end:group' });
  await receiver.count(2);
  const rows = await platform.rowsWhen((all) => all.every(({ sent_at }) => sent_at !== null));
  expect(rows).toHaveLength(2);
  expect(new Set(rows.map(({ webhook_id }) => webhook_id)).size).toBe(2);
});

test('the webhooks of other organisations hear nothing', async () => {
  const other = randomUUID();
  await platform.database.queries.execute(
    sql`insert into organisations (id, name) values (${other}, 'Other')`,
  );
  await platform.webhooks.create(other, { url: receiver.url, events: ['*'] });
  await platform.tell(platform.open());
  expect(await platform.rowsWhen(() => true)).toEqual([]);
});

test('what a transaction noted that did not come to be is not told', async () => {
  await hook();
  const notifications = platform.open();
  const news = {
    organisationId: platform.organisation,
    event: 'execution.ended',
    once: 'x',
    payload,
  } as const;
  const failing = platform.database.transaction(async (tx) => {
    await notifications.notify(tx, news);
    throw new Error('something else failed');
  });
  await expect(failing).rejects.toThrow('something else failed');
  await platform.tell(notifications, { event: 'execution.failed' });
  await receiver.count(1);
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { event: string }).event)).toEqual([
    'execution.failed',
  ]);
});

test.each(['http://127.0.0.1', 'http://localhost', 'http://[::ffff:127.0.0.1]'])(
  'nothing at %s is called where private addresses are not allowed, and it is not tried again',
  async (host) => {
    // Stored while they were allowed.
    await hook({ url: receiver.url.replace('http://127.0.0.1', host) });
    await platform.tell(platform.open({ allowPrivateAddresses: false }));
    const [row] = await platform.rowsWhen(([first]) => first?.failed_at !== null);
    expect(row).toMatchObject({ tries: 1, error: expect.stringMatching(/private network/) as string });
    expect(receiver.received).toHaveLength(0);
  },
);

test('one that does not answer keeps no other waiting', async () => {
  const silent = await startReceiver();
  silent.answer('silence');
  await hook({ url: silent.url });
  const notifications = platform.open();
  for (let count = 0; count < 10; count += 1) await platform.tell(notifications);
  await silent.count(1);
  await hook();
  await platform.tell(notifications);
  await receiver.count(1);
  expect(silent.received).toHaveLength(1);
  await silent.close();
});

test('a platform that stops in the middle of a call leaves it to the next', async () => {
  const silent = await startReceiver();
  silent.answer('silence', { status: 200 });
  await hook({ url: silent.url });
  const first = platform.open();
  await platform.tell(first);
  await silent.count(1);
  await first.close();
  expect(await platform.rowsWhen(() => true)).toMatchObject([{ tries: 0, sent_at: null, failed_at: null }]);
  platform.open();
  await silent.count(2);
  await platform.rowsWhen(([row]) => row?.sent_at !== null);
  await silent.close();
});

test('several platforms on one database tell everything once', async () => {
  await hook();
  await hook();
  const platforms = [platform.open(), platform.open(), platform.open()];
  for (let count = 0; count < 20; count += 1) await platform.tell(platforms[count % 3]!);
  await platform.rowsWhen((rows) => rows.length === 40 && rows.every(({ sent_at }) => sent_at !== null));
  expect(receiver.received).toHaveLength(40);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
});
