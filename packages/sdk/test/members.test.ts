import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import {
  acceptInvitation,
  AuthenticationError,
  ConflictError,
  NotFoundError,
  PermissionError,
  readInvitation,
  UnsupportedError,
} from '../src/index.ts';
import { page, Refusal } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { id, organisationId } from './samples.ts';
import type { Wire } from './samples.ts';

const dates = { created_at: '2026-01-01T00:00:00+00:00', updated_at: '2026-01-01T00:00:00+00:00' };
const code = 'A'.repeat(43);
const newcomer = { email: 'grace@example.com', roles: ['view_processing_chains'] } as const;

const member = (n: number, more: object = {}): Wire => ({
  id: id(7100 + n),
  ...dates,
  organisation_id: organisationId,
  email: `member-${n}@example.com`,
  given_name: 'Grace',
  family_name: 'Hopper',
  roles: ['view_processing_chains'],
  ...more,
});
const members = (count: number) =>
  Array.from({ length: count }, (_, n) => member(n)) as Wire[] & { id: string }[];
const invitation = (more: object = {}): Wire => ({
  id: id(7200),
  ...dates,
  organisation_id: organisationId,
  ...newcomer,
  invited_by: id(7100),
  expires_at: '2026-01-08T00:00:00+00:00',
  ...more,
});
const refusal = (status: number, code_: string) => () => {
  throw new Refusal(status, { error_message: 'refused', code: code_ });
};

test('members are listed, changed from the roles that are known, and removed', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listMembers, ({ list }) => page(members(3), list));
  const roles = ['view_processing_chains', 'manage_organisation'] as const;
  platform.on(calls.changeMemberRoles, () => ({ model: member(1, { roles }), extras: {} }));
  platform.on(calls.removeMember, () => ({}));
  const all = await (await organisationOf(platform)).members().toArray();
  expect(all.map(({ email }) => email)).toEqual([0, 1, 2].map((n) => `member-${n}@example.com`));
  const [, one] = all;
  await one!.changeRoles(roles);
  expect(platform.asked(calls.changeMemberRoles)[0]).toMatchObject({
    params: { organisation_id: organisationId, member_id: id(7101) },
    body: { Member: { roles, from: ['view_processing_chains'] } },
  });
  expect(one!.roles).toEqual(roles);
  await one!.remove();
  expect(platform.asked(calls.removeMember)[0]!.params).toEqual({
    organisation_id: organisationId,
    member_id: id(7101),
  });
});

test('who is known is added; who is not, and a platform without members, are told apart', async () => {
  await using platform = await startPlatform();
  const organisation = await organisationOf(platform);
  platform.on(calls.addMember, () => ({ model: member(4), extras: {} }));
  expect((await organisation.addMember(newcomer)).email).toBe('member-4@example.com');
  expect(platform.asked(calls.addMember)[0]!.body).toEqual({
    'Member[email]': newcomer.email,
    'Member[roles]': newcomer.roles,
  });
  platform.on(calls.addMember, refusal(404, 'not_found'));
  platform.on(calls.listMembers, ({ list }) => page(members(1), list));
  await expect(organisation.addMember(newcomer)).rejects.toBeInstanceOf(NotFoundError);
  platform.on(calls.listMembers, refusal(404, 'not_found'));
  await expect(organisation.addMember(newcomer)).rejects.toMatchObject({
    code: 'unsupported',
    call: 'addMember',
  });
});

test('an invitation is made with its link, listed without it, and revoked', async () => {
  await using platform = await startPlatform();
  const url = `${platform.url}/invitation#code=${code}`;
  platform.on(calls.createInvitation, () => ({ model: invitation({ url }), extras: {} }));
  platform.on(calls.listInvitations, () => ({ list: [invitation()], extras: {} }));
  platform.on(calls.revokeInvitation, () => ({}));
  const organisation = await organisationOf(platform);
  expect((await organisation.invite(newcomer)).url).toBe(url);
  const [open] = await organisation.invitations().toArray();
  expect([open!.email, open!.url]).toEqual([newcomer.email, undefined]);
  await open!.revoke();
  expect(platform.asked(calls.revokeInvitation)[0]!.params).toEqual({
    organisation_id: organisationId,
    invitation_id: id(7200),
  });
});

test('an invitation is read and accepted with its link or its code, without a login, and shows in no log', async () => {
  await using platform = await startPlatform();
  const told = { organisation_name: 'Survey', ...newcomer, expires_at: '2026-01-08T00:00:00+00:00' };
  const done = { user_id: id(1), organisation_id: organisationId, email: newcomer.email };
  platform.on(calls.readInvitation, () => told);
  platform.on(calls.acceptInvitation, () => done);
  const lines: unknown[] = [];
  const write = (...line: unknown[]): void => void lines.push(line);
  const options = {
    apiUrl: platform.url,
    logLevel: 'debug',
    logger: { debug: write, info: write, warn: write, error: write },
  } as const;
  const link = `${platform.url}/invitation#code=${code}`;
  expect(await readInvitation({ ...options, link })).toEqual(told);
  const password = 'Never-logged-1';
  expect(await acceptInvitation({ ...options, link: code, password, givenName: 'Grace' })).toEqual(done);
  for (const call of [calls.readInvitation, calls.acceptInvitation]) {
    expect(platform.asked(call)[0]!.headers.authorization).toBeUndefined();
    expect(platform.asked(call)[0]!.body).toMatchObject({ Invitation: { code } });
  }
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [code, password]) expect(JSON.stringify(lines)).not.toContain(secret);
});

test.each([
  [403, 'forbidden', PermissionError],
  [409, 'conflict', ConflictError],
] as const)('what is refused with %i is told as such', async (status, name, kind) => {
  await using platform = await startPlatform();
  platform.on(calls.listMembers, ({ list }) => page(members(1), list));
  for (const call of [calls.changeMemberRoles, calls.removeMember, calls.createInvitation])
    platform.on(call, refusal(status, name));
  const organisation = await organisationOf(platform);
  const one = (await organisation.members().first())!;
  await expect(one.changeRoles(['create_ssds'])).rejects.toBeInstanceOf(kind);
  await expect(one.remove()).rejects.toBeInstanceOf(kind);
  await expect(organisation.invite(newcomer)).rejects.toBeInstanceOf(kind);
});

test('a link that is good no longer, and a platform without invitations, are told apart', async () => {
  await using platform = await startPlatform();
  const asked = { apiUrl: platform.url, link: code, password: 'Secret-12' };
  platform.on(calls.acceptInvitation, refusal(401, 'unauthorised'));
  await expect(acceptInvitation(asked)).rejects.toBeInstanceOf(AuthenticationError);
  platform.on(calls.acceptInvitation, refusal(404, 'not_found'));
  await expect(acceptInvitation(asked)).rejects.toBeInstanceOf(UnsupportedError);
});
