import {
  login,
  openBrowserSession,
  resumeBrowserSession,
  SessionExpiredError,
  UnsupportedError,
} from 'fusion-platform';
import type { Session } from 'fusion-platform';

const silent = (): void => undefined;

/** A page asks again by itself a moment later: long retries would only hide that the connection is lost. */
export const connectionOptions = {
  apiUrl: globalThis.location.origin,
  retries: 1,
  retryDelay: { minimum: 200, maximum: 500 },
  timeout: 20_000,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
} as const;

export interface OpenedSession {
  readonly session: Session;
  /** Whether a page that is loaded again finds it: it is in a cookie that no script can read. */
  readonly kept: boolean;
}

/** The session that the browser holds, or one that a link in the address opens. */
export async function openAtStart(code: string | undefined): Promise<OpenedSession | undefined> {
  if (code) return { session: await openBrowserSession({ ...connectionOptions, code }), kept: true };
  const session = await resumeBrowserSession(connectionOptions);
  return session && { session, kept: true };
}

/** Where the platform keeps no sessions for pages the token stays in the memory of this page, and nowhere else. */
export async function openByPassword(email: string, password: string): Promise<OpenedSession> {
  try {
    return { session: await openBrowserSession({ ...connectionOptions, email, password }), kept: true };
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return { session: await login({ ...connectionOptions, email, password }), kept: false };
  }
}

/** Ends a session on the platform too, so that its token is good for nothing any more. False when that is not certain. */
export async function endSession({ session, kept }: OpenedSession): Promise<boolean> {
  try {
    // Of a session in a cookie the platform takes the cookie away as well.
    await (kept ? session.close() : session.logout());
  } catch (error) {
    // Without the call the token lasts its day; here it is forgotten.
    if (!(error instanceof UnsupportedError || error instanceof SessionExpiredError)) return false;
  }
  return true;
}
