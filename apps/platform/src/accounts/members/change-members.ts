import { CallError, Member, requireFields } from '@fusion-platform/contract';
import type { ModelValue } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { tellEnded } from '../sessions.ts';
import { findMember } from './list-members.ts';
import { lockOrganisation, refuseLastManager, rolesOfManager } from './lock.ts';
import type { Asker } from './lock.ts';
import { checkRoles, managing, refuseUnheld, sameRoles } from './roles.ts';

const { memberships } = tables;

/** An organisation is shown with all of them. */
const mostMembers = 1000;

/** A member, and what they could do before. */
export interface Changed {
  readonly member: Member;
  readonly before: readonly string[];
}

const membershipOf = (organisationId: string, id: string) =>
  and(eq(memberships.organisation_id, organisationId), eq(memberships.user_id, id));

/**
 * Makes a user a member whom the one who asks knows from another organisation. Of anybody else it does not tell whether they
 * have an account.
 * @throws CallError `not_found`, `conflict` for who is a member already, `forbidden`
 */
export async function addMember(
  database: Database,
  asker: Asker,
  fields: Partial<ModelValue<typeof Member>>,
): Promise<Member> {
  requireFields(Member, fields, ['email', 'roles']);
  const roles = checkRoles(fields.roles!);
  const { organisationId, userId } = asker;
  return await database.transaction(async (tx) => {
    const name = await lockOrganisation(tx, organisationId);
    refuseUnheld(await rolesOfManager(tx, asker), roles);
    const [known] = await selectRows<{ id: string }>(
      tx,
      sql`select id from users u where lower(email) = ${fields.email!.toLowerCase()} and exists (
        select 1 from memberships own join memberships other on other.organisation_id = own.organisation_id
        where own.user_id = ${userId} and other.user_id = u.id)`,
    );
    if (!known)
      throw new CallError(
        'not_found',
        `Nobody in your organisations has the address ${fields.email!}: invite them instead`,
      );
    await addMembership(tx, { id: organisationId, name }, { userId: known.id, roles });
    return await findMember(tx, organisationId, known.id);
  });
}

/** While the lock is held. @throws CallError `conflict` for who is a member already, or where there are too many */
export async function addMembership(
  tx: Queries,
  organisation: { readonly id: string; readonly name: string },
  { userId, roles }: { readonly userId: string; readonly roles: readonly string[] },
): Promise<void> {
  const [count] = await selectRows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from memberships where organisation_id = ${organisation.id}`,
  );
  if (count!.count >= mostMembers)
    throw new CallError('conflict', `An organisation has at most ${mostMembers} members: remove one first`);
  const added = await tx
    .insert(memberships)
    .values({ organisation_id: organisation.id, user_id: userId, roles: [...roles] })
    .onConflictDoNothing()
    .returning({ id: memberships.user_id });
  if (added.length === 0)
    throw new CallError('conflict', `This user is a member of "${organisation.name}" already`);
}

/**
 * @param change.from the roles that the change was made from: when they are others meanwhile, nothing changes
 * @throws CallError `not_found`, `forbidden`, `conflict`
 */
export async function changeRoles(
  database: Database,
  asker: Asker,
  id: string,
  change: { readonly roles: readonly string[]; readonly from?: readonly string[] | null | undefined },
): Promise<Changed> {
  const { organisationId } = asker;
  const roles = checkRoles(change.roles);
  return await database.transaction(async (tx) => {
    const name = await lockOrganisation(tx, organisationId);
    const own = await rolesOfManager(tx, asker);
    const { roles: before, ...member } = await findMember(tx, organisationId, id);
    if (sameRoles(before, roles)) return { member: { ...member, roles: before }, before };
    if (change.from && !sameRoles(change.from, before))
      throw new CallError(
        'conflict',
        `Somebody has changed the roles of ${member.email} meanwhile, to ${before.join(', ') || 'none'}: look again, then change them`,
      );
    const taken = before.filter((role) => !roles.some((one) => one === role));
    refuseUnheld(
      own,
      roles.filter((role) => !before.includes(role)),
    );
    if (taken.includes(managing)) await refuseLastManager(tx, { id: organisationId, name }, id);
    await tx.update(memberships).set({ roles }).where(membershipOf(organisationId, id));
    if (taken.length > 0) await endWhatNeeds(database, tx, { organisationId, userId: id }, roles);
    return { member: await findMember(tx, organisationId, id), before };
  });
}

/**
 * Members may remove themselves, managers everybody.
 * @returns the roles that the member had
 * @throws CallError `not_found`, `forbidden`, `conflict`
 */
export async function removeMember(database: Database, asker: Asker, id: string): Promise<readonly string[]> {
  const { organisationId } = asker;
  return await database.transaction(async (tx) => {
    const name = await lockOrganisation(tx, organisationId);
    if (id !== asker.userId) await rolesOfManager(tx, asker);
    const { roles } = await findMember(tx, organisationId, id);
    if (roles.includes(managing)) await refuseLastManager(tx, { id: organisationId, name }, id);
    await tx.delete(memberships).where(membershipOf(organisationId, id));
    await endWhatNeeds(database, tx, { organisationId, userId: id }, []);
    return roles;
  });
}

/** Ends what a member with these roles may not do: live streams, and invitations that are open. */
async function endWhatNeeds(
  database: Database,
  tx: Queries,
  { organisationId, userId }: Asker,
  roles: readonly string[],
): Promise<void> {
  const held = sql`${JSON.stringify(roles)}::jsonb`;
  await tx.execute(
    sql`delete from invitations where organisation_id = ${organisationId} and invited_by = ${userId}
      and not (${held} @> roles and ${held} @> ${JSON.stringify([managing])}::jsonb)`,
  );
  await tellEnded(database, tx, userId);
}
