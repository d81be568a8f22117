import { ConnectionError, RequestError } from '../errors/index.ts';
import { delay } from './signals.ts';

export interface RetryPolicy {
  /** How many tries may follow the first. */
  readonly retries: number;
  /** The longest first and the longest ever pause, in milliseconds. */
  readonly minimumDelay: number;
  readonly maximumDelay: number;
}

/** A platform that asks for more patience than this is not waited for. */
const longestRetryAfterMs = 120_000;

/**
 * The pause before a try, in milliseconds: half of an exponentially growing time and a random share of the other half,
 * so that clients that failed together do not come back together. What the platform asks for comes first.
 */
export function pauseBefore(
  retry: number,
  policy: RetryPolicy,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random() * policy.minimumDelay;
  const longest = Math.min(policy.maximumDelay, policy.minimumDelay * 2 ** retry);
  return longest * (0.5 + random() / 2);
}

/** Whether a failed call is worth and safe to be sent again. `repeatable`: sent twice, it takes effect once. */
export function mayRetry(error: unknown, repeatable: boolean): error is RequestError {
  if (!(error instanceof RequestError) || !error.retryable) return false;
  if ((error.retryAfterMs ?? 0) > longestRetryAfterMs) return false;
  if (repeatable) return true;
  return error.status === 429 || (error instanceof ConnectionError && !error.reached);
}

/** For so long an address is tried at which nothing has ever answered. */
const firstContactMs = 5000;

/** Tries until it succeeds or trying again makes no sense; throws the last error. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  options: {
    readonly policy: RetryPolicy;
    readonly repeatable: () => boolean;
    readonly signal: AbortSignal | undefined;
    /** Whether the platform has answered anything yet: without it, it has. */
    readonly hasAnswered?: () => boolean;
    readonly onRetry: (error: RequestError, pauseMs: number) => void;
  },
): Promise<T> {
  const { policy, repeatable, hasAnswered } = options;
  const giveUpAt = performance.now() + firstContactMs;
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (retry >= policy.retries || !mayRetry(error, repeatable())) throw error;
      const pause = pauseBefore(retry, policy, error.retryAfterMs);
      const isFirstContact = error instanceof ConnectionError && hasAnswered?.() === false;
      if (isFirstContact && performance.now() + pause > giveUpAt) throw error;
      options.onRetry(error, pause);
      await delay(pause, options.signal);
    }
  }
}
