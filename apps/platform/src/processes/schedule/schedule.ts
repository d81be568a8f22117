import type { RelativeDelta } from '@fusion-platform/contract';

import { timelineOf } from './timeline.ts';
import type { Timeline } from './timeline.ts';

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

/**
 * When run `index`, from 0, is due, whatever its number and end say; null past the year 9999.
 * @throws ScheduleError for a gap that does not lead on
 */
export function dueAt(schedule: Schedule, index: number): string | null {
  return format(timeline(schedule)(index));
}

/** When run `index` is due; null when there is none: they are all over, or it would be after the end. */
export function nextDueAt(schedule: Schedule, index: number): string | null {
  if (index >= schedule.count || (index > 0 && schedule.gap === null)) return null;
  const due = timeline(schedule)(index);
  return due > endOf(schedule) ? null : format(due);
}

/**
 * Which run to begin now after `runs` runs: the latest that is due, which stands for the earlier ones that nobody was
 * there to begin. However many they are, some dozens of due times are looked at.
 * @returns null when none is due
 */
export function catchUp(
  schedule: Schedule,
  runs: number,
  now: string,
): { readonly due: string; readonly missed: number } | null {
  const at = timeline(schedule);
  const moment = Math.min(Date.parse(now), endOf(schedule));
  const count = schedule.gap === null ? 1 : schedule.count;
  const isDue = (index: number): boolean => index < count && at(index) <= moment;
  if (!isDue(runs)) return null;
  let stride = 1;
  while (isDue(runs + stride)) stride *= 2;
  // The latest that is known to be due, and the earliest that is known not to be.
  let [low, high] = [runs + Math.floor(stride / 2), runs + stride];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isDue(middle)) low = middle;
    else high = middle;
  }
  const due = format(at(low));
  return due === null ? null : { due, missed: low - runs };
}

function timeline({ start, gap }: Schedule): Timeline {
  const from = Date.parse(start);
  return gap === null ? (index) => (index === 0 ? from : Infinity) : timelineOf(from, gap);
}

const endOf = ({ end }: Schedule): number => (end === null ? Infinity : Date.parse(end));

function format(milliseconds: number): string | null {
  return Number.isFinite(milliseconds)
    ? new Date(milliseconds).toISOString().replace('Z', '000+00:00')
    : null;
}
