import { calls } from '@fusion-platform/contract';

import type { Accounts } from '../../accounts/index.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { guardedBy } from '../guarded.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

export function userRoutes(accounts: Accounts, limit: AttemptLimit): Route[] {
  const guarded = guardedBy(limit);
  return [
    route(calls.login, async ({ body, address, client, log }) => {
      const user = (body.email ?? body.user_id ?? '').toLowerCase();
      return await guarded(
        [`address:${address}`, `user:${user}`],
        log,
        async () => await accounts.login(body, { address, client }),
      );
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
