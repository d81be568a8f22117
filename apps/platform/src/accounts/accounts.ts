import { randomUUID } from 'node:crypto';

import type { ListQuery, Role } from '@fusion-platform/contract';
import { CallError } from '@fusion-platform/contract';

import type { Database } from '../database/index.ts';
import { presentCredit } from './credit.ts';
import { deleteOrganisation, presentOrganisation, updateOrganisation } from './organisations.ts';
import type { OrganisationValue } from './organisations.ts';
import { beginSession, createAskers, endSession, hearEnded, listSessions } from './sessions.ts';
import type { Origin } from './sessions.ts';
import { createMembers } from './members/index.ts';
import type { Members } from './members/index.ts';
import { makeSignInCode, readSignInCode } from './sign-in-codes.ts';
import type { SignInCode } from './sign-in-codes.ts';
import { createTokenReader, issueTokens, sessionExpired, signingKey } from './tokens.ts';
import type { Session } from './tokens.ts';
import {
  changePassword,
  checkLogin,
  deleteUser,
  findUser,
  noteRequest,
  presentUser,
  updateUser,
} from './users.ts';
import type { UserValue } from './users.ts';

/** Users, organisations and who may do what in them. */
export interface Accounts {
  readonly members: Members;
  login(
    who: {
      email?: string | null | undefined;
      user_id?: string | null | undefined;
      password: string;
    },
    origin?: Origin,
  ): Promise<{
    id_token: string;
    access_token: string;
  }>;
  /**
   * Who asks, and what they may do in an organisation where one is named.
   * @returns the roles as undefined for one who is no member
   * @throws CallError `unauthorised` or `session_expired`
   */
  authenticate(
    authorization: string | undefined,
    organisationId?: string,
  ): Promise<Session & { readonly roles: readonly Role[] | undefined }>;
  /** A code with which the user can be logged in without a password. */
  signInCode(userId: string): Promise<{ readonly code: string; readonly expiresAt: Date }>;
  /** Whose code it is. That it serves once is for the caller to see to. @throws CallError `unauthorised` */
  readSignInCode(code: string): Promise<SignInCode>;
  /** A session for a user whose code it was. */
  openSession(userId: string, origin?: Origin): Promise<{ id_token: string; access_token: string }>;
  user(id: string): Promise<UserValue>;
  updateUser(id: string, fields: Parameters<typeof updateUser>[2]): Promise<UserValue>;
  deleteUser(id: string): Promise<void>;
  /** Ends the session: its token counts no longer. @throws CallError `not_found` */
  endSession(userId: string, sessionId: string): Promise<void>;
  listSessions(session: Session, query: ListQuery): ReturnType<typeof listSessions>;
  /** Calls back with each user of whom sessions have ended. */
  hearEnded(heard: (userId: string) => void): Promise<() => Promise<void>>;
  changePassword(session: Session, passwords: { old_password: string; new_password: string }): Promise<void>;
  organisation(id: string): Promise<OrganisationValue>;
  updateOrganisation(
    id: string,
    fields: Parameters<typeof updateOrganisation>[2],
  ): Promise<OrganisationValue>;
  deleteOrganisation(id: string): Promise<void>;
  credit(organisationId: string): ReturnType<typeof presentCredit>;
}

export async function createAccounts(database: Database): Promise<Accounts> {
  const { queries } = database;
  const key = await signingKey(queries);
  const readToken = createTokenReader(key);
  const findAsker = createAskers(queries);
  const open = async (user: { readonly id: string; readonly email: string }, origin: Origin) => {
    const sessionId = randomUUID();
    await beginSession(database, user.id, sessionId, origin);
    return await issueTokens(key, user, sessionId);
  };
  return {
    members: createMembers(database),
    login: async ({ password, ...who }, origin = {}) => {
      return await open(await checkLogin(queries, who, password), origin);
    },
    authenticate: async (authorization, organisationId) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (!token) throw new CallError('unauthorised', 'Log in first: the call carries no access token');
      const session = await readToken(token);
      const { user, open: isOpen, roles } = await findAsker(session, organisationId);
      if (!user) throw new CallError('unauthorised', 'The user of this session no longer exists');
      if (!isOpen)
        throw sessionExpired(
          'The session was ended, by logging out or by a change of the password: log in again',
        );
      await noteRequest(queries, user, session.tokenId);
      return { ...session, roles: organisationId ? roles : [] };
    },
    signInCode: async (userId) => await makeSignInCode(queries, key, userId),
    readSignInCode: async (code) => await readSignInCode(queries, key, code),
    openSession: async (userId, origin = {}) => {
      const user = await findUser(queries, userId);
      if (!user) throw new CallError('unauthorised', 'The user of this code no longer exists');
      return await open(user, origin);
    },
    user: async (id) => await presentUser(queries, id),
    updateUser: async (id, fields) => await updateUser(queries, id, fields),
    endSession: async (userId, sessionId) => await endSession(database, userId, sessionId),
    listSessions: async (session, query) => await listSessions(database, session, query),
    hearEnded: async (heard) => await hearEnded(database, heard),
    deleteUser: async (id) => await deleteUser(database, id),
    changePassword: async ({ userId, tokenId }, passwords) =>
      await changePassword(database, { id: userId, tokenId }, passwords),
    organisation: async (id) => await presentOrganisation(queries, id),
    updateOrganisation: async (id, fields) => await updateOrganisation(queries, id, fields),
    deleteOrganisation: async (id) => await deleteOrganisation(database, id),
    credit: async (organisationId) => await presentCredit(queries, organisationId),
  };
}
