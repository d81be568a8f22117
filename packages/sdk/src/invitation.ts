import { calls } from '@fusion-platform/contract';

import { UnsupportedError } from './errors/index.ts';
import { Connection, perform } from './http/index.ts';
import type { AnyCall, CallInput, Outcome } from './http/index.ts';
import { isUnknownCall } from './models/index.ts';
import type { SessionOptions } from './session.ts';

/** What an invitation says: who invites, and to which organisation. */
export interface InvitationDetails {
  readonly organisation_name: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** Until when the link can be used, in ISO 8601. */
  readonly expires_at: string;
}

/**
 * Tells who invites, and to which organisation. Needs no login, and does not use the link up.
 * @param options.link the link of the invitation, or the code behind its `#code=`
 * @throws AuthenticationError when it has been used, revoked, or is too old; UnsupportedError where the platform has none
 */
export async function readInvitation({
  link,
  ...options
}: SessionOptions & { readonly link: string }): Promise<InvitationDetails> {
  const body = { code: codeOf(link) };
  return await ask(options, calls.readInvitation, { params: {}, body });
}

/**
 * Makes a member of the person who has the link. Who has no account yet gets one with the password, of at least 8
 * characters, among them a digit, a lower case letter, an upper case letter and a special character; who has one gives its
 * password. Afterwards `login` takes the address that is given back, and the password.
 * @param options.link the link of the invitation, or the code behind its `#code=`
 * @throws AuthenticationError when the link has been used, revoked, or is too old; RequestError when the password will not
 * do; ConflictError for who is a member already; UnsupportedError where the platform has none
 *
 * @example
 * ```ts
 * import { acceptInvitation, login } from 'fusion-platform';
 * const apiUrl = 'http://127.0.0.1:8080';
 * const link = 'http://127.0.0.1:8080/invitation#code=…';
 * const password = 'Secret-1';
 * const { email } = await acceptInvitation({ apiUrl, link, password, givenName: 'Ada', familyName: 'Lovelace' });
 * const session = await login({ apiUrl, email, password });
 * console.log(session.user.given_name);
 * ```
 */
export async function acceptInvitation({
  link,
  password,
  givenName,
  familyName,
  ...options
}: SessionOptions & {
  readonly link: string;
  readonly password: string;
  /** Of a new account. */
  readonly givenName?: string;
  /** Of a new account. */
  readonly familyName?: string;
}): Promise<{ readonly user_id: string; readonly organisation_id: string; readonly email: string }> {
  const names = { given_name: givenName ?? null, family_name: familyName ?? null };
  const body = { code: codeOf(link), password, ...names };
  return await ask(options, calls.acceptInvitation, { params: {}, body });
}

const codeOf = (link: string): string => link.trim().replace(/^.*#code=/, '');

async function ask<C extends AnyCall>(
  options: SessionOptions,
  call: C,
  input: CallInput<C>,
): Promise<Outcome<C['answer']>> {
  try {
    return await perform(new Connection(options), call, input);
  } catch (error) {
    throw isUnknownCall(error) ? new UnsupportedError(call.id, 'take invitations', error) : error;
  }
}
