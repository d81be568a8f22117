import { CallError } from '@fusion-platform/contract';
import type { ListQuery, Member, Scalar } from '@fusion-platform/contract';
import { and, eq, inArray } from 'drizzle-orm';

import { selectPage, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';

const { memberships, users } = tables;

type Row = Omit<typeof memberships.$inferSelect, 'roles'> & { readonly roles: readonly string[] };

export async function listMembers(
  queries: Queries,
  organisationId: string,
  query: ListQuery,
): Promise<{ readonly list: Member[]; readonly last?: Readonly<Record<string, Scalar>> }> {
  const { rows, last } = await selectPage(queries, memberships, {
    query,
    where: eq(memberships.organisation_id, organisationId),
    order: [memberships.created_at, memberships.user_id],
  });
  return { list: await present(queries, rows), ...(last ? { last } : {}) };
}

/** @throws CallError `not_found` */
export async function findMember(queries: Queries, organisationId: string, id: string): Promise<Member> {
  const rows = await queries
    .select()
    .from(memberships)
    .where(and(eq(memberships.organisation_id, organisationId), eq(memberships.user_id, id)));
  const [member] = await present(queries, rows);
  if (!member) throw new CallError('not_found', `There is no member ${id} in this organisation`);
  return member;
}

async function present(queries: Queries, rows: readonly Row[]): Promise<Member[]> {
  if (rows.length === 0) return [];
  const people = await queries
    .select({
      id: users.id,
      email: users.email,
      given_name: users.given_name,
      family_name: users.family_name,
    })
    .from(users)
    .where(
      inArray(
        users.id,
        rows.map(({ user_id }) => user_id),
      ),
    );
  const known = new Map(people.map((person) => [person.id, person]));
  return rows.flatMap(({ user_id, roles, ...row }) => {
    const person = known.get(user_id);
    // Deleted between the two questions.
    return person ? [{ ...row, ...person, roles: [...roles] }] : [];
  });
}
