import { calls } from '@fusion-platform/contract';

import { AuthenticationError, StateError } from './errors/index.ts';
import { Connection, perform } from './http/index.ts';
import type { ConnectionOptions } from './http/index.ts';
import { User } from './models/index.ts';

export type SessionOptions = ConnectionOptions;

/** Who logs in: by e-mail address or user id. */
export type Credentials = { readonly password: string } & (
  | { readonly email: string; readonly userId?: undefined }
  | { readonly userId: string; readonly email?: undefined }
);

/** A user logged in at a platform. Lasts at most a day; then calls fail with a SessionExpiredError. */
export class Session {
  readonly #connection: Connection;
  readonly user: User;

  private constructor(connection: Connection, user: User) {
    this.#connection = connection;
    this.user = user;
  }

  /** @internal */
  static async open(connection: Connection, userId: string, accessToken: string): Promise<Session> {
    connection.authorise(accessToken);
    return new Session(connection, await User.load(connection, userId, undefined));
  }

  get apiUrl(): string {
    return this.#connection.apiUrl;
  }

  /** Proves to the platform who asks. Keep it secret; `resumeSession` takes it. */
  get accessToken(): string {
    return this.#connection.accessToken ?? '';
  }
}

/**
 * Logs in.
 * @throws AuthenticationError when the credentials are wrong
 *
 * @example
 * ```ts
 * import { login } from 'fusion-platform';
 * const session = await login({
 *   email: 'ada@example.com',
 *   password: 'Secret-1',
 *   apiUrl: 'http://127.0.0.1:8080',
 * });
 * console.log(session.user.given_name);
 * ```
 */
export async function login(options: Credentials & SessionOptions): Promise<Session> {
  const { email, userId, password } = options;
  if (!email === !userId) throw new StateError('wrong_argument', 'Give an e-mail address or a user id');
  if (!password) throw new StateError('wrong_argument', 'Give a password');
  const connection = new Connection(options);
  const body = { email: email ?? null, user_id: userId ?? null, password };
  const tokens = await perform(connection, calls.login, { params: {}, body, repeatable: true });
  return await Session.open(connection, subjectOf(tokens.id_token), tokens.access_token);
}

/** Goes on with a session that was opened before, e.g. by another page of the same site. */
export async function resumeSession(
  options: SessionOptions & { readonly userId: string; readonly accessToken: string },
): Promise<Session> {
  return await Session.open(new Connection(options), options.userId, options.accessToken);
}

/** The `sub` of a JWT. Its signature is for the platform to check: the token came from it. */
function subjectOf(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { sub } = JSON.parse(atob(payload)) as { sub?: unknown };
    if (typeof sub === 'string') return sub;
  } catch {
    // Told below: the token itself must not show in an error.
  }
  throw new AuthenticationError({
    message: 'The platform answered the login with a token that names no user',
    code: 'bad_answer',
    where: 'POST /users/login',
  });
}
