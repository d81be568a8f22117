import { asc, eq, sql } from 'drizzle-orm';

import { CallError, User } from '@fusion-platform/contract';
import type { ModelValue } from '@fusion-platform/contract';

import { selectRows, tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { checkPolicy, hashPassword, passwordFits } from './passwords.ts';
import { endOtherSessions, tellEnded } from './sessions.ts';

type UserRow = typeof tables.users.$inferSelect;
export type UserValue = { readonly [K in keyof ModelValue<typeof User>]?: ModelValue<typeof User>[K] | null };

/** Whose email or id and password these are. @throws CallError with the API's own words when they are nobody's */
export async function checkLogin(
  queries: Queries,
  who: { readonly email?: string | null | undefined; readonly user_id?: string | null | undefined },
  password: string,
): Promise<UserRow> {
  const row = await findLogin(queries, who);
  if (!(await passwordFits(row?.password_hash, password)) || !row) {
    throw new CallError('bad_request', 'Incorrect username or password');
  }
  return row;
}

async function findLogin(
  queries: Queries,
  {
    email,
    user_id,
  }: { readonly email?: string | null | undefined; readonly user_id?: string | null | undefined },
): Promise<UserRow | undefined> {
  const { users } = tables;
  if (email) {
    const [row] = await queries
      .select()
      .from(users)
      .where(sql`lower(${users.email}) = ${email.toLowerCase()}`);
    return row;
  }
  if (user_id) {
    const [row] = await queries
      .select()
      .from(users)
      .where(sql`${users.id}::text = ${user_id.toLowerCase()}`);
    return row;
  }
  return undefined;
}

export async function findUser(queries: Queries, id: string): Promise<UserRow | undefined> {
  const [row] = await queries.select().from(tables.users).where(eq(tables.users.id, id));
  return row;
}

/** Notes that the user is here, at most once a minute. */
export async function noteRequest(
  queries: Queries,
  { id, last_request_at: noted }: Pick<UserRow, 'id' | 'last_request_at'>,
  sessionId: string,
): Promise<void> {
  // Clients that wait for something ask several times a second.
  if (noted !== null && Date.parse(noted) > Date.now() - 60_000) return;
  await queries.execute(
    sql`update users set last_request_at = clock_timestamp() where id = ${id} and (last_request_at is null or last_request_at < clock_timestamp() - interval '1 minute')`,
  );
  await queries.execute(
    sql`update user_sessions set last_request_at = clock_timestamp() where id = ${sessionId}`,
  );
}

export async function presentUser(queries: Queries, id: string): Promise<UserValue> {
  const row = await findUser(queries, id);
  if (!row) throw new CallError('not_found', `There is no user ${id}`);
  const memberships = await queries
    .select({ id: tables.memberships.organisation_id })
    .from(tables.memberships)
    .where(eq(tables.memberships.user_id, id))
    .orderBy(asc(tables.memberships.created_at));
  return {
    ...row,
    organisations: memberships.map((organisation, i) => ({ id: organisation.id, last: i === 0 })),
  };
}

const writable = User.fields.filter(
  (name) => !User.readOnly.has(name) && name !== 'organisations' && name !== 'role',
);

export async function updateUser(
  queries: Queries,
  id: string,
  fields: Partial<ModelValue<typeof User>>,
): Promise<UserValue> {
  const changes = Object.fromEntries(
    Object.entries(fields).filter(([name]) => (writable as string[]).includes(name)),
  );
  await queries
    .update(tables.users)
    .set({ ...changes, id })
    .where(eq(tables.users.id, id));
  return await presentUser(queries, id);
}

/** Ends every other session of the user. */
export async function changePassword(
  database: Database,
  user: { readonly id: string; readonly tokenId: string },
  passwords: { readonly old_password: string; readonly new_password: string },
): Promise<void> {
  const row = await findUser(database.queries, user.id);
  if (!(await passwordFits(row?.password_hash, passwords.old_password))) {
    throw new CallError('bad_request', 'The old password is not right');
  }
  checkPolicy(passwords.new_password);
  await database.queries
    .update(tables.users)
    .set({
      password_hash: await hashPassword(passwords.new_password),
      password_set_at: sql`clock_timestamp()`,
    })
    .where(eq(tables.users.id, user.id));
  await endOtherSessions(database, user.id, user.tokenId);
}

/** @throws CallError `conflict` when an organisation would be left without anyone to manage it */
export async function deleteUser(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    // In one order, so that two that do it at once cannot wait for each other for ever.
    await tx.execute(
      sql`select id from organisations where id in (select organisation_id from memberships where user_id = ${id})
        order by id for no key update`,
    );
    const rows = await selectRows<{ name: string }>(
      tx,
      sql`
      select o.name from memberships m join organisations o on o.id = m.organisation_id
      where m.user_id = ${id} and m.roles @> '["manage_organisation"]'::jsonb and not exists (
        select 1 from memberships other where other.organisation_id = m.organisation_id
        and other.user_id <> m.user_id and other.roles @> '["manage_organisation"]'::jsonb)`,
    );
    if (rows.length > 0) {
      throw new CallError(
        'conflict',
        `Nobody else manages ${rows.map(({ name }) => `"${name}"`).join(', ')}: give another user that role, or delete the organisation first`,
      );
    }
    await tx.delete(tables.users).where(eq(tables.users.id, id));
    await tellEnded(database, tx, id);
  });
}
