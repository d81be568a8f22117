import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts failed attempts under keys, such as an address or a user. */
export interface AttemptLimit {
  /** Counts an attempt; gives the seconds to wait once too many within a minute have failed. */
  attempt(key: string): Promise<number | undefined>;
  /** The attempt succeeded: it does not count. Scripts log in often, and may. */
  forgive(key: string): Promise<void>;
}

export function createAttemptLimit(failuresPerMinute: number): AttemptLimit {
  const limiter = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  return {
    attempt: async (key) => {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    forgive: async (key) => {
      await limiter.reward(key);
    },
  };
}
