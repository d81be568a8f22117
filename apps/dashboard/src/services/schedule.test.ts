import { expect, test } from 'vitest';

import { checkSchedule, once, scheduleChanges } from './schedule.ts';
import type { Schedule } from './schedule.ts';

const weekly: Schedule = { ...once, repeats: true, start: '2099-01-05T06:00', every: '2', count: '5' };

test('a process that runs once has no schedule, whatever its other fields say', () => {
  expect(scheduleChanges(once)).toEqual({});
  expect(checkSchedule({ ...once, every: '', count: 'x' })).toEqual({});
});

test('a schedule has its gap, the number of runs, and its first in the time of the browser', () => {
  expect(checkSchedule(weekly)).toEqual({});
  expect(scheduleChanges(weekly)).toEqual({
    run_type: 'run_schedule',
    repeat_count: 5,
    repeat_gap: { weeks: 2 },
    repeat_start: new Date(2099, 0, 5, 6).toISOString(),
  });
});

test('what a schedule cannot be is said of the field that is wrong', () => {
  expect(
    Object.keys(checkSchedule({ ...weekly, every: '0', count: '1.5', end: '2099-01-04T00:00' })),
  ).toEqual(['every', 'count', 'end']);
});
