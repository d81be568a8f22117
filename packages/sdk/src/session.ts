import { calls } from '@fusion-platform/contract';

import { AuthenticationError, RequestError, StateError, UnsupportedError } from './errors/index.ts';
import { Connection, perform } from './http/index.ts';
import type { ConnectionOptions } from './http/index.ts';
import { isUnknownCall, User } from './models/index.ts';
import type { CallOptions } from './models/index.ts';

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

  /** When it ends; undefined when the platform has not told. */
  readonly expiresAt: Date | undefined;

  private constructor(connection: Connection, user: User, expiresAt: Date | undefined) {
    this.#connection = connection;
    this.user = user;
    this.expiresAt = expiresAt;
  }

  /** @internal */
  static async open(connection: Connection, userId: string, accessToken: string): Promise<Session> {
    connection.authorise(accessToken);
    return new Session(connection, await User.load(connection, userId, undefined), endOf(accessToken));
  }

  /** @internal */
  static async openByCookie(
    connection: Connection,
    opened: { readonly user_id: string; readonly expires_at: string },
  ): Promise<Session> {
    connection.authoriseByCookie();
    const user = await User.load(connection, opened.user_id, undefined);
    return new Session(connection, user, new Date(opened.expires_at));
  }

  get apiUrl(): string {
    return this.#connection.apiUrl;
  }

  /** Proves to the platform who asks. Keep it secret; `resumeSession` takes it. Empty where a cookie does that. */
  get accessToken(): string {
    return this.#connection.accessToken ?? '';
  }

  /** Logs out a session that `openBrowserSession` opened: its cookie is taken away. Another is only forgotten. */
  async close({ signal }: CallOptions = {}): Promise<void> {
    if (this.#connection.byCookie)
      await perform(this.#connection, calls.closeBrowserSession, { params: {}, signal });
    else this.#connection.authorise('');
  }

  /**
   * Ends the session: its access token is no longer valid.
   * @throws UnsupportedError where the platform has no such call; there it lasts a day at most
   */
  async logout(): Promise<void> {
    await this.user.logout();
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

/** Resumes a session that was opened before, e.g. by another page of the same site. */
export async function resumeSession(
  options: SessionOptions & { readonly userId: string; readonly accessToken: string },
): Promise<Session> {
  return await Session.open(new Connection(options), options.userId, options.accessToken);
}

/**
 * Logs in from a page that the platform itself serves. The session is kept in a cookie that no script can read, and outlives
 * the page: `resumeBrowserSession` goes on with it. Takes an address and a password, or a code of `user.createSignInCode`.
 * @throws AuthenticationError when they are wrong; UnsupportedError where the platform has no such sessions: use `login`
 */
export async function openBrowserSession(
  options: SessionOptions &
    (
      | { readonly email: string; readonly password: string; readonly code?: undefined }
      | { readonly code: string; readonly email?: undefined; readonly password?: undefined }
    ),
): Promise<Session> {
  const { email, password, code } = options;
  const connection = new Connection(options);
  const body = { email: email ?? null, password: password ?? null, code: code ?? null };
  try {
    const opened = await perform(connection, calls.openBrowserSession, { params: {}, body });
    return await Session.openByCookie(connection, opened);
  } catch (error) {
    throw isUnknownCall(error) ? unsupported(calls.openBrowserSession.id, error) : error;
  }
}

/**
 * Goes on with the session of an earlier page of the platform.
 * @returns undefined when nobody is logged in, or where the platform has no such sessions
 */
export async function resumeBrowserSession(options: SessionOptions): Promise<Session | undefined> {
  const connection = new Connection(options);
  connection.authoriseByCookie();
  try {
    const opened = await perform(connection, calls.getBrowserSession, { params: {} });
    return await Session.openByCookie(connection, opened);
  } catch (error) {
    const nobody = error instanceof RequestError && (error.status === 401 || error.status === 403);
    if (nobody || isUnknownCall(error)) return undefined;
    throw error;
  }
}

const unsupported = (call: string, cause: unknown): UnsupportedError =>
  new UnsupportedError(call, 'keep the session of a page', cause);

/** The `exp` of a JWT, in seconds since 1970. */
function endOf(token: string): Date | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    return typeof exp === 'number' ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
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
