import { CallError, calls } from '@fusion-platform/contract';

import type { Accounts } from '../../accounts/index.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { endOfToken, sessionCookie } from '../browser-session.ts';
import { guardedBy } from '../guarded.ts';
import type { Idempotency } from '../idempotency.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

/** Sessions of pages that the platform serves, each in a cookie. */
export function browserSessionRoutes(
  accounts: Accounts,
  limit: AttemptLimit,
  idempotency: Idempotency,
): Route[] {
  const guarded = guardedBy(limit);

  /** Takes a code at its first use. Codes are kept in mind longer than they are good for. */
  const openByCode = async (code: string, from: { address: string; client: string | undefined }) => {
    const { userId, id } = await accounts.readSignInCode(code);
    const used = await idempotency.begin(userId, `sign-in ${id}`, 'sign-in').catch(() => true);
    if (used)
      throw new CallError('unauthorised', 'This link has been used already: log in with your password');
    await idempotency.end(userId, `sign-in ${id}`, { status: 200, body: {} });
    return await accounts.openSession(userId, from);
  };

  return [
    route(calls.openBrowserSession, async ({ body, address, client, log, origin, setHeader }) => {
      const { email, password, code } = body;
      const keys = [`address:${address}`, ...(email ? [`user:${email.toLowerCase()}`] : [])];
      const { access_token: token } = await guarded(keys, log, async () =>
        code
          ? await openByCode(code, { address, client })
          : await accounts.login({ email, password: password ?? '' }, { address, client }),
      );
      const expiresAt = endOfToken(token);
      const seconds = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
      setHeader('set-cookie', sessionCookie(origin, token, seconds));
      setHeader('cache-control', 'no-store');
      const { userId } = await accounts.authenticate(`Bearer ${token}`);
      return { user_id: userId, expires_at: expiresAt.toISOString() };
    }),
    route(calls.getBrowserSession, async ({ userId, session, setHeader }) => {
      setHeader('cache-control', 'no-store');
      return { user_id: userId, expires_at: session.expiresAt.toISOString() };
    }),
    route(calls.closeBrowserSession, async ({ origin, session, setHeader }) => {
      await accounts.endSession(session.userId, session.tokenId);
      setHeader('set-cookie', sessionCookie(origin, '', 0));
      return {};
    }),
    route(calls.createSignInCode, async ({ userId }) => {
      const { code, expiresAt } = await accounts.signInCode(userId);
      return { code, expires_at: expiresAt.toISOString() };
    }),
  ];
}
