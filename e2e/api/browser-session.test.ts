import { join } from 'node:path';

import { login } from 'fusion-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') });
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

const open = async (user: object): Promise<Response> =>
  await fetch(`${platform.url}/users/browser_session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ User: user }),
  });
const ask = async (headers: Record<string, string>): Promise<number> =>
  (await fetch(`${platform.url}/users/browser_session`, { headers })).status;

test('the cookie is for scripts out of reach, and counts only with its header and from the platform itself', async () => {
  const opened = await open({ email, password });
  expect(opened.status).toBe(200);
  const set = opened.headers.get('set-cookie')!;
  expect(set).toMatch(/^fusion_session_\d+=\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  expect(await opened.text()).not.toContain(set.split(/[=;]/)[1]!);
  const cookie = set.split(';')[0]!;
  const mark = { 'x-fusion-platform-session': 'cookie' };
  expect(await ask({ cookie, ...mark })).toBe(200);
  // As a form or a picture of another page would ask, and a page on another port of the same host.
  expect(await ask({ cookie })).toBe(401);
  expect(await ask({ cookie, ...mark, 'sec-fetch-site': 'same-site' })).toBe(401);
  expect(await ask({ cookie, ...mark, 'sec-fetch-site': 'cross-site' })).toBe(401);
  // No other origin is let send it along.
  const preflight = await fetch(`${platform.url}/users/browser_session`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
  });
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
});

test('a wrong password opens nothing, and says what one that logs in is told', async () => {
  const refused = await open({ email, password: 'Wrong-2026' });
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([400, null]);
  expect(await refused.json()).toMatchObject({ error_message: 'Incorrect username or password' });
});

test('a code logs in once, and one that is forged does not', async () => {
  const { user } = await login({ apiUrl: platform.url, email, password });
  const code = await user.createSignInCode();
  expect((await open({ code })).status).toBe(200);
  const again = await open({ code });
  expect([again.status, ((await again.json()) as { error_message: string }).error_message]).toEqual([
    401,
    'This link has been used already: log in with your password',
  ]);
  expect((await open({ code: `${code.slice(0, -3)}abc` })).status).toBe(401);
});

test('the page has a policy that lets nothing in from elsewhere, and /ui leads to it and nowhere else', async () => {
  const page = await fetch(`${platform.url}/`);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const to = async (path: string): Promise<string | null> =>
    (await fetch(`${platform.url}${path}`, { redirect: 'manual' })).headers.get('location');
  expect(await to('/ui')).toBe('/');
  expect(await to('/ui/o/1/runs')).toBe('/o/1/runs');
  expect(await to('/ui//evil.example')).toBe('/evil.example');
  expect(await to('/ui/%5C%5Cevil.example')).toBe('/evil.example');
});
