import { randomUUID } from 'node:crypto';

import { asc } from 'drizzle-orm';

import { roles } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { grant } from './ledger.ts';
import { checkPolicy, hashPassword, makePassword } from './passwords.ts';

export interface FirstStart {
  readonly email: string;
  /** Only when it was made here: to be shown once. */
  readonly generatedPassword: string | undefined;
}

/** Makes the first user and organisation on an empty database; gives nothing on any later start. */
export async function firstStart(
  database: Database,
  options: {
    readonly email: string;
    readonly password: string | undefined;
    readonly organisation: string;
    readonly credits: string;
  },
): Promise<FirstStart | undefined> {
  if (options.password !== undefined) checkPolicy(options.password);
  const password = options.password ?? makePassword();
  const [known] = await database.queries.select({ id: tables.users.id }).from(tables.users).limit(1);
  if (known) return undefined;
  const password_hash = await hashPassword(password);
  await database.transaction(async (tx) => {
    const user = randomUUID();
    const organisation = randomUUID();
    await tx.insert(tables.users).values({
      id: user,
      email: options.email,
      password_hash,
      given_name: 'Platform',
      family_name: 'Administrator',
    });
    await tx
      .insert(tables.organisations)
      .values({ id: organisation, name: options.organisation, currency: 'GBP' });
    await tx
      .insert(tables.memberships)
      .values({ organisation_id: organisation, user_id: user, roles: [...roles] });
    await grant(tx, {
      organisationId: organisation,
      amount: options.credits,
      idempotencyKey: `first-start:${organisation}`,
      note: 'Credits of the first start',
    });
  });
  return { email: options.email, generatedPassword: options.password === undefined ? password : undefined };
}

/** The organisation that was made first: it owns the services that come with the platform. */
export async function firstOrganisation(database: Database): Promise<string> {
  const [row] = await database.queries
    .select({ id: tables.organisations.id })
    .from(tables.organisations)
    .orderBy(asc(tables.organisations.created_at))
    .limit(1);
  if (!row) throw new Error('The platform has no organisation');
  return row.id;
}
