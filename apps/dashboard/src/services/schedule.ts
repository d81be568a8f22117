import type { ProcessUpdate } from 'fusion-platform';

export type GapUnit = 'hours' | 'days' | 'weeks' | 'months';
export const gapUnits: readonly GapUnit[] = ['hours', 'days', 'weeks', 'months'];

/** When a process runs, as a form has it: once, or over and over. */
export interface Schedule {
  readonly repeats: boolean;
  /** The first run, as a field for a date and a time has it: `2026-11-30T06:00`, in the time of the browser. */
  readonly start: string;
  readonly every: string;
  readonly unit: GapUnit;
  /** How many runs, or after when none is due any more; the number alone ends it where there is no date. */
  readonly count: string;
  readonly end: string;
}

/** The most runs that a schedule may have. */
const mostRuns = 1_000_000;

export const once: Schedule = { repeats: false, start: '', every: '1', unit: 'weeks', count: '10', end: '' };

const isWhole = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1;

/** What is wrong with a schedule, by its field. */
export function checkSchedule({
  repeats,
  start,
  every,
  count,
  end,
}: Schedule): Partial<Record<keyof Schedule, string>> {
  if (!repeats) return {};
  const ends = end === '' ? undefined : Date.parse(end);
  return {
    ...(start !== '' && Number.isNaN(Date.parse(start)) ? { start: 'A date and a time' } : {}),
    ...(isWhole(every) ? {} : { every: 'A whole number from 1' }),
    ...(isWhole(count) && Number(count) <= mostRuns ? {} : { count: 'A whole number from 1' }),
    ...(ends !== undefined && ends < (start === '' ? Date.now() : Date.parse(start))
      ? { end: 'After the first run' }
      : {}),
  };
}

/** The fields of a process for it. */
export function scheduleChanges({ repeats, start, every, unit, count, end }: Schedule): ProcessUpdate {
  if (!repeats) return {};
  return {
    run_type: 'run_schedule',
    repeat_count: Number(count),
    repeat_gap: { [unit]: Number(every) },
    ...(start === '' ? {} : { repeat_start: new Date(start).toISOString() }),
    ...(end === '' ? {} : { repeat_end: new Date(end).toISOString() }),
  };
}
