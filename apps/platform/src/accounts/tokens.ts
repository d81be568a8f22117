import { randomBytes, randomUUID } from 'node:crypto';

import { eq } from 'drizzle-orm';
import { errors, jwtVerify, SignJWT } from 'jose';

import { CallError } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

const issuer = 'fusion-platform';
export const lifetimeSeconds = 24 * 60 * 60;

export interface Session {
  readonly userId: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
}

/** The platform's key for tokens: made on first use, the same for every platform on the database. */
export async function signingKey(queries: Queries, name = 'sessions'): Promise<Uint8Array> {
  await queries
    .insert(tables.platformKeys)
    .values({ name, value: randomBytes(32).toString('base64') })
    .onConflictDoNothing();
  const [row] = await queries.select().from(tables.platformKeys).where(eq(tables.platformKeys.name, name));
  return Buffer.from(row!.value, 'base64');
}

/** The two tokens of a login, good for a day. */
export async function issueTokens(
  key: Uint8Array,
  user: { readonly id: string; readonly email: string },
  sessionId: string,
): Promise<{ readonly id_token: string; readonly access_token: string }> {
  const sign = async (use: string, id: string, claims: Record<string, unknown> = {}) =>
    await new SignJWT({ ...claims, token_use: use })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setSubject(user.id)
      .setJti(id)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(key);
  return {
    id_token: await sign('id', randomUUID(), { email: user.email }),
    access_token: await sign('access', sessionId),
  };
}

/** So many tokens are kept as read; a session has one. */
const mostTokens = 1000;

/**
 * Reads access tokens. What the signature of a token says never changes, so it is checked once; that the token has not
 * expired is looked at each time, and whether the session is open is for the database to say.
 */
export function createTokenReader(key: Uint8Array): (token: string) => Promise<Session> {
  const known = new Map<string, Session>();
  return async (token) => {
    const found = known.get(token);
    if (found && found.expiresAt.getTime() > Date.now()) return found;
    known.delete(token);
    const session = await readAccessToken(key, token);
    known.set(token, session);
    if (known.size > mostTokens) known.delete(known.keys().next().value!);
    return session;
  };
}

/** @throws CallError `session_expired` or `unauthorised` */
async function readAccessToken(key: Uint8Array, token: string): Promise<Session> {
  try {
    const { payload } = await jwtVerify(token, key, { issuer, algorithms: ['HS256'] });
    if (payload['token_use'] !== 'access' || !payload.sub || !payload.jti || !payload.exp)
      throw new Error('not an access token');
    return { userId: payload.sub, tokenId: payload.jti, expiresAt: new Date(payload.exp * 1000) };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw sessionExpired('The session has expired (it lasts one day): log in again', error);
    throw new CallError('unauthorised', 'The access token is not valid: log in again', { cause: error });
  }
}

export function sessionExpired(message: string, cause?: unknown): CallError {
  return new CallError('session_expired', message, { cause });
}
