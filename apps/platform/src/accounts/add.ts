import { randomUUID } from 'node:crypto';

import { eq, inArray, sql } from 'drizzle-orm';

import { CallError, User } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { grant } from './ledger.ts';
import { checkRoles, lockOrganisation } from './members/index.ts';
import { checkPolicy, hashPassword, makePassword } from './passwords.ts';
import { ssdsOf } from './purses.ts';
import type { Purse } from './purses.ts';
import { tellEnded } from './sessions.ts';

/** Makes an organisation, with credits. */
export async function addOrganisation(
  database: Database,
  options: { readonly name: string; readonly credits: string },
): Promise<string> {
  const id = randomUUID();
  await database.transaction(async (tx) => {
    await tx.insert(tables.organisations).values({ id, name: options.name, currency: 'GBP' });
    await grant(tx, {
      organisationId: id,
      amount: options.credits,
      idempotencyKey: `first-credits:${id}`,
    });
  });
  return id;
}

/**
 * Puts credits into a purse of an organisation.
 * @throws CallError naming what is wrong
 */
export async function addCredits(
  database: Database,
  options: {
    /** Name or id. */
    readonly organisation: string;
    readonly credits: string;
    /** Without one, `any`. */
    readonly purse?: Purse | undefined;
  },
): Promise<void> {
  const { queries } = database;
  const organisationId = await organisationByName(queries, options.organisation);
  const ssdIds = ssdsOf(options.purse ?? 'any') ?? [];
  const known = await queries
    .select({ id: tables.services.ssd_id })
    .from(tables.services)
    .where(inArray(tables.services.ssd_id, [...ssdIds]));
  // Nothing could ever be paid with credits for an SSD that is a slip of the hand.
  const unknown = ssdIds.find((id) => !known.some((ssd) => ssd.id === id));
  if (unknown !== undefined) throw new CallError('not_found', `There is no service with the SSD ${unknown}`);
  await grant(queries, {
    organisationId,
    purse: options.purse ?? 'any',
    amount: options.credits,
    idempotencyKey: `grant:${randomUUID()}`,
  });
}

export interface NewUser {
  readonly email: string;
  readonly password: string | undefined;
  readonly givenName: string;
  readonly familyName: string;
  /** Name or id. */
  readonly organisation: string;
  readonly roles: readonly string[];
}

/**
 * Makes a user who is a member of an organisation; an existing user becomes a member as well.
 * @returns the password where one was made here: to be shown once
 * @throws CallError naming what is wrong
 */
export async function addUser(database: Database, user: NewUser): Promise<string | undefined> {
  const roles = checkRoles(user.roles);
  // As the contract has it: an answer that holds what is none could not be sent to anybody.
  if (!User.schema.shape.email.safeParse(user.email).success)
    throw new CallError('bad_request', `"${user.email}" is not an e-mail address`);
  if (user.password !== undefined) checkPolicy(user.password);
  const [known] = await database.queries
    .select({ id: tables.users.id })
    .from(tables.users)
    .where(sql`lower(${tables.users.email}) = ${user.email.toLowerCase()}`);
  const password = user.password ?? makePassword();
  const hash = known ? '' : await hashPassword(password);
  await database.transaction(async (tx) => {
    const organisation_id = await organisationByName(tx, user.organisation);
    await lockOrganisation(tx, organisation_id);
    const user_id = known?.id ?? randomUUID();
    if (!known) {
      await tx.insert(tables.users).values({
        id: user_id,
        email: user.email,
        password_hash: hash,
        given_name: user.givenName,
        family_name: user.familyName,
      });
    }
    await tx
      .insert(tables.memberships)
      .values({ organisation_id, user_id, roles })
      .onConflictDoUpdate({
        target: [tables.memberships.organisation_id, tables.memberships.user_id],
        set: { roles },
      });
    // Who was a member already may do less now.
    if (known) await tellEnded(database, tx, known.id);
  });
  return known || user.password !== undefined ? undefined : password;
}

async function organisationByName(queries: Queries, nameOrId: string): Promise<string> {
  const { organisations } = tables;
  const found = await queries
    .select({ id: organisations.id })
    .from(organisations)
    .where(sql`${organisations.id}::text = ${nameOrId.toLowerCase()} or ${eq(organisations.name, nameOrId)}`);
  if (found.length === 1 && found[0]) return found[0].id;
  throw new CallError(
    'not_found',
    found.length === 0
      ? `There is no organisation "${nameOrId}"`
      : `Several organisations are called "${nameOrId}": give the id`,
  );
}
