import { and, desc, eq, lt, ne, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { ListQuery, Role, Scalar, UserSession } from '@fusion-platform/contract';

import { prepared, selectPage, tables, together } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { lifetimeSeconds } from './tokens.ts';

const { memberships, users, userSessions } = tables;

/** Scripts log in often: of one user's sessions the oldest make way. */
const mostSessions = 1000;
const channel = 'fusion_sessions';

/** Where a login came from. */
export interface Origin {
  readonly address?: string | undefined;
  readonly client?: string | undefined;
}

export async function beginSession(
  { queries }: Database,
  userId: string,
  id: string,
  { address, client }: Origin,
): Promise<void> {
  await queries
    .delete(userSessions)
    .where(and(eq(userSessions.user_id, userId), lt(userSessions.expires_at, sql`clock_timestamp()`)));
  await queries.insert(userSessions).values({
    id,
    user_id: userId,
    expires_at: sql`clock_timestamp() + make_interval(secs => ${lifetimeSeconds})`,
    address: address ?? null,
    client: client?.slice(0, 200) ?? null,
  });
  const oldest = queries
    .select({ id: userSessions.id })
    .from(userSessions)
    .where(eq(userSessions.user_id, userId))
    .orderBy(desc(userSessions.created_at))
    .offset(mostSessions);
  await queries.delete(userSessions).where(sql`${userSessions.id} in (${oldest})`);
}

/** Who asks, and what they may do. */
export interface Asker {
  readonly user: Pick<typeof users.$inferSelect, 'id' | 'last_request_at'> | undefined;
  /** Whether the session has not ended. */
  readonly open: boolean;
  /** In the organisation that is named; undefined for one who is no member. */
  readonly roles: readonly Role[] | undefined;
}

/**
 * Who asks, of every call as it is at that moment. Calls of one session that came at the same time are one question; an
 * answer serves no call that came after it was asked, so what has ended is refused by every platform at once.
 */
export function createAskers(
  queries: Queries,
): (
  session: { readonly userId: string; readonly tokenId: string },
  organisationId: string | undefined,
) => Promise<Asker> {
  type Question = readonly [userId: string, tokenId: string, organisationId: string | undefined];
  const ask = together<Question, Asker>(async (questions) => {
    const asked = new Map<string, Promise<Asker>>();
    return await Promise.all(
      questions.map(async ([userId, tokenId, organisationId]) => {
        const same = `${userId} ${tokenId} ${organisationId}`;
        const known = asked.get(same) ?? findAsker(queries, { userId, tokenId }, organisationId);
        asked.set(same, known);
        return await known;
      }),
    );
  });
  return async ({ userId, tokenId }, organisationId) => await ask([userId, tokenId, organisationId]);
}

/** The user of a session, and the roles in an organisation, as they are now: in one question, since every call asks it. */
async function findAsker(
  queries: Queries,
  { userId, tokenId }: { readonly userId: string; readonly tokenId: string },
  organisationId: string | undefined,
): Promise<Asker> {
  const statement = prepared(queries, 'find_asker', (on) =>
    on
      .select({
        id: users.id,
        last_request_at: users.last_request_at,
        session: userSessions.id,
        roles: memberships.roles,
      })
      .from(users)
      .leftJoin(
        userSessions,
        and(eq(userSessions.id, sql.placeholder('session')), eq(userSessions.user_id, users.id)),
      )
      .leftJoin(
        memberships,
        and(
          eq(memberships.user_id, users.id),
          eq(memberships.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .where(eq(users.id, sql.placeholder('user')))
      .prepare('find_asker'),
  );
  const [row] = await statement.execute({
    user: userId,
    session: tokenId,
    organisation: organisationId ?? null,
  });
  return {
    user: row && { id: row.id, last_request_at: row.last_request_at },
    open: (row?.session ?? null) !== null,
    roles: (row?.roles ?? undefined) as readonly Role[] | undefined,
  };
}

export async function listSessions(
  { queries }: Database,
  current: { readonly userId: string; readonly tokenId: string },
  query: ListQuery,
): Promise<{ readonly list: UserSession[]; readonly last?: Readonly<Record<string, Scalar>> }> {
  const { rows, last } = await selectPage(queries, userSessions, {
    query,
    where: and(eq(userSessions.user_id, current.userId), sql`${userSessions.expires_at} > clock_timestamp()`),
  });
  const list = rows.map((row) => ({ ...row, current: row.id === current.tokenId }));
  return { list, ...(last ? { last } : {}) };
}

/** @throws CallError `not_found` */
export async function endSession(database: Database, userId: string, id: string): Promise<void> {
  const ended = await database.queries
    .delete(userSessions)
    .where(and(eq(userSessions.id, id), eq(userSessions.user_id, userId)))
    .returning({ id: userSessions.id });
  if (ended.length === 0) throw new CallError('not_found', `There is no session ${id} of this user`);
  await tellEnded(database, database.queries, userId);
}

/** Ends every session of the user but one. */
export async function endOtherSessions(database: Database, userId: string, kept: string): Promise<void> {
  await database.queries
    .delete(userSessions)
    .where(and(eq(userSessions.user_id, userId), ne(userSessions.id, kept)));
  await tellEnded(database, database.queries, userId);
}

/** Says that sessions of a user have ended, so that what goes on in them ends too. */
export async function tellEnded(database: Database, queries: Queries, userId: string): Promise<void> {
  await database.notify(queries, channel, [userId]);
}

/** Hears whose sessions have ended, on this or another platform on the same database. */
export async function hearEnded(
  database: Database,
  heard: (userId: string) => void,
): Promise<() => Promise<void>> {
  return await database.listen(channel, heard);
}
