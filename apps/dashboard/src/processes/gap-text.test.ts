import { expect, test } from 'vitest';

import { gapText } from './gap-text.ts';

test('a gap is told as people say it', () => {
  expect(gapText({ weeks: 1 })).toBe('every week');
  expect(gapText({ months: 2, days: 3 })).toBe('every 2 months and 3 days');
  expect(gapText({ days: 1, hours: 2, minutes: 5 })).toBe('every day, 2 hours and 5 minutes');
  expect(gapText({ day: 31 })).toBe('by a schedule');
  expect(gapText(undefined)).toBe('by a schedule');
});
