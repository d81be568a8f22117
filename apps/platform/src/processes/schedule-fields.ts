import type { FieldIssue } from '@fusion-platform/contract';

import type { ProcessFields } from './context.ts';
import type { ProcessRow } from './parts.ts';
import { dueAt, ScheduleError } from './schedule/index.ts';
import type { Schedule } from './schedule/index.ts';

const mostRuns = 1_000_000;
const mostOffsetDays = 36_500;

type Fields = Pick<
  ProcessRow,
  'run_type' | 'repeat_count' | 'repeat_start' | 'repeat_end' | 'repeat_gap' | 'repeat_offset'
>;

/** The schedule of a process once fields of it have been changed. */
export function scheduleFields(fields: ProcessFields, stored: Fields): Fields {
  const pick = <K extends keyof Fields>(key: K): Fields[K] =>
    fields[key] === undefined ? stored[key] : (fields[key] as Fields[K]);
  const runType = pick('run_type');
  const once = runType === 'run_once';
  return {
    run_type: runType,
    repeat_count: pick('repeat_count'),
    repeat_start: pick('repeat_start'),
    repeat_end: pick('repeat_end'),
    // A client that turns a schedule into a single run leaves these behind.
    repeat_gap: once ? null : pick('repeat_gap'),
    repeat_offset: pick('repeat_offset'),
  };
}

/** What is wrong with the schedule of a process. */
export function scheduleIssues(fields: Fields): FieldIssue[] {
  const { run_type, repeat_count, repeat_gap, repeat_end, repeat_start, repeat_offset } = fields;
  if (run_type === 'run_once')
    return repeat_count === 1 ? [] : [{ path: 'repeat_count', message: '1, since the run type is run_once' }];
  if (run_type !== 'run_schedule') return [{ path: 'run_type', message: 'one of run_once and run_schedule' }];
  const issues: FieldIssue[] = [];
  if (repeat_offset !== null && ((repeat_offset.days ?? 0) < 0 || (repeat_offset.days ?? 0) > mostOffsetDays))
    issues.push({ path: 'repeat_offset', message: `from nothing to ${mostOffsetDays} days` });
  if (repeat_count < 1 || repeat_count > mostRuns)
    issues.push({ path: 'repeat_count', message: `a number of runs from 1 to ${mostRuns}` });
  if (repeat_gap === null && repeat_count > 1)
    issues.push({ path: 'repeat_gap', message: 'a schedule needs the gap from one run to the next' });
  if (repeat_end !== null && Date.parse(repeat_end) < Date.parse(repeat_start))
    issues.push({ path: 'repeat_end', message: `${repeat_end} is before the start, ${repeat_start}` });
  if (issues.length > 0) return issues;
  try {
    if (repeat_count > 1 && dueAt(scheduleOf(fields, repeat_start), 1) === null)
      issues.push({ path: 'repeat_gap', message: 'the gap must not lead past the year 9999' });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push({ path: 'repeat_gap', message: error.message });
  }
  return issues;
}

/** The schedule with its due times counted from `start`. */
export function scheduleOf(fields: Fields, start: string): Schedule {
  const { repeat_count, repeat_gap, repeat_end, run_type } = fields;
  return {
    start,
    gap: run_type === 'run_once' ? null : repeat_gap,
    count: run_type === 'run_once' ? 1 : repeat_count,
    end: repeat_end,
  };
}
