import { setTimeout as delay } from 'node:timers/promises';

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { CallError } from '@fusion-platform/contract';

/** Counts failed attempts under keys, such as an address or a user. */
export interface AttemptLimit {
  /**
   * Counts an attempt. Once too many within a minute have failed under a key, further ones wait for each other: whoever
   * guesses is slowed, and the right password still gets in.
   * @throws CallError `too_many_requests` where too many wait already
   */
  attempt(key: string): Promise<void>;
  /** The attempt succeeded: it does not count. Scripts log in often, and may. */
  forgive(key: string): Promise<void>;
}

const mostWaiting = 4;
const spacingMilliseconds = 3000;

/** @param pause waits between two attempts of those that wait for each other */
export function createAttemptLimit(
  failuresPerMinute: number,
  pause = async (): Promise<void> => await delay(spacingMilliseconds, undefined, { ref: false }),
): AttemptLimit {
  const limiter = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  const lanes = new Map<string, { waiting: number; turn: Promise<unknown> }>();
  const waitForTurn = async (key: string): Promise<void> => {
    const lane = lanes.get(key) ?? { waiting: 0, turn: Promise.resolve() };
    if (lane.waiting >= mostWaiting) {
      const seconds = Math.ceil((spacingMilliseconds * mostWaiting) / 1000);
      throw new CallError('too_many_requests', `Too many failed attempts: try again in ${seconds} seconds`, {
        retryAfterSeconds: seconds,
      });
    }
    lanes.set(key, lane);
    lane.waiting += 1;
    lane.turn = lane.turn.then(pause);
    await lane.turn;
    lane.waiting -= 1;
    if (lane.waiting === 0) lanes.delete(key);
  };
  return {
    attempt: async (key) => {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        await waitForTurn(key);
      }
    },
    forgive: async (key) => {
      await limiter.reward(key);
    },
  };
}
