import { get } from 'node:http';

import { Registry } from 'prom-client';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { firstOrganisation, firstStart, signingKey } from '../accounts/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import type { Database } from '../database/index.ts';
import { listen } from '../testing/listen.ts';

const email = 'ada@example.com';
const password = 'Sentinel-2a';

let database: Database;
let address: string;
let organisation: string;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await openTestDatabase();
  await firstStart(database, { email, password, organisation: 'Survey', credits: '12.5' });
  organisation = await firstOrganisation(database);
  ({ address, close } = await listen(database, {
    health: {
      checks: { database: async () => await database.ping() },
      metrics: new Registry(),
      metricsToken: undefined,
    },
    openApi: () => ({ openapi: '3.1.0' }),
    loginAttemptsPerMinute: 1000,
  }));
});

afterAll(async () => {
  await close();
  await database.close();
});

async function send(
  method: string,
  path: string,
  options: { token?: string; body?: unknown; text?: string } = {},
) {
  const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, never>,
  };
}

async function login(who: Record<string, unknown>) {
  return await send('POST', '/users/login', { body: { User: who } });
}

async function session() {
  const { body } = await login({ email, user_id: null, password });
  const { id_token: idToken, access_token: token } = body as unknown as {
    id_token: string;
    access_token: string;
  };
  const { sub } = JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString()) as { sub: string };
  return { token, user: sub };
}

describe('a session', () => {
  test('begins with an email or a user id, and gives the user and the organisations', async () => {
    const { token, user } = await session();
    const byId = await login({ email: null, user_id: user, password });
    expect(byId.status).toBe(200);
    const { body } = await send('GET', `/users/${user}`, { token });
    expect(body).toMatchObject({
      model: { id: user, email, organisations: [{ id: organisation, last: true }] },
      extras: {},
    });
    expect(body['model']).not.toHaveProperty('password_hash');
    expect(body['model']).not.toHaveProperty('telephone');
  });

  test('is refused without or with a forged token, and says so', async () => {
    const { token, user } = await session();
    const [head, claims] = token.split('.');
    for (const forged of [undefined, 'abc', `${head}.${claims}.AAAA`]) {
      const { status, body } = await send(
        'GET',
        `/users/${user}`,
        forged === undefined ? {} : { token: forged },
      );
      expect(status).toBe(401);
      expect(body).toMatchObject({ error_message: expect.stringMatching(/log in/i), code: 'unauthorised' });
    }
  });

  test('is refused with a token that has expired, and says that the session is over', async () => {
    const { token, user } = await session();
    const past = Math.floor(Date.now() / 1000) - 60;
    const expired = await new SignJWT({ ...decodeJwt(token), exp: past })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(await signingKey(database.queries));
    const { status, body } = await send('GET', `/users/${user}`, { token: expired });
    expect(status).toBe(401);
    expect(body).toMatchObject({
      error_message: expect.stringMatching(/session has expired.*log in again/),
      code: 'session_expired',
    });
  });

  test('ends by logging out, here or elsewhere, and is listed until then', async () => {
    const here = await session();
    const elsewhere = await session();
    const list = async () =>
      (await send('GET', `/users/${here.user}/sessions?reverse=True`, { token: here.token })).body[
        'list'
      ] as unknown as { id: string; current: boolean; address: string }[];
    const [newest, own] = await list();
    expect([newest, own]).toMatchObject([{ current: false, address: '127.0.0.1' }, { current: true }]);
    const end = async (id: string) =>
      await send('DELETE', `/users/${here.user}/sessions/${id}`, { token: here.token });
    expect((await end(newest!.id)).status).toBe(200);
    expect((await end(newest!.id)).status).toBe(404);
    const ended = await send('GET', `/users/${here.user}`, { token: elsewhere.token });
    expect(ended).toMatchObject({ status: 401, body: { code: 'session_expired' } });
    expect((await send('POST', `/users/${here.user}/logout`, { token: here.token })).status).toBe(200);
    expect((await send('GET', `/users/${here.user}`, { token: here.token })).status).toBe(401);
  });

  test('does not reach another user or organisation, which look as if they did not exist', async () => {
    const { token } = await session();
    const other = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';
    expect((await send('GET', `/users/${other}`, { token })).status).toBe(404);
    expect((await send('GET', `/organisations/${other}`, { token })).status).toBe(404);
    expect((await send('GET', `/organisations/..%2f..`, { token })).status).toBe(404);
    expect((await send('GET', `/organisations/${organisation}/credits/${other}`, { token })).status).toBe(
      404,
    );
  });
});

describe('the organisation', () => {
  test('shows its credits under its own id', async () => {
    const { token } = await session();
    const { body } = await send('GET', `/organisations/${organisation}/credits/${organisation}`, { token });
    expect(body).toMatchObject({ model: { id: organisation, any_credits: 12.5, spend: [] } });
  });

  test('is changed by a flat body; read-only and unknown fields are dropped, wrong ones named together', async () => {
    const { token } = await session();
    const path = `/organisations/${organisation}`;
    const good = await send('PATCH', path, {
      token,
      body: {
        'Organisation[name]': 'Survey of Scotland',
        'Organisation[id]': 'x',
        'Organisation[colour]': 'blue',
        'Organisation[address_line_2]': '',
      },
    });
    expect(good.body).toMatchObject({ model: { id: organisation, name: 'Survey of Scotland' } });
    expect(good.body['model']).not.toHaveProperty('address_line_2');
    const bad = await send('PATCH', path, {
      token,
      body: { 'Organisation[name]': 7, 'Organisation[income_tax_rate]': 'much' },
    });
    expect(bad.status).toBe(400);
    expect(bad.body).toMatchObject({
      code: 'invalid_model',
      fields: [{ path: 'name' }, { path: 'income_tax_rate' }],
    });
    expect((await send('PATCH', path, { token, text: '{"Organisation[name]": ' })).status).toBe(400);
  });
});

describe('passwords', () => {
  test('keep the policy, and a change ends the other sessions but not the one that made it', async () => {
    const here = await session();
    const elsewhere = await session();
    const path = `/users/${here.user}/change_password`;
    const weak = await send('POST', path, {
      token: here.token,
      body: { User: { old_password: password, new_password: 'short' } },
    });
    expect(weak.status).toBe(400);
    expect(weak.body['error_message']).toMatch(/8 characters.*digit.*upper case.*special/);
    const changed = await send('POST', path, {
      token: here.token,
      body: { User: { old_password: password, new_password: 'Landsat-8xyz' } },
    });
    expect(changed).toMatchObject({ status: 200, body: {} });
    expect((await send('GET', `/users/${here.user}`, { token: here.token })).status).toBe(200);
    const ended = await send('GET', `/users/${here.user}`, { token: elsewhere.token });
    expect(ended).toMatchObject({ status: 401, body: { code: 'session_expired' } });
    await send('POST', path, {
      token: here.token,
      body: { User: { old_password: 'Landsat-8xyz', new_password: password } },
    });
  });
});

test('every answer carries a request id, errors in their body too', async () => {
  const { headers, body, status } = await send('GET', '/nowhere');
  expect(status).toBe(404);
  expect(body['request_id']).toBe(headers.get('x-request-id'));
});

test('the health, the metrics, the reference and its page answer', async () => {
  expect((await send('GET', '/healthz')).body).toMatchObject({ status: 'ok', parts: { database: 'ok' } });
  const metrics = await fetch(`${address}/metrics`, { headers: { origin: 'https://example.com' } });
  expect(await metrics.text()).toContain('fusion_http_request_seconds');
  expect(metrics.headers.get('access-control-allow-origin')).toBeNull();
  expect(await statusFor('attacker.example')).toBe(401);
  const proxied = await fetch(`${address}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(proxied.status).toBe(401);
  expect((await send('GET', '/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
  const page = await fetch(`${address}/reference`);
  expect(await page.text()).toContain('swagger-ui');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect((await fetch(`${address}/reference/assets/swagger-ui-bundle.js`)).status).toBe(200);
});

/** As a page would ask whose name was made to point here. */
async function statusFor(host: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get(`${address}/metrics`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

describe('what a stranger sends', () => {
  test('is not read before it is known who sends it', async () => {
    const { user } = await session();
    const huge = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1])));
    expect((await send('PATCH', `/users/${user}`, { text: huge })).status).toBe(401);
    expect((await send('POST', '/users/login', { text: huge })).status).toBe(413);
    expect((await send('POST', '/nowhere', { text: huge })).status).toBe(413);
  });

  test('is bounded in keys and depth, and holds no broken text', async () => {
    const { token, user } = await session();
    const path = `/users/${user}`;
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1])));
    const deep = `{"User[locale]":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    for (const text of [many, deep]) {
      const { status, body } = await send('PATCH', path, { token, text });
      expect([status, body['code']]).toEqual([413, 'too_large']);
    }
    for (const text of ['a\\u0000b', '\\ud800', 'x\\udc00y']) {
      const { status, body } = await send('PATCH', path, { token, text: `{"User[locale]":"${text}"}` });
      expect([status, body['fields']]).toMatchObject([400, [{ path: 'User[locale]' }]]);
    }
    expect((await send('GET', `${path}/sessions?last%5Bid%5D=%00`, { token })).status).toBe(400);
    expect((await send('GET', `${path}/sessions?last[id]=1&last[created_at]=abc`, { token })).status).toBe(
      400,
    );
    expect((await send('GET', `${path}/sessions?limit=1001`, { token })).status).toBe(400);
    expect((await send('PATCH', path, { token })).status).toBe(400);
    expect((await send('PATCH', path, { token, text: 'null' })).status).toBe(400);
    expect((await send('PATCH', path, { token, body: { 'User[role]': 2 ** 40 } })).status).toBe(400);
  });
});
