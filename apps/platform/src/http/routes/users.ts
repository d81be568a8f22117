import type { FastifyBaseLogger } from 'fastify';

import { CallError, calls } from '@fusion-platform/contract';

import type { Accounts } from '../../accounts/index.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

export function userRoutes(accounts: Accounts, limit: AttemptLimit): Route[] {
  /** Does what needs a password, unless too many have just failed to under one of the keys. */
  const guarded = async <T>(
    keys: readonly string[],
    log: FastifyBaseLogger,
    work: () => Promise<T>,
  ): Promise<T> => {
    for (const key of keys) {
      const wait = await limit.attempt(key);
      if (wait === undefined) continue;
      log.warn({ by: key.split(':')[0] }, 'too many failed passwords');
      throw new CallError('too_many_requests', `Too many failed attempts: try again in ${wait} seconds`, {
        retryAfterSeconds: wait,
      });
    }
    const result = await work();
    for (const key of keys) await limit.forgive(key);
    return result;
  };
  return [
    route(calls.login, async ({ body, address, log }) => {
      const user = (body.email ?? body.user_id ?? '').toLowerCase();
      return await guarded(
        [`address:${address}`, `user:${user}`],
        log,
        async () => await accounts.login(body),
      );
    }),
    route(calls.getUser, async ({ userId }) => ({ model: await accounts.user(userId) })),
    route(calls.updateUser, async ({ userId, body }) => ({ model: await accounts.updateUser(userId, body) })),
    route(calls.deleteUser, async ({ userId }) => {
      await accounts.deleteUser(userId);
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
