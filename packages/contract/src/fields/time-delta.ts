import { z } from 'zod';

/** A length of time as Python's timedelta keeps it. */
export const TimeDelta = z.strictObject({
  days: z.number().optional(),
  seconds: z.number().optional(),
  microseconds: z.number().optional(),
});
export type TimeDelta = z.infer<typeof TimeDelta>;

/**
 * Reads the wire form, a JSON object as text (`{"days": 1}`), or the text that Python prints of a timedelta
 * (`1 day, 0:00:00`, `-1 day, 23:59:59.5`), which its client sends back.
 */
export function parseTimeDelta(text: string): TimeDelta {
  const python = /^(?:(-?\d+) days?, )?(\d+):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (python) {
    const [, days = '0', hours, minutes, seconds, fraction = ''] = python;
    return {
      days: Number(days),
      seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      microseconds: Number(fraction.padEnd(6, '0')),
    };
  }
  const parsed = TimeDelta.safeParse(fromJson(text));
  if (!parsed.success) throw new Error(`"${text}" is not a time delta, e.g. {"days": 1, "seconds": 0}`);
  return parsed.data;
}

export function formatTimeDelta(delta: TimeDelta): string {
  return JSON.stringify(delta);
}

function fromJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null));
  } catch {
    return undefined;
  }
}
