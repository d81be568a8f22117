import type { RelativeDelta } from '@fusion-platform/contract';

import { addRelative, isForward } from './relative.ts';
import { ScheduleError } from './schedule-error.ts';

/** When the runs of a schedule are due, by their number from 0, in milliseconds; beyond the year 9999 `Infinity`. */
export type Timeline = (index: number) => number;

const relative = ['years', 'months', 'days', 'weeks', 'hours', 'minutes', 'seconds', 'microseconds'] as const;
const absolute = ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'microsecond'] as const;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const day = 86_400_000;

/** A step takes a microsecond or two: what has not come round after so many is not looked into any further. */
const mostSteps = 20_000;

/**
 * Counts from the start, not from the run before: a month after 31 January is the last of February, and the month after
 * that 31 March. A gap with absolute parts (the first Monday of the month, say) is applied run by run instead, since such
 * parts cannot be multiplied.
 * @throws ScheduleError for a gap that does not lead on
 */
export function timelineOf(from: number, gap: RelativeDelta): Timeline {
  if (!isForward(from, gap)) throw new ScheduleError('the gap must lead to a later time');
  if (gap.leapdays || absolute.some((part) => gap[part] !== undefined)) return stepByStep(from, gap);
  if (shortest(gap) <= 0) throw new ScheduleError('the gap must lead to a later time, each time');
  return (index) => (index === 0 ? from : within(addRelative(from, times(gap, index))));
}

/**
 * Applies the gap again and again, until it has come round: then every further run lies whole rounds after one that is
 * known.
 */
function stepByStep(from: number, gap: RelativeDelta): Timeline {
  const round = roundOf(gap);
  const known = [from];
  const places = new Map([[modulo(from, round), 0]]);
  let cycle: { readonly first: number; readonly runs: number; readonly length: number } | undefined;
  /** @returns whether there is more to know */
  const step = (): boolean => {
    if (cycle !== undefined || known.at(-1) === Infinity) return false;
    const at = known.at(-1)!;
    const next = addRelative(at, gap);
    if (next <= at) throw new ScheduleError('the gap must lead to a later time, each time');
    if (known.length > mostSteps)
      throw new ScheduleError(
        `more than ${mostSteps} runs of this gap have gone by: let it start later, or leave out its absolute parts`,
      );
    const place = modulo(next, round);
    const first = places.get(place);
    if (first !== undefined) cycle = { first, runs: known.length - first, length: next - known[first]! };
    places.set(place, known.length);
    known.push(within(next));
    return true;
  };
  return (index) => {
    for (let more = true; more && index >= known.length;) more = step();
    if (index < known.length) return known[index]!;
    if (cycle === undefined) return Infinity;
    const { first, runs, length } = cycle;
    const rounds = Math.floor((index - first) / runs);
    return within(known[first + ((index - first) % runs)]! + rounds * length);
  };
}

/** After how many milliseconds the gap does the same again: the calendar repeats after 400 years, which are whole weeks. */
function roundOf(gap: RelativeDelta): number {
  if (gap.years || gap.months || gap.leapdays || gap.month !== undefined || gap.day !== undefined)
    return 146_097 * day;
  if (gap.weekday !== undefined) return 7 * day;
  if (gap.hour !== undefined) return day;
  if (gap.minute !== undefined) return 3_600_000;
  return gap.second === undefined ? 1000 : 60_000;
}

/** The least milliseconds from one run to the next, whatever the month: 28 days at least, and 31 at most back. */
function shortest(gap: RelativeDelta): number {
  const months = (gap.years ?? 0) * 12 + (gap.months ?? 0);
  const days = months * (months > 0 ? 28 : 31) + (gap.weeks ?? 0) * 7 + (gap.days ?? 0);
  const { hours = 0, minutes = 0, seconds = 0, microseconds = 0 } = gap;
  return days * day + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + microseconds / 1000;
}

function times(gap: RelativeDelta, factor: number): RelativeDelta {
  const scaled: Record<string, unknown> = { ...gap };
  for (const part of relative) if (typeof gap[part] === 'number') scaled[part] = gap[part] * factor;
  return scaled;
}

const within = (moment: number): number => (moment <= latest ? moment : Infinity);
const modulo = (value: number, by: number): number => ((value % by) + by) % by;
