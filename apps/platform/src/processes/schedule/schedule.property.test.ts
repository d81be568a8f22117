import { spawnSync } from 'node:child_process';

import { UTCDate } from '@date-fns/utc';
import { add } from 'date-fns';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { catchUp, dueAt, nextDueAt, ScheduleError } from './index.ts';
import { addRelative } from './relative.ts';

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
      expect(Date.parse(dueAt({ start: from, gap: by, count: 1000, end: null }, run)!)).toBe(expected);
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
        const now = dueAt(schedule, runs + more)!;
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
  expect([1, 2, 3].map((run) => dueAt(schedule, run)!.slice(0, 10))).toEqual([
    '2027-02-28',
    '2027-03-31',
    '2027-04-30',
  ]);
});

test('a gap that leads nowhere is refused', () => {
  const schedule = { start: '2027-01-31T09:00:00.000Z', gap: { hours: -1 }, count: 4, end: null };
  expect(() => dueAt(schedule, 1)).toThrow(ScheduleError);
});

const wholes = (least: number, most: number) =>
  fc.option(fc.integer({ min: least, max: most }), { nil: undefined });
const anyGap = fc.record(
  {
    years: wholes(-3, 3),
    months: wholes(-30, 30),
    weeks: wholes(-5, 5),
    days: wholes(-40, 40),
    hours: wholes(-30, 30),
    minutes: wholes(-90, 90),
    seconds: wholes(-90, 90),
    leapdays: wholes(-1, 1),
    year: wholes(1900, 2100),
    month: wholes(1, 12),
    day: wholes(1, 31),
    weekday: wholes(0, 6),
    hour: wholes(0, 23),
    minute: wholes(0, 59),
    second: wholes(0, 59),
    microsecond: wholes(0, 999_999),
  },
  { requiredKeys: [] },
);

const python = spawnSync('python3', ['-c', 'import dateutil']).status === 0;

test.skipIf(!python)('a gap leads where Python’s dateutil has it lead (skipped without dateutil)', () => {
  const cases = fc.sample(fc.tuple(start, anyGap), { seed, numRuns: 5000 });
  const script = `
import json, sys
from datetime import datetime, timedelta
from dateutil.relativedelta import relativedelta
for line in sys.stdin:
    at, gap = json.loads(line)
    at = datetime.fromisoformat(at.replace('Z', '+00:00')).replace(tzinfo=None) + relativedelta(**gap)
    print((at - datetime(1970, 1, 1)) // timedelta(milliseconds=1))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: cases.map((each) => JSON.stringify(each)).join('\n'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(cases.map(([from, by]) => addRelative(Date.parse(from), by as object))).toEqual(
    stdout.trim().split('\n').map(Number),
  );
});

test('runs that were missed are counted as if one by one, for gaps of every kind', () => {
  const forward = anyGap.filter(({ year }) => year === undefined);
  let counted = 0;
  fc.assert(
    fc.property(start, forward, fc.integer({ min: 0, max: 300 }), (from, by, ahead) => {
      const shape = JSON.parse(JSON.stringify(by)) as typeof by;
      const schedule = { start: from, gap: shape as object, count: 200, end: null };
      const now = new Date(Date.parse(from) + ahead ** 3 * 60_000).toISOString();
      let [due, missed] = [Date.parse(from), 0];
      const absolute = ['month', 'day', 'weekday', 'hour', 'minute', 'second', 'microsecond', 'leapdays'];
      const stepped = absolute.some((part) => shape[part as 'day']);
      if (!stepped && absolute.some((part) => part in shape)) return;
      try {
        for (let run = 1; run < 200; run += 1) {
          const next = stepped ? addRelative(due, shape) : Date.parse(dueAt(schedule, run)!);
          if (next <= due || Number.isNaN(next)) return;
          if (next > Date.parse(now)) break;
          [due, missed] = [next, run];
        }
        expect(catchUp(schedule, 0, now)).toEqual({
          due: new Date(due).toISOString().replace('Z', '000+00:00'),
          missed,
        });
        counted += 1;
      } catch (error) {
        if (!(error instanceof ScheduleError)) throw error;
      }
    }),
    { seed, numRuns: 3000 },
  );
  expect(counted).toBeGreaterThan(300);
});

test.each([
  ['0001-01-01T00:00:00Z', { days: 1 }, 739_945],
  ['0001-01-01T00:00:00Z', { hours: 1, minute: 0 }, 17_758_699],
  ['0001-01-01T00:00:00Z', { months: 1, day: 1, weekday: 0 }, 24_310],
  ['0001-01-01T00:00:00Z', { seconds: 1, microsecond: 0 }, 63_931_316_400],
] as const)('what was missed since %s by %j is counted without looking at each', (from, by, missed) => {
  const schedule = { start: from, gap: by, count: 1e12, end: null };
  expect(catchUp(schedule, 0, '2026-11-26T19:00:00Z')?.missed).toBe(missed);
});

test('a schedule is over where the calendar is', () => {
  const schedule = { start: '2026-01-01T00:00:00Z', gap: { years: 4000 }, count: 9, end: null };
  expect([1, 2].map((run) => nextDueAt(schedule, run))).toEqual(['6026-01-01T00:00:00.000000+00:00', null]);
  expect(catchUp(schedule, 0, '9999-12-31T00:00:00Z')).toMatchObject({ missed: 1 });
});
