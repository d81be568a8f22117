import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addUser, firstOrganisation, firstStart } from '../../accounts/index.ts';
import { logSerializers } from '../../log-serializers.ts';
import type { Database } from '../../database/index.ts';
import { createEvents, createNotifications, createWebhooks } from '../../events/index.ts';
import type { Notifications } from '../../events/index.ts';
import { listen } from '../../testing/listen.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';
import { webhookRoutes } from '../index.ts';

let database: Database;
let notifications: Notifications;
let organisation: string;
let address: string;
let manager: string;
let viewer: string;
const lines: string[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  closers.push(async () => await database.close());
  const password = 'Sentinel-2a';
  await firstStart(database, { email: 'ada@example.com', password, organisation: 'Survey', credits: '1' });
  organisation = await firstOrganisation(database);
  const grace = { email: 'grace@example.com', givenName: 'Grace', familyName: 'Hopper' };
  await addUser(database, { ...grace, password, organisation, roles: ['view_processing_chains'] });
  const log = pino({ level: 'trace', serializers: logSerializers }, { write: (line) => lines.push(line) });
  const events = await createEvents(database);
  closers.push(async () => await events.close());
  // Not started: what it notes stays waiting.
  notifications = createNotifications({
    database,
    events,
    log,
    settings: { smtpFrom: '', allowPrivateAddresses: false, publicUrl: () => 'https://fusion.example.com' },
  });
  const server = await listen(database, {
    log,
    routes: webhookRoutes(createWebhooks({ database, allowPrivateAddresses: false })),
  });
  ({ address } = server);
  closers.push(server.close);
  const login = async (email: string): Promise<string> => {
    const { body } = await send('POST', '/users/login', { User: { email, user_id: null, password } }, '');
    return (body as unknown as { access_token: string }).access_token;
  };
  manager = await login('ada@example.com');
  viewer = await login(grace.email);
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

interface Answer {
  readonly model: Record<string, unknown> & { readonly id: string };
  readonly list: readonly Record<string, unknown>[];
  readonly last?: Record<string, string>;
  readonly code?: string;
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
}

async function send(method: string, path: string, body?: object, token = manager) {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

const at = (rest = '', owner = organisation): string => `/organisations/${owner}/webhooks${rest}`;
const wanted = { 'Webhook[url]': 'https://example.com/fusion', 'Webhook[events]': ['*'] };

async function make(fields: object = {}) {
  return await send('POST', at(), { ...wanted, ...fields });
}

test('a webhook is made, shown, changed and taken away, and its secret is shown once and logged never', async () => {
  const { status, body } = await make();
  expect(status).toBe(200);
  const { id, secret } = body.model as { id: string; secret: string };
  expect(body.model).toMatchObject({ organisation_id: organisation, events: ['*'], active: true });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const again = [
    await send('GET', at(`/${id}`)),
    await send('GET', at()),
    await send('PATCH', at(`/${id}`), { 'Webhook[active]': false, 'Webhook[events]': ['execution.failed'] }),
  ];
  expect(JSON.stringify(again)).not.toContain('whsec_');
  expect(again[2]!.body.model).toMatchObject({
    active: false,
    events: ['execution.failed'],
    url: wanted['Webhook[url]'],
  });
  expect((await send('DELETE', at(`/${id}`))).status).toBe(200);
  expect((await send('GET', at(`/${id}`))).status).toBe(404);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join()).not.toContain(secret);
});

test('a kept answer holds no secret in the clear, and is given again whole', async () => {
  const key = randomUUID();
  const once = async () =>
    await fetch(`${address}${at()}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${manager}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(wanted),
    });
  const first = (await (await once()).json()) as Answer;
  const second = await once();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(await second.json()).toEqual(first);
  const kept = await database.queries.execute(sql`select * from idempotency_keys`);
  expect(JSON.stringify(kept)).toContain('"status":200');
  for (const secret of [String(first.model['secret']), key])
    expect(JSON.stringify(kept)).not.toContain(secret);
  await send('DELETE', at(`/${first.model.id}`));
});

test('a failure of the database is logged without what it was asked with', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  lines.length = 0;
  await database.queries.execute(sql`alter table webhooks add constraint never check (false) not valid`);
  try {
    const { status } = await make({ 'Webhook[secret]': secret });
    expect(status).toBe(500);
  } finally {
    await database.queries.execute(sql`alter table webhooks drop constraint never`);
  }
  expect(lines.join()).toMatch(/insert into \\"webhooks/);
  expect(lines.join()).toMatch(/violates check constraint/);
  expect(lines.join()).not.toContain(secret);
});

test('a secret may be given, and changed, but not taken away', async () => {
  const given = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const next = `whsec_${Buffer.alloc(64, 2).toString('base64')}`;
  const { body } = await make({ 'Webhook[secret]': given });
  const { id } = body.model;
  expect(body.model['secret']).toBe(given);
  await send('PATCH', at(`/${id}`), { 'Webhook[secret]': next });
  await send('PATCH', at(`/${id}`), { 'Webhook[secret]': null });
  const stored = await database.queries.execute(sql`select secret from webhooks where id = ${id}`);
  expect(stored).toMatchObject({ rows: [{ secret: next }] });
  await send('DELETE', at(`/${id}`));
});

test.each([
  ['url', 'ftp://example.com', /http/],
  ['url', 'http://127.0.0.1:9', /private network/],
  ['url', 'http://[::1]/', /private network/],
  ['url', 'https://ada:secret@example.com/', /password/],
  ['url', 'example', /./],
  ['events', [], /active/],
  ['events', ['execution.began'], /execution\.began.*execution\.ended/],
  ['secret', 'whsec_short', /24 to 64 bytes/],
  ['secret', `whsec_${'A'.repeat(31)}!`, /24 to 64 bytes/],
])('%s cannot be %j', async (name, value, reason) => {
  const { status, body } = await make({ [`Webhook[${name}]`]: value });
  expect([status, body.code]).toEqual([400, 'invalid_model']);
  expect(body.fields?.map(({ path }) => path)).toEqual([name]);
  expect(body.fields?.[0]?.message).toMatch(reason);
});

test('without an address or events there is no webhook', async () => {
  const { body } = await send('POST', at(), {});
  expect(body.fields?.map(({ path }) => path)).toEqual(['url', 'events']);
});

test('only who manages the organisation changes its webhooks; every member sees them; nobody else does', async () => {
  const { id } = (await make()).body.model;
  const path = at(`/${id}`);
  const statuses = async (token: string) => [
    (await send('POST', at(), wanted, token)).status,
    (await send('PATCH', path, { 'Webhook[active]': false }, token)).status,
    (await send('DELETE', path, undefined, token)).status,
    (await send('GET', path, undefined, token)).status,
    (await send('GET', `${path}/deliveries`, undefined, token)).status,
  ];
  expect(await statuses(viewer)).toEqual([403, 403, 403, 200, 200]);
  expect(await statuses('')).toEqual([401, 401, 401, 401, 401]);
  const other = randomUUID();
  await database.queries.execute(sql`insert into organisations (id, name) values (${other}, 'Other')`);
  await database.queries.execute(
    sql`insert into memberships (organisation_id, user_id, roles) select ${other}, id, '["manage_organisation"]' from users`,
  );
  for (const method of ['GET', 'PATCH', 'DELETE'])
    expect((await send(method, at(`/${id}`, other), method === 'PATCH' ? {} : undefined)).status).toBe(404);
  expect((await send('GET', at(`/${id}/deliveries`, other))).status).toBe(404);
  expect((await send('GET', path)).status).toBe(200);
  await send('DELETE', path);
});

test('what a webhook was told is listed page by page, and goes with it', async () => {
  const { id } = (await make()).body.model;
  for (let run = 0; run < 3; run += 1)
    await database.transaction(async (tx) => {
      const payload = { process_id: randomUUID(), process_name: 'Slope', success: true };
      await notifications.notify(tx, {
        organisationId: organisation,
        event: 'execution.ended',
        once: `end:${run}`,
        payload,
      });
    });
  const first = await send('GET', at(`/${id}/deliveries?limit=2`));
  expect(first.body.list).toHaveLength(2);
  expect(first.body.list[0]).toMatchObject({
    webhook_id: id,
    event: 'execution.ended',
    state: 'waiting',
    tries: 0,
    payload: { process_name: 'Slope', success: true, execution_id: null },
  });
  const cursor = new URLSearchParams(
    Object.entries(first.body.last!).map(([name, value]) => [`last[${name}]`, value]),
  );
  const { body } = await send('GET', at(`/${id}/deliveries?limit=2&${cursor.toString()}`));
  expect(body.list).toHaveLength(1);
  await send('DELETE', at(`/${id}`));
  expect(await database.queries.execute(sql`select id from notifications`)).toMatchObject({ rows: [] });
});

test('there are twenty at most, also when they come at once', async () => {
  const answers = await Promise.all(Array.from({ length: 25 }, async () => await make()));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(answers.find(({ status }) => status !== 200)!.body.code).toBe('conflict');
});
