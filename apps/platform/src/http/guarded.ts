import type { FastifyBaseLogger } from 'fastify';

import { CallError } from '@fusion-platform/contract';

import type { AttemptLimit } from './attempt-limit.ts';

export type Guarded = <T>(
  keys: readonly string[],
  log: FastifyBaseLogger,
  work: () => Promise<T>,
) => Promise<T>;

/** Does what needs a password, unless too many have just failed to under one of the keys. */
export function guardedBy(limit: AttemptLimit): Guarded {
  return async (keys, log, work) => {
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
}
