import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { createAccounts, firstOrganisation, firstStart } from './index.ts';
import type { Accounts } from './index.ts';

const email = 'ada@example.com';
const password = 'Sentinel-2a';

let database: Database;
let accounts: Accounts;
let organisation: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await firstStart(database, { email, password, organisation: 'Survey', credits: '1' });
  organisation = await firstOrganisation(database);
  accounts = await createAccounts(database);
});
afterAll(async () => await database.close());

const logIn = async (): Promise<string> =>
  `Bearer ${(await accounts.login({ email, password })).access_token}`;
const codeOf = async (asking: Promise<unknown>): Promise<string> =>
  await asking.then(
    () => 'let in',
    (error: unknown) => (error as { code: string }).code,
  );

describe('Calls that come at the same time', () => {
  test('are each what their own session and organisation allow', async () => {
    const [first, second] = [await logIn(), await logIn()];
    const other = '6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11';
    const [own, again, elsewhere, none] = await Promise.all([
      accounts.authenticate(first, organisation),
      accounts.authenticate(second, organisation),
      accounts.authenticate(first, other),
      accounts.authenticate(first),
    ]);
    expect(own.roles).toContain('manage_organisation');
    expect(again.roles).toEqual(own.roles);
    expect(again.tokenId).not.toBe(own.tokenId);
    expect(elsewhere.roles).toBeUndefined();
    expect(none.roles).toEqual([]);
  });

  test('are refused from the moment a session is gone from the database, whoever ended it', async () => {
    const [ended, kept] = [await logIn(), await logIn()];
    const { tokenId } = await accounts.authenticate(ended, organisation);
    for (let round = 0; round < 5; round += 1) void codeOf(accounts.authenticate(ended, organisation));
    // As another platform on the same database does it, which tells this one nothing.
    await database.queries.delete(tables.userSessions).where(eq(tables.userSessions.id, tokenId));
    const after = [ended, kept, ended].map(
      async (token) => await codeOf(accounts.authenticate(token, organisation)),
    );
    expect(await Promise.all(after)).toEqual(['session_expired', 'let in', 'session_expired']);
  });

  test('see a change of roles at once, and the end of a membership', async () => {
    const token = await logIn();
    const rolesOf = async () => (await accounts.authenticate(token, organisation)).roles;
    const before = await rolesOf();
    await database.queries
      .update(tables.memberships)
      .set({ roles: sql`'["view_processing_chains"]'::jsonb` });
    expect(await rolesOf()).toEqual(['view_processing_chains']);
    await database.queries.delete(tables.memberships);
    expect(before).not.toEqual(['view_processing_chains']);
    expect(await rolesOf()).toBeUndefined();
  });
});
