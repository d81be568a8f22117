import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatTimeDelta, parseTimeDelta } from './time-delta.ts';

// The second column is what Python says timedelta.days, seconds and microseconds are.
describe('a time delta', () => {
  test.each([
    ['0:00:00', 0, 0, 0],
    ['1 day, 0:00:00', 1, 0, 0],
    ['-1 day, 0:00:00', -1, 0, 0],
    ['-1 day, 23:59:59.500000', -1, 86_399, 500_000],
    ['-2 days, 0:00:00.000001', -2, 0, 1],
    ['400 days, 0:00:01', 400, 1, 0],
    ['1 day, 6:00:00', 1, 21_600, 0],
    ['0:00:00.5', 0, 0, 500_000],
    ['999999999 days, 23:00:00', 999_999_999, 82_800, 0],
  ])('reads the text that Python prints, %s', (text, days, seconds, microseconds) => {
    expect(parseTimeDelta(text)).toEqual({ days, seconds, microseconds });
  });

  test.each([
    ['{}', 0, 0, 0],
    ['{"days": 1}', 1, 0, 0],
    ['{"days": null, "seconds": 30, "microseconds": null}', 0, 30, 0],
    ['{"days": 1.5}', 1, 43_200, 0],
    ['{"days": 0.1}', 0, 8640, 0],
    ['{"seconds": -0.5}', -1, 86_399, 500_000],
    ['{"seconds": 90000}', 1, 3600, 0],
    ['{"seconds": -1}', -1, 86_399, 0],
    ['{"microseconds": -1}', -1, 86_399, 999_999],
    ['{"microseconds": 2500000}', 0, 2, 500_000],
    ['{"microseconds": 0.5}', 0, 0, 0],
    ['{"microseconds": 1.5}', 0, 0, 2],
    ['{"days": 1, "fortnights": 2, "__proto__": {"seconds": 3}}', 1, 0, 0],
  ])('reads JSON as Python would normalise it, %s', (text, days, seconds, microseconds) => {
    expect(parseTimeDelta(text)).toEqual({ days, seconds, microseconds });
  });

  test.each([
    'tomorrow',
    '[1]',
    '3',
    'null',
    '"1 day"',
    '{"days": "1"}',
    '{"days": 1e400}',
    '{"days": 1000000000}',
    '1 day',
    '1 day, 0:60:00',
    '1 day, 0:00:00.1234567',
  ])('refuses %j, and names it', (text) => {
    expect(() => parseTimeDelta(text)).toThrow(`"${text}"`);
  });

  const deltas = fc.record({
    days: fc.integer({ min: -999_999_999, max: 999_999_999 }),
    seconds: fc.integer({ min: 0, max: 86_399 }),
    microseconds: fc.integer({ min: 0, max: 999_999 }),
  });

  test('comes back from its wire form as it was', () => {
    fc.assert(
      fc.property(deltas, (delta) => {
        expect(parseTimeDelta(formatTimeDelta(delta))).toEqual(delta);
      }),
    );
  });

  test('comes back from Python’s text as it was', () => {
    fc.assert(
      fc.property(deltas, (delta) => {
        expect(parseTimeDelta(asPython(delta))).toEqual(delta);
      }),
    );
  });
});

/** Python's own timedelta.__str__. */
function asPython({
  days,
  seconds,
  microseconds,
}: {
  days: number;
  seconds: number;
  microseconds: number;
}): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const day = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
  return `${day}${time}${microseconds ? `.${String(microseconds).padStart(6, '0')}` : ''}`;
}
