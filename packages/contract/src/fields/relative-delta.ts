import * as z from 'zod';

import { jsonObject } from './json-object.ts';

const whole = z.int().optional();
const amount = z.number().optional();
const within = (least: number, most: number) => z.int().min(least).max(most).optional();

/**
 * Calendar arithmetic as Python's dateutil has it: the plural parts are added, the singular parts are set, and `weekday`
 * (0 is Monday) moves on to the next such day. Years and months are whole; the other parts that are added may have
 * fractions.
 */
export const RelativeDelta = z.object({
  years: whole,
  months: whole,
  days: amount,
  leapdays: whole,
  weeks: amount,
  hours: amount,
  minutes: amount,
  seconds: amount,
  microseconds: amount,
  year: within(1, 9999),
  month: within(1, 12),
  // A day past the end of the month means its last one.
  day: within(1, 31),
  weekday: within(0, 6),
  hour: within(0, 23),
  minute: within(0, 59),
  second: within(0, 59),
  microsecond: within(0, 999_999),
});
export type RelativeDelta = z.infer<typeof RelativeDelta>;

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/**
 * Reads the wire form, a JSON object as text (`{"months": 1}`), or the text that Python's dateutil prints
 * (`relativedelta(months=+1, weekday=MO(+1))`), which its client sends back.
 * @throws Error when the text is neither, or has a weekday other than the next one (`FR(-2)`), for which the wire has
 * no form.
 */
export function parseRelativeDelta(text: string): RelativeDelta {
  const python = /^relativedelta\((.*)\)$/.exec(text.trim());
  const parsed = RelativeDelta.safeParse(python ? fromPython(python[1]!) : jsonObject(text));
  if (!parsed.success) throw new Error(`"${text}" is not a relative delta, e.g. {"months": 1}`);
  return parsed.data;
}

export function formatRelativeDelta(delta: RelativeDelta): string {
  return JSON.stringify(delta);
}

function fromPython(inside: string): unknown {
  const entries: [string, number][] = [];
  for (const piece of inside.split(',').filter((text) => text.trim() !== '')) {
    const [, name, value] = /^\s*(\w+)=(\S+)\s*$/.exec(piece) ?? [];
    if (!name || !value || !Object.hasOwn(RelativeDelta.shape, name)) return undefined;
    const number = name === 'weekday' ? weekdayNumber(value) : pythonNumber(value);
    if (number === undefined) return undefined;
    entries.push([name, number]);
  }
  return Object.fromEntries(entries);
}

/** `MO`, `MO(+1)` or a number. */
function weekdayNumber(text: string): number | undefined {
  const named = /^([A-Z]{2})(?:\(\+1\))?$/.exec(text);
  if (!named) return pythonNumber(text);
  const index = weekdays.indexOf(named[1]!);
  return index < 0 ? undefined : index;
}

/** As Python prints it: `+7`, `-0.5`, `+1e-05`. */
function pythonNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
