import type { RelativeDelta } from '@fusion-platform/contract';
import { DateTime } from 'luxon';

/**
 * Adds a relative delta to a moment (milliseconds since 1970, UTC) by the rules of Python's dateutil: years and months
 * first, a day that the month lacks becoming its last; then the absolute parts; then days and what is shorter; then the
 * weekday.
 * @see https://dateutil.readthedocs.io/en/stable/relativedelta.html
 */
export function addRelative(milliseconds: number, delta: RelativeDelta): number {
  const given = DateTime.fromMillis(milliseconds, { zone: 'utc' });
  const year = (delta.year ?? given.year) + (delta.years ?? 0);
  const month = delta.month ?? given.month;
  // By the first of the month, since setting the month of a 31st would move on to the next.
  const first = DateTime.fromObject({ year, month, day: 1 }, { zone: 'utc' }).plus({
    months: delta.months ?? 0,
  });
  let at = first
    .set({
      day: Math.min(delta.day ?? given.day, first.daysInMonth ?? 31),
      hour: delta.hour ?? given.hour,
      minute: delta.minute ?? given.minute,
      second: delta.second ?? given.second,
    })
    .set({
      millisecond: delta.microsecond === undefined ? given.millisecond : Math.floor(delta.microsecond / 1000),
    });
  let days = (delta.days ?? 0) + (delta.weeks ?? 0) * 7;
  if (delta.leapdays && at.month > 2 && at.isInLeapYear) days += delta.leapdays;
  // In UTC a day always has 24 hours, so fractions of one are exact.
  const added =
    days * 86_400_000 +
    (delta.hours ?? 0) * 3_600_000 +
    (delta.minutes ?? 0) * 60_000 +
    (delta.seconds ?? 0) * 1000 +
    Math.floor((delta.microseconds ?? 0) / 1000);
  at = at.plus({ milliseconds: added });
  if (delta.weekday !== undefined) at = at.plus({ days: (delta.weekday + 1 - at.weekday + 7) % 7 });
  return at.toMillis();
}

/** Whether a delta leads to a later time. */
export function isForward(milliseconds: number, delta: RelativeDelta): boolean {
  return addRelative(milliseconds, delta) > milliseconds;
}
