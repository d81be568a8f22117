import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ConnectionError } from '../src/errors/index.ts';
import { withRetries } from '../src/http/retry.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const policy = { retries: 5, minimumDelay: 500, maximumDelay: 8000 };

/** How often a call is tried that never reaches anybody, and how long that takes. */
async function tries(
  hasAnswered: boolean,
  attemptMs: number,
): Promise<{ readonly attempts: number; readonly ms: number }> {
  const began = performance.now();
  let attempts = 0;
  const call = withRetries(
    async () => {
      attempts += 1;
      await new Promise((resolve) => setTimeout(resolve, attemptMs));
      throw new ConnectionError({
        message: 'gone',
        code: 'connection_failed',
        where: 'GET /',
        reached: false,
      });
    },
    {
      policy,
      repeatable: () => true,
      signal: undefined,
      hasAnswered: () => hasAnswered,
      onRetry: () => undefined,
    },
  );
  const ended = call.then(
    () => 'it was answered',
    (error: Error) => error.message,
  );
  await vi.runAllTimersAsync();
  expect(await ended).toBe('gone');
  return { attempts, ms: performance.now() - began };
}

test('a platform that was never reached is given up within seconds', async () => {
  const { attempts, ms } = await tries(false, 1);
  expect(attempts).toBeGreaterThan(1);
  expect(ms).toBeLessThan(5100);
});

test('one whose name takes long to be looked up, or that keeps silent, is not waited for again and again', async () => {
  expect((await tries(false, 10_000)).attempts).toBe(1);
});

test('one that has answered is tried as often as the session says', async () => {
  expect((await tries(true, 1)).attempts).toBe(6);
  expect((await tries(true, 10_000)).attempts).toBe(6);
});
