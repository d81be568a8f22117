import { calls } from '@fusion-platform/contract';

import type { Accounts } from '../../accounts/index.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { guardedBy } from '../guarded.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

/** So many places of logins are kept in mind, the latest. */
const mostKnown = 10_000;

export function userRoutes(accounts: Accounts, limit: AttemptLimit): Route[] {
  const guarded = guardedBy(limit);
  const known = new Set<string>();
  return [
    route(calls.login, async ({ body, address, client, log }) => {
      const user = (body.email ?? body.user_id ?? '').slice(0, 320).toLowerCase();
      // From where a user has logged in before, those who guess elsewhere do not hold the user up.
      const place = `${user} ${address}`;
      const keys = [`address:${address}`, ...(known.has(place) ? [] : [`user:${user}`])];
      const tokens = await guarded(keys, log, async () => await accounts.login(body, { address, client }));
      known.delete(place);
      known.add(place);
      if (known.size > mostKnown) known.delete(known.values().next().value!);
      return tokens;
    }),
    route(calls.getUser, async ({ userId }) => ({ model: await accounts.user(userId) })),
    route(calls.updateUser, async ({ userId, body }) => ({ model: await accounts.updateUser(userId, body) })),
    route(calls.deleteUser, async ({ userId }) => {
      await accounts.deleteUser(userId);
      return {};
    }),
    route(calls.logout, async ({ session }) => {
      await accounts.endSession(session.userId, session.tokenId);
      return {};
    }),
    route(calls.listSessions, async ({ session, list }) => await accounts.listSessions(session, list)),
    route(calls.endSession, async ({ userId, params }) => {
      await accounts.endSession(userId, params.session_id);
      return {};
    }),
    route(calls.changePassword, async ({ session, body, log }) => {
      await guarded(
        [`user:${session.userId}`],
        log,
        async () => await accounts.changePassword(session, body),
      );
      return {};
    }),
  ];
}
