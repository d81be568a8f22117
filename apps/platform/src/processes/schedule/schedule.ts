import type { RelativeDelta } from '@fusion-platform/contract';

import { addRelative, isForward } from './relative.ts';

/** When the runs of a process are due. */
export interface Schedule {
  /** When the first run is due. */
  readonly start: string;
  /** From one run to the next; null for a single run. */
  readonly gap: RelativeDelta | null;
  readonly count: number;
  /** After when no run is due any more. */
  readonly end: string | null;
}

/** A gap that does not lead on. */
export class ScheduleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

/**
 * When run `index`, from 0, is due, whatever its number and end say. It is counted from the start, not from the run before:
 * a month after 31 January is the last of February, and the month after that 31 March. A gap with absolute parts (the
 * first Monday of the month, say) is applied run by run instead, since such parts cannot be multiplied.
 * @throws ScheduleError
 */
export function dueAt({ start, gap }: Schedule, index: number): string {
  const from = Date.parse(start);
  if (index === 0) return format(from);
  if (gap === null) throw new ScheduleError('there is no gap from one run to the next');
  if (!isForward(from, gap)) throw new ScheduleError('the gap must lead to a later time');
  if (!hasAbsolute(gap)) return format(addRelative(from, times(gap, index)));
  let at = from;
  for (let run = 0; run < index; run += 1) {
    const next = addRelative(at, gap);
    if (next <= at) throw new ScheduleError('the gap must lead to a later time, each time anew');
    at = next;
  }
  return format(at);
}

/** When run `index` is due; null when there is none: they are all over, or it would be after the end. */
export function nextDueAt(schedule: Schedule, index: number): string | null {
  if (index >= schedule.count || (index > 0 && schedule.gap === null)) return null;
  const due = dueAt(schedule, index);
  return schedule.end !== null && Date.parse(due) > Date.parse(schedule.end) ? null : due;
}

/**
 * Which run to begin now after `runs` runs: the latest that is due, which stands for the earlier ones that nobody was
 * there to begin.
 * @returns null when none is due
 */
export function catchUp(
  schedule: Schedule,
  runs: number,
  now: string,
): { readonly due: string; readonly missed: number } | null {
  const moment = Date.parse(now);
  let due: string | null = null;
  let missed = -1;
  for (let index = runs; ; index += 1) {
    const next = nextDueAt(schedule, index);
    if (next === null || Date.parse(next) > moment) break;
    due = next;
    missed += 1;
  }
  return due === null ? null : { due, missed };
}

const relative = ['years', 'months', 'days', 'weeks', 'hours', 'minutes', 'seconds', 'microseconds'] as const;
const absolute = [
  'year',
  'month',
  'day',
  'weekday',
  'hour',
  'minute',
  'second',
  'microsecond',
  'leapdays',
] as const;

function hasAbsolute(gap: RelativeDelta): boolean {
  return absolute.some(
    (part) => gap[part] !== undefined && gap[part] !== null && !(part === 'leapdays' && gap[part] === 0),
  );
}

function times(gap: RelativeDelta, factor: number): RelativeDelta {
  const scaled: Record<string, unknown> = { ...gap };
  for (const part of relative) if (typeof gap[part] === 'number') scaled[part] = gap[part] * factor;
  return scaled;
}

function format(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15)
    throw new ScheduleError('the gap leads past what a date can be');
  return new Date(milliseconds).toISOString().replace('Z', '000+00:00');
}
