import * as z from 'zod';

import { jsonObject } from './json-object.ts';

/** A length of time as Python's timedelta keeps it. */
export const TimeDelta = z.object({
  days: z.number().optional(),
  seconds: z.number().optional(),
  microseconds: z.number().optional(),
});
export type TimeDelta = z.infer<typeof TimeDelta>;

/**
 * Reads the wire form, a JSON object as text (`{"days": 1}`), or the text that Python prints of a timedelta
 * (`1 day, 0:00:00`, `-1 day, 23:59:59.500000`), which its client sends back. What is read is normalised as Python
 * does it: whole numbers, 0 to 86,399 seconds, 0 to 999,999 microseconds, and days of either sign.
 * @throws Error when the text is neither, or the days are more than Python holds (999,999,999).
 */
export function parseTimeDelta(text: string): TimeDelta {
  const python = /^(?:(-?\d{1,9}) days?, )?(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (python) {
    const [, days = '0', hours, minutes, seconds, fraction = ''] = python;
    return normalise(text, {
      days: Number(days),
      seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      microseconds: Number(fraction.padEnd(6, '0')),
    });
  }
  const parsed = TimeDelta.safeParse(jsonObject(text));
  if (!parsed.success) throw new Error(`"${text}" is not a time delta, e.g. {"days": 1, "seconds": 0}`);
  return normalise(text, parsed.data);
}

export function formatTimeDelta(delta: TimeDelta): string {
  return JSON.stringify(delta);
}

/** Fractions are handed down before they are rounded, so that 0.1 days are 8,640 seconds and no less. */
function normalise(text: string, { days = 0, seconds = 0, microseconds = 0 }: TimeDelta): TimeDelta {
  const [wholeDays, dayPart] = split(days);
  const [secondsOfDays, secondsOfDaysPart] = split(dayPart * 86_400);
  const [wholeSeconds, secondPart] = split(seconds);
  const micros = microseconds + (secondsOfDaysPart + secondPart) * 1e6;
  const rounded = roundHalfEven(micros);
  const carriedSeconds = Math.floor(rounded / 1e6);
  const allSeconds = wholeSeconds + secondsOfDays + carriedSeconds;
  const carriedDays = Math.floor(allSeconds / 86_400);
  const allDays = wholeDays + carriedDays;
  if (Math.abs(allDays) > 999_999_999) throw new Error(`"${text}" is longer than 999999999 days`);
  return {
    days: allDays,
    seconds: allSeconds - carriedDays * 86_400,
    microseconds: rounded - carriedSeconds * 1e6,
  };
}

function split(value: number): [whole: number, part: number] {
  const whole = Math.trunc(value);
  return [whole, value - whole];
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
