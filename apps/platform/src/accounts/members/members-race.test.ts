import { roles } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../../e2e/support/postgresql.ts';
import { openDatabase, selectRows } from '../../database/index.ts';
import type { Database } from '../../database/index.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';
import { addOrganisation, addUser, createAccounts } from '../index.ts';
import type { Accounts } from '../index.ts';

const programs = await postgresqlPrograms();
const password = 'Sentinel-2a';
const rounds = 5;

const databases: { kind: string; open: () => Promise<readonly [Database, () => Promise<void>]> }[] = [
  {
    kind: 'the embedded database',
    open: async () => {
      const database = await openTestDatabase();
      return [database, async () => await database.close()];
    },
  },
  {
    kind: `a server of PostgreSQL${programs ? '' : ' (skipped: PostgreSQL is not installed)'}`,
    open: async () => {
      const server = await startPostgresql(programs!);
      const database = await openDatabase({ folder: '', url: server.url });
      return [
        database,
        async () => {
          await database.close();
          await server.stop();
        },
      ];
    },
  },
];

describe.each(databases)('at the same time, on $kind', ({ kind, open }) => {
  const skipped = kind.includes('skipped');
  let database: Database;
  let accounts: Accounts;
  let close: (() => Promise<void>) | undefined;
  let made = 0;
  afterAll(async () => await close?.());

  const start = async (): Promise<void> => {
    if (close) return;
    [database, close] = await open();
    accounts = await createAccounts(database);
  };

  /** An organisation that two people manage. */
  const manage = async () => {
    made += 1;
    const name = `Survey ${made}`;
    const organisationId = await addOrganisation(database, { name, credits: '1' });
    const people = await Promise.all(
      ['ada', 'grace'].map(async (who) => {
        const email = `${who}-${made}@example.com`;
        const names = { givenName: who, familyName: 'Test' };
        await addUser(database, { email, password, organisation: name, roles, ...names });
        const [row] = await selectRows<{ id: string }>(
          database.queries,
          sql`select id from users where email = ${email}`,
        );
        return { userId: row!.id, organisationId };
      }),
    );
    return { organisationId, ada: people[0]!, grace: people[1]! };
  };
  type Managed = Awaited<ReturnType<typeof manage>>;
  /** Some rounds, each with an organisation of its own. */
  const inRounds = (meet: (managed: Managed, round: number) => Promise<void>) => async (): Promise<void> => {
    await start();
    for (let round = 0; round < rounds; round += 1) await meet(await manage(), round);
  };
  const managers = async (organisationId: string): Promise<number> => {
    const { list } = await accounts.members.list(organisationId, {});
    return list.filter((one) => one.roles.includes('manage_organisation')).length;
  };
  const codesOf = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
    outcomes
      .map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code))
      .sort();

  test.skipIf(skipped)(
    'two who take management from each other leave one who manages',
    inRounds(async ({ organisationId, ada, grace }) => {
      const without = { roles: ['view_processing_chains'] };
      const outcomes = await Promise.allSettled([
        accounts.members.changeRoles(ada, grace.userId, without),
        accounts.members.changeRoles(grace, ada.userId, without),
      ]);
      expect(codesOf(outcomes)).toEqual(['done', 'forbidden']);
      expect(await managers(organisationId)).toBe(1);
    }),
  );

  test.skipIf(skipped)(
    'two who leave, however they leave, leave one who manages',
    inRounds(async ({ organisationId, ada, grace }, round) => {
      const without = { roles: ['view_processing_chains'] };
      const outcomes = await Promise.allSettled([
        accounts.deleteUser(ada.userId),
        round % 2 === 0
          ? accounts.members.remove(grace, grace.userId)
          : accounts.members.changeRoles(grace, grace.userId, without),
      ]);
      expect(codesOf(outcomes)).toEqual(['conflict', 'done']);
      expect(await managers(organisationId)).toBe(1);
    }),
  );

  test.skipIf(skipped)(
    'of two changes that were made from the same roles one is refused, and none is lost',
    inRounds(async ({ organisationId, ada, grace }) => {
      const from = [...roles];
      const outcomes = await Promise.allSettled([
        accounts.members.changeRoles(ada, grace.userId, { from, roles: roles.slice(0, 1) }),
        accounts.members.changeRoles(ada, grace.userId, { from, roles: roles.slice(0, 2) }),
      ]);
      expect(codesOf(outcomes)).toEqual(['conflict', 'done']);
      const winner = outcomes.find((one) => one.status === 'fulfilled')!.value;
      const { list } = await accounts.members.list(organisationId, {});
      expect(list.find(({ id }) => id === grace.userId)!.roles).toEqual(winner.member.roles);
    }),
  );

  test.skipIf(skipped)(
    'an invitation serves once',
    inRounds(async ({ organisationId, ada }) => {
      const email = `invited-${made}@example.com`;
      const { code } = await accounts.members.invite(ada, { email, roles: ['view_processing_chains'] });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 3 }, async () => await accounts.members.acceptInvitation({ code, password })),
      );
      const codes = codesOf(outcomes);
      expect(codes.filter((one) => one === 'done')).toHaveLength(1);
      const { list } = await accounts.members.list(organisationId, {});
      expect(list.filter((one) => one.email === email)).toHaveLength(1);
      expect((await accounts.members.listInvitations(organisationId, {})).list).toEqual([]);
    }),
  );
});
