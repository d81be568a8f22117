import { expect, test } from 'vitest';

import { mostTries, retryAfterSeconds, waitAfter } from './backoff.ts';

test('the waits grow from half a minute to six hours, and end after six tries', () => {
  const waits = Array.from({ length: mostTries }, (_, index) => waitAfter(index + 1, 0, 0.5));
  expect(waits).toEqual([30, 120, 600, 3600, 21_600, undefined]);
  expect(waitAfter(1, 0, 0)).toBeCloseTo(24);
  expect(waitAfter(1, 0, 1)).toBeCloseTo(36);
});

test('what the other side asks for counts when it is longer, up to six hours', () => {
  expect([waitAfter(1, 10, 0.5), waitAfter(1, 300, 0.5), waitAfter(1, 1e9, 0.5)]).toEqual([30, 300, 21_600]);
  expect(waitAfter(6, 300, 0.5)).toBeUndefined();
});

test('Retry-After is read as seconds and as a date, and nonsense is nothing', () => {
  const now = Date.parse('2026-03-01T09:00:00Z');
  expect(retryAfterSeconds('120', now)).toBe(120);
  expect(retryAfterSeconds('Sun, 01 Mar 2026 09:01:00 GMT', now)).toBe(60);
  expect(retryAfterSeconds('Sun, 01 Mar 2026 08:00:00 GMT', now)).toBe(0);
  expect([retryAfterSeconds('soon', now), retryAfterSeconds(null, now)]).toEqual([0, 0]);
});
