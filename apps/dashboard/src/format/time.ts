import { dateFormat, formatSettings } from './settings.ts';

type Moment = string | Date | null | undefined;

const asDate = (moment: Moment): Date | undefined => {
  if (moment === null || moment === undefined) return undefined;
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

/** A day and a time in the user's own time zone, e.g. `26 Nov 2026, 19:12:05`. */
export function dateTime(moment: Moment, options: { readonly seconds?: boolean } = {}): string {
  const date = asDate(moment);
  if (!date) return '–';
  return dateFormat({
    dateStyle: 'medium',
    timeStyle: options.seconds === false ? 'short' : 'medium',
  }).format(date);
}

/** The time alone for a moment of today, with the day for any other: `22:31`, `24 Nov 2026, 22:31`. */
export function shortTime(moment: Moment, now = Date.now()): string {
  const date = asDate(moment);
  if (!date) return '–';
  const day = dateFormat({ dateStyle: 'short' });
  if (day.format(date) !== day.format(now)) return dateTime(date, { seconds: false });
  return dateFormat({ timeStyle: 'short' }).format(date);
}

/** The time alone, with milliseconds: as a log has it. */
export function clockTime(moment: Moment): string {
  const date = asDate(moment);
  if (!date) return '–';
  return dateFormat({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(date);
}

export function month(moment: Moment): string {
  const date = asDate(moment);
  if (!date) return '–';
  return dateFormat({
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(date);
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `5 minutes ago`, `in 2 hours`. */
export function relative(moment: Moment, now: number): string {
  const date = asDate(moment);
  if (!date) return '–';
  const seconds = (date.getTime() - now) / 1000;
  if (Math.abs(seconds) < 5) return 'just now';
  if (Math.abs(seconds) > 30 * 86_400) return dateTime(date, { seconds: false });
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(formatSettings().locale, { numeric: 'auto' }).format(
    Math.round(seconds / size),
    unit,
  );
}

/** A length of time in seconds, e.g. `1 h 02 min`, `45 s`, `0.3 s`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const hours = Math.floor(whole / 3600);
  if (hours < 48) return `${hours} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds from one moment to another, or to now. */
export function between(start: Moment, end: Moment, now: number): number | undefined {
  const from = asDate(start);
  if (!from) return undefined;
  return ((asDate(end)?.getTime() ?? now) - from.getTime()) / 1000;
}
