import { createHash, randomBytes, randomUUID } from 'node:crypto';

import { CallError, Invitation, ModelError, requireFields } from '@fusion-platform/contract';
import type { ListQuery, ModelValue, Scalar } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { platformNow, selectPage, selectRows, tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { lockOrganisation, rolesOfManager } from './lock.ts';
import type { Asker } from './lock.ts';
import { checkRoles, managing, refuseUnheld } from './roles.ts';

const { invitations } = tables;

const lifetime = sql`interval '7 days'`;
const mostInvitations = 200;
/** What RFC 5321 leaves of an address. */
const longestAddress = 254;

const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/** Neither too old, nor made by somebody who could not make it any more. */
export const isGood = sql`${invitations.expires_at} > ${platformNow} and exists (
  select 1 from memberships maker where maker.organisation_id = ${invitations.organisation_id}
  and maker.user_id = ${invitations.invited_by} and maker.roles @> ${invitations.roles}
  and maker.roles @> ${JSON.stringify([managing])}::jsonb)`;

/**
 * An invitation, in the place of an earlier one to the same address.
 * @returns with the code of its link, of which only a hash is kept
 * @throws CallError `conflict` for who is a member already, `forbidden`; ModelError
 */
export async function invite(
  database: Database,
  asker: Asker,
  fields: Partial<ModelValue<typeof Invitation>>,
): Promise<{ readonly invitation: Invitation; readonly code: string }> {
  requireFields(Invitation, fields, ['email', 'roles']);
  const email = fields.email!;
  if (email.length > longestAddress)
    throw new ModelError('Invitation', [
      { path: 'email', message: `is longer than ${longestAddress} characters` },
    ]);
  const roles = checkRoles(fields.roles!);
  const { organisationId, userId } = asker;
  const code = randomBytes(32).toString('base64url');
  return await database.transaction(async (tx) => {
    const name = await lockOrganisation(tx, organisationId);
    refuseUnheld(await rolesOfManager(tx, asker), roles);
    await refuseMember(tx, { id: organisationId, name }, email);
    await tx
      .delete(invitations)
      .where(
        and(
          eq(invitations.organisation_id, organisationId),
          sql`(lower(${invitations.email}) = ${email.toLowerCase()} or not (${isGood}))`,
        ),
      );
    await checkNumber(tx, organisationId);
    const [row] = await tx
      .insert(invitations)
      .values({
        id: randomUUID(),
        organisation_id: organisationId,
        email,
        roles,
        invited_by: userId,
        expires_at: sql`${platformNow} + ${lifetime}`,
        code_hash: hashOf(code),
      })
      .returning();
    return { invitation: present(row!), code };
  });
}

export async function listInvitations(
  queries: Queries,
  organisationId: string,
  query: ListQuery,
): Promise<{ readonly list: Invitation[]; readonly last?: Readonly<Record<string, Scalar>> }> {
  const { rows, last } = await selectPage(queries, invitations, {
    query,
    where: and(eq(invitations.organisation_id, organisationId), isGood),
  });
  return { list: rows.map(present), ...(last ? { last } : {}) };
}

/** @throws CallError `not_found` */
export async function revokeInvitation(queries: Queries, organisationId: string, id: string): Promise<void> {
  const revoked = await queries
    .delete(invitations)
    .where(and(eq(invitations.id, id), eq(invitations.organisation_id, organisationId)))
    .returning({ id: invitations.id });
  if (revoked.length === 0)
    throw new CallError('not_found', `There is no open invitation ${id} in this organisation`);
}

/** The open invitation that the code of a link is for. @throws CallError `unauthorised` */
export async function findInvitation(
  queries: Queries,
  code: string,
): Promise<typeof invitations.$inferSelect> {
  const [row] = await queries
    .select()
    .from(invitations)
    .where(and(eq(invitations.code_hash, hashOf(code)), isGood));
  if (!row) throw noLongerGood();
  return row;
}

export const noLongerGood = (): CallError =>
  new CallError(
    'unauthorised',
    'This invitation has been used or revoked, or is too old: ask a manager of the organisation for another one',
  );

async function refuseMember(
  tx: Queries,
  organisation: { readonly id: string; readonly name: string },
  email: string,
): Promise<void> {
  const members = await selectRows(
    tx,
    sql`select 1 from memberships m join users u on u.id = m.user_id
      where m.organisation_id = ${organisation.id} and lower(u.email) = ${email.toLowerCase()}`,
  );
  if (members.length > 0)
    throw new CallError('conflict', `${email} is a member of "${organisation.name}" already`);
}

async function checkNumber(tx: Queries, organisationId: string): Promise<void> {
  const [row] = await selectRows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from invitations where organisation_id = ${organisationId}`,
  );
  if (row!.count >= mostInvitations)
    throw new CallError(
      'conflict',
      `An organisation has at most ${mostInvitations} open invitations: revoke one first`,
    );
}

/** The hash stays here. */
function present(row: typeof invitations.$inferSelect): Invitation {
  const { code_hash: _, ...shown } = row;
  return shown;
}
