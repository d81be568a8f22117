import type { FastifyBaseLogger } from 'fastify';

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
      try {
        await limit.attempt(key);
      } catch (error) {
        log.warn({ by: key.split(':')[0] }, 'too many failed passwords');
        throw error;
      }
    }
    const result = await work();
    for (const key of keys) await limit.forgive(key);
    return result;
  };
}
