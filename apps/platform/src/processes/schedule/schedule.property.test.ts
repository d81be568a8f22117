import { UTCDate } from '@date-fns/utc';
import { add } from 'date-fns';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { catchUp, dueAt, nextDueAt, ScheduleError } from './index.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
console.log(`schedules: FC_SEED=${seed}`);

const start = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2060-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const gap = fc.record({
  years: fc.integer({ min: 0, max: 3 }),
  months: fc.integer({ min: 0, max: 30 }),
  weeks: fc.integer({ min: 0, max: 5 }),
  days: fc.integer({ min: 0, max: 40 }),
  hours: fc.integer({ min: 0, max: 30 }),
  minutes: fc.integer({ min: 1, max: 90 }),
});

test('due times are those of another calendar library, counted from the start', () => {
  fc.assert(
    fc.property(start, gap, fc.integer({ min: 0, max: 100 }), (from, by, run) => {
      const scaled = Object.fromEntries(Object.entries(by).map(([part, value]) => [part, value * run]));
      const expected = add(new UTCDate(from), scaled).getTime();
      expect(Date.parse(dueAt({ start: from, gap: by, count: 1000, end: null }, run))).toBe(expected);
    }),
    { seed, numRuns: 5000 },
  );
});

test('what was missed is the latest due time and the number of those before it', () => {
  fc.assert(
    fc.property(
      start,
      gap,
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      (from, by, runs, more) => {
        const schedule = { start: from, gap: by, count: 30, end: null };
        const now = dueAt(schedule, runs + more);
        const last = Math.min(runs + more, 29);
        expect(catchUp(schedule, runs, now)).toEqual({ due: dueAt(schedule, last), missed: last - runs });
        expect(nextDueAt(schedule, 30)).toBeNull();
      },
    ),
    { seed, numRuns: 2000 },
  );
});

test('a month after 31 January is the last of February, and the month after that the last of March', () => {
  const schedule = { start: '2027-01-31T09:00:00.000Z', gap: { months: 1 }, count: 4, end: null };
  expect([1, 2, 3].map((run) => dueAt(schedule, run).slice(0, 10))).toEqual([
    '2027-02-28',
    '2027-03-31',
    '2027-04-30',
  ]);
});

test('a gap that leads nowhere is refused', () => {
  const schedule = { start: '2027-01-31T09:00:00.000Z', gap: { hours: -1 }, count: 4, end: null };
  expect(() => dueAt(schedule, 1)).toThrow(ScheduleError);
});
