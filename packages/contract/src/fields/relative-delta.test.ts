import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatRelativeDelta, parseRelativeDelta } from './relative-delta.ts';
import type { RelativeDelta } from './relative-delta.ts';

describe('a relative delta', () => {
  // As dateutil 2.9 prints them.
  test.each<[string, RelativeDelta]>([
    ['relativedelta()', {}],
    ['relativedelta(months=+1, days=+7)', { months: 1, days: 7 }],
    ['relativedelta(years=+1, months=+2)', { years: 1, months: 2 }],
    ['relativedelta(days=-1, hours=-6)', { days: -1, hours: -6 }],
    ['relativedelta(days=+1.5)', { days: 1.5 }],
    ['relativedelta(seconds=+0.5)', { seconds: 0.5 }],
    ['relativedelta(days=+1e-05)', { days: 1e-5 }],
    ['relativedelta(leapdays=-1)', { leapdays: -1 }],
    ['relativedelta(seconds=+1, microseconds=+500000)', { seconds: 1, microseconds: 500_000 }],
    ['relativedelta(weekday=MO)', { weekday: 0 }],
    ['relativedelta(weekday=MO(+1), hour=3)', { weekday: 0, hour: 3 }],
    ['relativedelta(weekday=SU, minute=0)', { weekday: 6, minute: 0 }],
    [
      'relativedelta(year=2026, month=1, day=31, minute=5, second=6, microsecond=7)',
      { year: 2026, month: 1, day: 31, minute: 5, second: 6, microsecond: 7 },
    ],
  ])('reads the text that Python prints, %s', (text, delta) => {
    expect(parseRelativeDelta(text)).toEqual(delta);
  });

  test.each<[string, RelativeDelta]>([
    ['{}', {}],
    ['{"months": 1}', { months: 1 }],
    ['{"years": 0, "months": -1, "days": null, "weekday": null}', { years: 0, months: -1 }],
    ['{"weeks": 2, "weekday": 4, "hour": 3}', { weeks: 2, weekday: 4, hour: 3 }],
    ['{"days": 1, "fortnights": 2, "__proto__": {"days": 3}}', { days: 1 }],
  ])('reads JSON, %s', (text, delta) => {
    expect(parseRelativeDelta(text)).toEqual(delta);
  });

  test.each([
    'monthly',
    '[]',
    'null',
    '7',
    '{"months": "1"}',
    '{"months": 1.5}',
    '{"hour": 24}',
    '{"month": 0}',
    '{"weekday": 7}',
    'relativedelta(months=one)',
    'relativedelta(constructor=+1)',
    'relativedelta(weekday=XX)',
    'relativedelta(weekday=FR(-2))',
    'relativedelta(months=+1',
  ])('refuses %j, and names it', (text) => {
    expect(() => parseRelativeDelta(text)).toThrow(`"${text}"`);
  });

  test('comes back from its wire form, and from Python’s text, as it was', () => {
    const whole = fc.integer({ min: -1000, max: 1000 });
    const amount = fc.double({ min: -1000, max: 1000, noNaN: true }).map((n) => n + 0);
    const added = {
      years: whole,
      months: whole,
      leapdays: whole,
      days: amount,
      hours: amount,
      seconds: amount,
    };
    const set = {
      year: fc.integer({ min: 1, max: 9999 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
      weekday: fc.integer({ min: 0, max: 6 }),
      microsecond: fc.integer({ min: 0, max: 999_999 }),
    };
    fc.assert(
      fc.property(fc.record({ ...added, ...set }, { requiredKeys: [] }), (delta) => {
        expect(parseRelativeDelta(formatRelativeDelta(delta))).toEqual(delta);
        expect(parseRelativeDelta(asPython(delta))).toEqual(delta);
      }),
    );
  });
});

/** As dateutil prints it: a sign before what is added, names for weekdays. */
function asPython(delta: RelativeDelta): string {
  const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
  const parts = Object.entries(delta as Record<string, number>).map(([name, value]) => {
    if (name === 'weekday') return `weekday=${days[value]}(+1)`;
    return name.endsWith('s') && value >= 0 ? `${name}=+${value}` : `${name}=${value}`;
  });
  return `relativedelta(${parts.join(', ')})`;
}
