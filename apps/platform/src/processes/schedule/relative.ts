import type { RelativeDelta } from '@fusion-platform/contract';

/**
 * Adds a relative delta to a moment (milliseconds since 1970, UTC) by the rules of Python's dateutil: years and months
 * first, a day that the month lacks becoming its last; then the absolute parts; then days and what is shorter; then the
 * weekday.
 * By hand, since schedules are counted in thousands of steps, and a library of calendars took fifteen times as long.
 * @see https://dateutil.readthedocs.io/en/stable/relativedelta.html
 */
export function addRelative(milliseconds: number, delta: RelativeDelta): number {
  const given = new Date(milliseconds);
  const months =
    ((delta.year ?? given.getUTCFullYear()) + (delta.years ?? 0)) * 12 +
    (delta.month === undefined ? given.getUTCMonth() : delta.month - 1) +
    (delta.months ?? 0);
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12];
  // Set on a date, since `Date.UTC` takes the years 0 to 99 for those of the twentieth century.
  const at = new Date(0);
  at.setUTCFullYear(year, month, Math.min(delta.day ?? given.getUTCDate(), daysIn(year, month)));
  at.setUTCHours(
    delta.hour ?? given.getUTCHours(),
    delta.minute ?? given.getUTCMinutes(),
    delta.second ?? given.getUTCSeconds(),
    delta.microsecond === undefined ? given.getUTCMilliseconds() : Math.floor(delta.microsecond / 1000),
  );
  let days = (delta.days ?? 0) + (delta.weeks ?? 0) * 7;
  if (delta.leapdays && month > 1 && daysIn(year, 1) === 29) days += delta.leapdays;
  // In UTC a day always has 24 hours, so fractions of one are exact.
  const added =
    days * 86_400_000 +
    (delta.hours ?? 0) * 3_600_000 +
    (delta.minutes ?? 0) * 60_000 +
    (delta.seconds ?? 0) * 1000 +
    Math.floor((delta.microseconds ?? 0) / 1000);
  const moment = at.getTime() + added;
  if (delta.weekday === undefined) return moment;
  // Monday is 0 here and 1 there.
  return moment + ((delta.weekday + 8 - new Date(moment).getUTCDay()) % 7) * 86_400_000;
}

function daysIn(year: number, month: number): number {
  if (month !== 1) return [3, 5, 8, 10].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Whether a delta leads to a later time. */
export function isForward(milliseconds: number, delta: RelativeDelta): boolean {
  return addRelative(milliseconds, delta) > milliseconds;
}
