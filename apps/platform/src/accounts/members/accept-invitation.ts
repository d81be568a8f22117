import { randomUUID } from 'node:crypto';

import { CallError } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { checkPolicy, hashPassword, passwordFits } from '../passwords.ts';
import { addMembership } from './change-members.ts';
import { findInvitation, isGood, noLongerGood } from './invitations.ts';
import { lockOrganisation } from './lock.ts';

const { invitations, organisations, users } = tables;

export interface Acceptance {
  readonly code: string;
  readonly password: string;
  readonly given_name?: string | null | undefined;
  readonly family_name?: string | null | undefined;
}

export interface Accepted {
  readonly user_id: string;
  readonly organisation_id: string;
  readonly email: string;
  /** The id of the invitation, which is gone. */
  readonly invitation: string;
}

/** Who invites to what. @throws CallError `unauthorised` */
export async function readInvitation(
  queries: Queries,
  code: string,
): Promise<{
  readonly organisation_name: string;
  readonly email: string;
  readonly roles: string[];
  readonly expires_at: string;
}> {
  const { organisation_id, email, roles, expires_at } = await findInvitation(queries, code);
  const [row] = await queries
    .select({ name: organisations.name })
    .from(organisations)
    .where(eq(organisations.id, organisation_id));
  if (!row) throw noLongerGood();
  return { organisation_name: row.name, email, roles, expires_at };
}

/**
 * Makes a member of the person who has the link. Whoever made the invitation had the link first, so it opens no account that
 * there is already: that takes the account's own password. What is asked for is the same for those who have an account and
 * those who do not, so that a link does not tell.
 * @throws CallError `unauthorised` for a link that is good no longer; `bad_request` for a password that will not do;
 * `conflict` for who is a member already
 */
export async function acceptInvitation(
  database: Database,
  { code, password, given_name, family_name }: Acceptance,
): Promise<Accepted> {
  checkPolicy(password);
  const { id, email, organisation_id, roles } = await findInvitation(database.queries, code);
  const known = await findByEmail(database.queries, email);
  if (known && !(await passwordFits(known.password_hash, password)))
    throw new CallError(
      'bad_request',
      `The password is not right: ${email} has an account here already, whose password it takes`,
    );
  const password_hash = known ? '' : await hashPassword(password);
  const user_id = known?.id ?? randomUUID();
  await database.transaction(async (tx) => {
    const name = await lockOrganisation(tx, organisation_id);
    const used = await tx
      .delete(invitations)
      .where(and(eq(invitations.id, id), isGood))
      .returning({ id: invitations.id });
    if (used.length === 0) throw noLongerGood();
    if (!known) {
      const names = { given_name: given_name?.trim() || '-', family_name: family_name?.trim() || '-' };
      const made = await tx
        .insert(users)
        .values({ id: user_id, email, password_hash, ...names })
        .onConflictDoNothing()
        .returning({ id: users.id });
      if (made.length === 0)
        throw new CallError('conflict', 'Somebody has made an account for this address meanwhile: try again');
    }
    await addMembership(tx, { id: organisation_id, name }, { userId: user_id, roles });
  });
  return { user_id, organisation_id, email: known?.email ?? email, invitation: id };
}

async function findByEmail(
  queries: Queries,
  email: string,
): Promise<Pick<typeof users.$inferSelect, 'id' | 'email' | 'password_hash'> | undefined> {
  const [row] = await queries
    .select({ id: users.id, email: users.email, password_hash: users.password_hash })
    .from(users)
    .where(sql`lower(${users.email}) = ${email.toLowerCase()}`);
  return row;
}
