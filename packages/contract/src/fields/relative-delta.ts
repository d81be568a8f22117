import { z } from 'zod';

const relative = [
  'years',
  'months',
  'days',
  'leapdays',
  'weeks',
  'hours',
  'minutes',
  'seconds',
  'microseconds',
] as const;
const absolute = ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'microsecond'] as const;
const known: ReadonlySet<string> = new Set([...relative, ...absolute]);

const part = z.number().optional();

/** Calendar arithmetic: plural parts are added, singular parts are set. */
export const RelativeDelta = z.strictObject({
  years: part,
  months: part,
  days: part,
  leapdays: part,
  weeks: part,
  hours: part,
  minutes: part,
  seconds: part,
  microseconds: part,
  year: part,
  month: part,
  day: part,
  weekday: part,
  hour: part,
  minute: part,
  second: part,
  microsecond: part,
});
export type RelativeDelta = z.infer<typeof RelativeDelta>;

/**
 * Reads the wire form, a JSON object as text (`{"months": 1}`), or the text that Python's dateutil prints
 * (`relativedelta(months=+1)`), which its client sends back.
 */
export function parseRelativeDelta(text: string): RelativeDelta {
  const python = /^relativedelta\((.*)\)$/.exec(text.trim());
  const value: unknown = python ? fromPython(python[1]!) : fromJson(text);
  const parsed = RelativeDelta.safeParse(value);
  if (!parsed.success) throw new Error(`"${text}" is not a relative delta, e.g. {"months": 1}`);
  return parsed.data;
}

export function formatRelativeDelta(delta: RelativeDelta): string {
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

function fromPython(inside: string): unknown {
  const entries: [string, number][] = [];
  for (const piece of inside
    .split(',')
    .map((p) => p.trim())
    .filter(Boolean)) {
    const match = /^(\w+)=([+-]?\d+(?:\.\d+)?)$/.exec(piece);
    if (!match || !known.has(match[1]!)) return undefined;
    entries.push([match[1]!, Number(match[2])]);
  }
  return Object.fromEntries(entries);
}
