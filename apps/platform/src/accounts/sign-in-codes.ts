import { randomUUID } from 'node:crypto';

import { CallError } from '@fusion-platform/contract';
import { jwtVerify, SignJWT } from 'jose';

import type { Queries } from '../database/index.ts';
import { findUser } from './users.ts';

const lifetimeSeconds = 15 * 60;
const audience = 'sign-in';

export interface SignInCode {
  readonly userId: string;
  /** Of this code alone. */
  readonly id: string;
}

/** @throws CallError `not_found` */
export async function makeSignInCode(
  queries: Queries,
  key: Uint8Array,
  userId: string,
): Promise<{ readonly code: string; readonly expiresAt: Date }> {
  const user = await findUser(queries, userId);
  if (!user) throw new CallError('not_found', `There is no user ${userId}`);
  const expiresAt = new Date(Date.now() + lifetimeSeconds * 1000);
  const code = await new SignJWT({ password_set_at: user.password_set_at })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setSubject(userId)
    .setJti(randomUUID())
    .setExpirationTime(expiresAt)
    .sign(key);
  return { code, expiresAt };
}

/** @throws CallError `unauthorised` for one that is forged, too old, or from before the password was changed */
export async function readSignInCode(queries: Queries, key: Uint8Array, code: string): Promise<SignInCode> {
  const refused = (cause?: unknown): CallError =>
    new CallError('unauthorised', 'This link is no longer good: log in with your password', { cause });
  try {
    const { payload } = await jwtVerify(code, key, { audience, algorithms: ['HS256'] });
    const { sub: userId = '', jti: id = '' } = payload;
    const user = await findUser(queries, userId);
    if (!user || user.password_set_at !== payload['password_set_at']) throw refused();
    return { userId, id };
  } catch (error) {
    throw error instanceof CallError ? error : refused(error);
  }
}
