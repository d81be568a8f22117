import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { roles as everyRole } from '@fusion-platform/contract';

import { addOrganisation, addUser } from '../../accounts/index.ts';
import type { Database } from '../../database/index.ts';
import { logSerializers } from '../../log-serializers.ts';
import { listen } from '../../testing/listen.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';

const password = 'Sentinel-2a';
const viewing = ['view_processing_chains'];
const lines: string[] = [];
const closers: (() => Promise<unknown>)[] = [];

let database: Database;
let address: string;
/** Of each test its own: who manages it, who manages it without every role, who may look, and who manages another. */
let organisation: string;
let other: string;
let people: Readonly<Record<'ada' | 'clerk' | 'viewer' | 'stranger', Person>>;

interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

interface Answer {
  readonly model: Record<string, unknown> & { readonly id: string; readonly roles: string[] };
  readonly list: readonly (Record<string, unknown> & { readonly id: string; readonly email: string })[];
  readonly last?: Record<string, string>;
  readonly code?: string;
  readonly error_message?: string;
}

beforeAll(async () => {
  database = await openTestDatabase();
  closers.push(async () => await database.close());
  const log = pino({ level: 'trace', serializers: logSerializers }, { write: (line) => lines.push(line) });
  const server = await listen(database, { log, loginAttemptsPerMinute: 1_000_000 });
  ({ address } = server);
  closers.push(server.close);
});
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

beforeEach(async () => {
  const name = randomUUID().slice(0, 8);
  organisation = await addOrganisation(database, { name: `Survey ${name}`, credits: '1' });
  other = await addOrganisation(database, { name: `Other ${name}`, credits: '1' });
  const clerk = ['view_processing_chains', 'manage_organisation'];
  people = {
    ada: await person(`ada-${name}`, organisation, everyRole),
    clerk: await person(`clerk-${name}`, organisation, clerk),
    viewer: await person(`viewer-${name}`, organisation, viewing),
    stranger: await person(`stranger-${name}`, other, everyRole),
  };
  lines.length = 0;
});

async function person(name: string, where: string, roles: readonly string[]): Promise<Person> {
  const email = `${name}@example.com`;
  await addUser(database, {
    email,
    password,
    organisation: where,
    givenName: name,
    familyName: 'Test',
    roles,
  });
  return await logIn(email);
}

async function logIn(email: string, secret = password): Promise<Person> {
  const { body } = await send('', 'POST', '/users/login', {
    User: { email, user_id: null, password: secret },
  });
  const { access_token: token, id_token: who } = body as unknown as {
    access_token: string;
    id_token: string;
  };
  const { sub } = JSON.parse(Buffer.from(who.split('.')[1]!, 'base64url').toString()) as { sub: string };
  return { id: sub, email, token };
}

async function send(token: string, method: string, path: string, body?: object) {
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

const at = (rest = '', owner = organisation): string => `/organisations/${owner}${rest}`;
const change = async (by: Person, whom: Person, roles: readonly string[], from?: readonly string[]) =>
  await send(by.token, 'POST', at(`/members/${whom.id}/change_roles`), { Member: { roles, from } });
const rolesNow = async (whom: Person): Promise<unknown> =>
  (await send(people.ada.token, 'GET', at('/members'))).body.list.find(({ id }) => id === whom.id)?.['roles'];
const invite = async (email: string, roles: readonly string[] = viewing, by: Person = people.ada) =>
  await send(by.token, 'POST', at('/invitations'), {
    'Invitation[email]': email,
    'Invitation[roles]': roles,
  });
const codeOf = ({ body }: { body: Answer }): string =>
  decodeURIComponent(String(body.model['url']).split('#code=')[1]!);
const accept = async (code: string, more: object = {}) =>
  await send('', 'POST', '/users/invitation/accept', { Invitation: { code, password, ...more } });
const newcomer = (): string => `${randomUUID().slice(0, 8)}@example.com`;

describe('the members', () => {
  test('are listed page by page to any member, and to nobody else', async () => {
    const first = await send(people.viewer.token, 'GET', at('/members?limit=2'));
    expect(first.body.list.map(({ email }) => email)).toEqual([people.ada.email, people.clerk.email]);
    expect(first.body.list[1]).toEqual({
      id: people.clerk.id,
      created_at: expect.any(String) as string,
      updated_at: expect.any(String) as string,
      organisation_id: organisation,
      email: people.clerk.email,
      given_name: people.clerk.email.split('@')[0],
      family_name: 'Test',
      roles: ['view_processing_chains', 'manage_organisation'],
    });
    const cursor = new URLSearchParams(
      Object.entries(first.body.last!).map(([name, value]) => [`last[${name}]`, value]),
    );
    const second = await send(people.viewer.token, 'GET', at(`/members?limit=2&${cursor.toString()}`));
    expect(second.body.list.map(({ email }) => email)).toEqual([people.viewer.email]);
    expect(second.body.last).toBeUndefined();
    expect((await send(people.stranger.token, 'GET', at('/members'))).status).toBe(404);
    expect((await send('', 'GET', at('/members'))).status).toBe(401);
  });

  test('have their roles changed by who manages the organisation, at once', async () => {
    const manages = ['create_and_execute_processing_chains', ...viewing];
    const changed = await change(people.ada, people.viewer, manages, viewing);
    expect([changed.status, changed.body.model.roles]).toEqual([200, manages.toReversed()]);
    for (const by of [people.viewer, people.stranger])
      expect((await change(by, people.viewer, everyRole)).status).toBe(by === people.viewer ? 403 : 404);
    expect(await rolesNow(people.viewer)).toEqual(manages.toReversed());
    const told = lines.find((line) => line.includes('the roles of a member were changed'))!;
    expect(JSON.parse(told)).toMatchObject({
      organisation,
      by: people.ada.id,
      member: people.viewer.id,
      before: viewing,
      roles: manages.toReversed(),
    });
  });

  test('get no role that the one who gives lacks, and lose any', async () => {
    const more = await change(people.clerk, people.viewer, [...viewing, 'create_ssds']);
    expect([more.status, more.body.error_message]).toEqual([
      403,
      expect.stringContaining('create_ssds') as string,
    ]);
    expect((await change(people.clerk, people.clerk, everyRole)).status).toBe(403);
    const kept = ['view_processing_chains', 'create_ssds', 'manage_organisation'];
    expect((await change(people.clerk, people.ada, kept)).status).toBe(200);
    expect(await rolesNow(people.ada)).toEqual(kept);
  });

  test('are not changed to what is no role, nor where they have changed meanwhile', async () => {
    const unknown = await change(people.ada, people.viewer, ['root']);
    expect([unknown.status, unknown.body.code]).toEqual([400, 'bad_request']);
    const stale = await change(people.ada, people.viewer, ['create_ssds'], ['audit_ssds']);
    expect([stale.status, stale.body.error_message]).toEqual([
      409,
      expect.stringMatching(/meanwhile, to view_processing_chains/) as string,
    ]);
    expect(await rolesNow(people.viewer)).toEqual(viewing);
    // Sent again after it was done, it is still done.
    expect((await change(people.ada, people.viewer, viewing, ['audit_ssds'])).status).toBe(200);
  });

  test('leave by themselves or are removed, but for the last one who manages', async () => {
    const remove = async (by: Person, whom: Person) =>
      await send(by.token, 'DELETE', at(`/members/${whom.id}`));
    expect((await remove(people.viewer, people.ada)).status).toBe(403);
    expect((await remove(people.stranger, people.ada)).status).toBe(404);
    expect((await remove(people.viewer, people.viewer)).status).toBe(200);
    expect((await remove(people.ada, people.viewer)).status).toBe(404);
    expect((await remove(people.ada, people.clerk)).status).toBe(200);
    for (const refused of [
      await remove(people.ada, people.ada),
      await change(people.ada, people.ada, viewing),
    ])
      expect([refused.status, refused.body.error_message]).toEqual([
        409,
        expect.stringMatching(/^Nobody else manages "Survey .*": give another member the role/) as string,
      ]);
    expect((await send(people.clerk.token, 'GET', at('/members'))).status).toBe(404);
    expect((await send(people.clerk.token, 'GET', `/users/${people.clerk.id}`)).status).toBe(200);
    expect(lines.filter((line) => line.includes('a member was removed'))).toHaveLength(2);
  });

  test('of another organisation of the one who asks are added by their address, and of nobody else it is told who has an account', async () => {
    const add = async (email: string, roles = viewing) =>
      await send(people.ada.token, 'POST', at('/members'), {
        'Member[email]': email,
        'Member[roles]': roles,
      });
    const [unknown, known] = [await add(newcomer()), await add(people.stranger.email)];
    expect([unknown.status, known.status]).toEqual([404, 404]);
    const without = ({ body }: { body: Answer }, email: string) =>
      body.error_message!.replace(email, 'ADDRESS');
    expect(without(known, people.stranger.email)).toBe(
      without(unknown, /\S+@example\.com/.exec(unknown.body.error_message!)![0]),
    );
    await database.queries.execute(
      sql`insert into memberships (organisation_id, user_id, roles) values (${other}, ${people.ada.id}, '[]')`,
    );
    const added = await add(people.stranger.email.toUpperCase());
    expect([added.status, added.body.model]).toMatchObject([200, { id: people.stranger.id, roles: viewing }]);
    expect((await add(people.stranger.email)).status).toBe(409);
    expect((await send(people.stranger.token, 'GET', at('/members'))).status).toBe(200);
    const byViewer = { 'Member[email]': people.ada.email, 'Member[roles]': viewing };
    expect((await send(people.viewer.token, 'POST', at('/members'), byViewer)).status).toBe(403);
  });
});

describe('an invitation', () => {
  test('lets a newcomer set a password, once, and is listed until then', async () => {
    const email = newcomer();
    const made = await invite(email);
    expect(made.status).toBe(200);
    expect(made.body.model['url']).toMatch(new RegExp(`^${address}/invitation#code=[\\w-]{43}$`));
    const listed = await send(people.clerk.token, 'GET', at('/invitations'));
    expect(listed.body.list).toMatchObject([
      { id: made.body.model.id, email, roles: viewing, invited_by: people.ada.id },
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(codeOf(made));
    const read = await send('', 'POST', '/users/invitation', { Invitation: { code: codeOf(made) } });
    expect(read.body).toEqual({
      organisation_name: expect.stringContaining('Survey') as string,
      email,
      roles: viewing,
      expires_at: made.body.model['expires_at'],
    });
    expect((await accept(codeOf(made), { password: 'short' })).status).toBe(400);
    const names = { given_name: 'Grace', family_name: 'Hopper' };
    const accepted = await accept(codeOf(made), names);
    expect([accepted.status, accepted.body]).toMatchObject([200, { organisation_id: organisation, email }]);
    const grace = await logIn(email);
    const members = await send(grace.token, 'GET', at('/members'));
    expect(members.body.list.find(({ id }) => id === grace.id)).toMatchObject({ ...names, roles: viewing });
    expect((await accept(codeOf(made))).status).toBe(401);
    expect((await send(people.ada.token, 'GET', at('/invitations'))).body.list).toEqual([]);
  });

  test('takes the password of an account that there is already, and neither changes it nor lets anybody in with another', async () => {
    const code = codeOf(await invite(people.stranger.email));
    const taken = await accept(code, { password: 'Taken-over-1', given_name: 'Mallory' });
    expect([taken.status, taken.body.error_message]).toEqual([
      400,
      expect.stringMatching(/password is not right/) as string,
    ]);
    expect((await send(people.stranger.token, 'GET', at('/members'))).status).toBe(404);
    const accepted = await accept(code, { given_name: 'Mallory' });
    expect([accepted.status, (accepted.body as unknown as { user_id: string }).user_id]).toEqual([
      200,
      people.stranger.id,
    ]);
    const { body } = await send(people.stranger.token, 'GET', `/users/${people.stranger.id}`);
    expect(body.model['given_name']).not.toBe('Mallory');
    expect((await logIn(people.stranger.email)).id).toBe(people.stranger.id);
  });

  test('does not tell who has an account: it is read and refused alike for both', async () => {
    const [known, unknown] = [people.stranger.email, newcomer()];
    const told = async (email: string) => {
      const made = await invite(email);
      const code = codeOf(made);
      const read = await send('', 'POST', '/users/invitation', { Invitation: { code } });
      const weak = await accept(code, { password: 'weak' });
      const varying = [email, code, made.body.model.id, String(made.body.model['expires_at'])];
      return varying.reduce(
        (text, value) => text.replaceAll(value, '…'),
        JSON.stringify([
          made.status,
          Object.keys(made.body.model),
          read,
          weak.status,
          weak.body.error_message,
        ]),
      );
    };
    expect(await told(known)).toBe(await told(unknown));
  });

  test('is revoked, replaced by another to the same address, and too old after a week', async () => {
    const revoked = await invite(newcomer());
    const path = at(`/invitations/${revoked.body.model.id}`);
    expect((await send(people.viewer.token, 'DELETE', path)).status).toBe(403);
    expect((await send(people.stranger.token, 'DELETE', path)).status).toBe(404);
    expect(
      (await send(people.stranger.token, 'DELETE', at(`/invitations/${revoked.body.model.id}`, other)))
        .status,
    ).toBe(404);
    expect((await send(people.clerk.token, 'DELETE', path)).status).toBe(200);
    expect((await accept(codeOf(revoked))).status).toBe(401);

    const email = newcomer();
    const [replaced, old] = [await invite(email), await invite(email.toUpperCase())];
    expect((await accept(codeOf(replaced))).status).toBe(401);
    expect((await send(people.ada.token, 'GET', at('/invitations'))).body.list).toHaveLength(1);
    await database.queries.execute(
      sql`update invitations set expires_at = platform_now() where id = ${old.body.model.id}`,
    );
    expect((await accept(codeOf(old))).status).toBe(401);
    expect((await send(people.ada.token, 'GET', at('/invitations'))).body.list).toEqual([]);
    expect(Date.parse(String(old.body.model['expires_at'])) - Date.now()).toBeLessThan(7 * 86_400_000);
    expect(Date.parse(String(old.body.model['expires_at'])) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  });

  test('gives no role that the one who makes it lacks, and ends when they lose one of those', async () => {
    expect((await invite(newcomer(), ['create_ssds'], people.clerk)).status).toBe(403);
    expect((await invite(newcomer(), viewing, people.viewer)).status).toBe(403);
    expect((await invite(people.viewer.email)).status).toBe(409);
    const wider = await invite(newcomer(), ['create_ssds', ...viewing]);
    const narrow = await invite(newcomer(), viewing);
    expect((await change(people.clerk, people.ada, ['manage_organisation', ...viewing])).status).toBe(200);
    expect((await accept(codeOf(wider))).status).toBe(401);
    expect((await accept(codeOf(narrow))).status).toBe(200);
    const late = await invite(newcomer(), viewing);
    expect((await send(people.clerk.token, 'DELETE', at(`/members/${people.ada.id}`))).status).toBe(200);
    expect((await accept(codeOf(late))).status).toBe(401);
    expect((await send(people.clerk.token, 'GET', at('/invitations'))).body.list).toEqual([]);
  });

  test('is listed to who manages alone', async () => {
    expect((await send(people.viewer.token, 'GET', at('/invitations'))).status).toBe(403);
    expect((await send(people.stranger.token, 'GET', at('/invitations'))).status).toBe(404);
    expect((await send('', 'GET', at('/invitations'))).status).toBe(401);
  });

  test('is kept as a hash, and neither its link nor a password is logged', async () => {
    const email = newcomer();
    const code = codeOf(await invite(email));
    const secret = 'Logged-never-9';
    await accept(code, { password: 'Wrong' });
    const kept = JSON.stringify(await database.queries.execute(sql`select * from invitations`));
    expect(kept).toContain(email);
    expect(kept).not.toContain(code);
    expect((await accept(code, { password: secret })).status).toBe(200);
    expect(lines.some((line) => line.includes('an invitation was accepted'))).toBe(true);
    for (const hidden of [code, secret, email]) expect(lines.join('')).not.toContain(hidden);
  });
});
