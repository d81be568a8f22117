import { and, asc, eq } from 'drizzle-orm';

import { CallError, Organisation } from '@fusion-platform/contract';
import type { ModelValue, Role } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';

type Value = ModelValue<typeof Organisation>;
export type OrganisationValue = { readonly [K in keyof Value]?: Value[K] | null };

/** The user's roles in an organisation; absent when not a member. */
export async function rolesOf(
  queries: Queries,
  organisationId: string,
  userId: string,
): Promise<readonly Role[] | undefined> {
  const { memberships } = tables;
  const [row] = await queries
    .select({ roles: memberships.roles })
    .from(memberships)
    .where(and(eq(memberships.organisation_id, organisationId), eq(memberships.user_id, userId)));
  return row?.roles as readonly Role[] | undefined;
}

export async function presentOrganisation(queries: Queries, id: string): Promise<OrganisationValue> {
  const [row] = await queries.select().from(tables.organisations).where(eq(tables.organisations.id, id));
  if (!row) throw new CallError('not_found', `There is no organisation ${id}`);
  const users = await queries
    .select({ id: tables.users.id, email: tables.users.email, roles: tables.memberships.roles })
    .from(tables.memberships)
    .innerJoin(tables.users, eq(tables.users.id, tables.memberships.user_id))
    .where(eq(tables.memberships.organisation_id, id))
    .orderBy(asc(tables.memberships.created_at));
  return { ...row, users };
}

const writable: readonly string[] = Organisation.fields.filter((name) => !Organisation.readOnly.has(name));

export async function updateOrganisation(
  queries: Queries,
  id: string,
  fields: Partial<Value>,
): Promise<OrganisationValue> {
  const changes = Object.fromEntries(Object.entries(fields).filter(([name]) => writable.includes(name)));
  await queries
    .update(tables.organisations)
    .set({ ...changes, id })
    .where(eq(tables.organisations.id, id));
  return await presentOrganisation(queries, id);
}

/** @throws CallError `conflict` while the organisation still holds something */
export async function deleteOrganisation(database: Database, id: string): Promise<void> {
  try {
    await database.queries.delete(tables.organisations).where(eq(tables.organisations.id, id));
  } catch (error) {
    const code = (error as { cause?: { code?: string } }).cause?.code;
    if (code !== '23503') throw error;
    throw new CallError(
      'conflict',
      'The organisation still holds data, services or processes: delete these first',
      {
        cause: error,
      },
    );
  }
}
