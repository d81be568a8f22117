import type { Process } from 'fusion-platform';

import { usageError } from '../errors/index.ts';
import type { ProcessField } from './definition.ts';

type FieldChanges = Parameters<Process['update']>[0];

/**
 * The fields of a process as the SDK takes them. Lengths of time are JSON, as both commands write them, or the
 * arguments of Python's timedelta (days, seconds, microseconds).
 */
export function fieldChanges(fields: Readonly<Partial<Record<ProcessField, unknown>>>): FieldChanges {
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    changes[name] = readers[name as ProcessField](value, name);
  }
  return changes;
}

type Reader = (value: unknown, name: string) => unknown;

const whole: Reader = (value, name) => {
  const number = Number(Array.isArray(value) ? value[0] : value);
  if (!Number.isInteger(number))
    throw usageError(`${name} must be a whole number, not ${JSON.stringify(value)}`);
  return number;
};
const moment: Reader = (value, name) => {
  const text = value instanceof Date ? value.toISOString() : String(value);
  if (Number.isNaN(Date.parse(text)))
    throw usageError(`${name} must be a date as ISO 8601, not ${JSON.stringify(value)}`);
  return text;
};
const text: Reader = (value) => String(value);

const jsonObject: Reader = (value, name) => {
  const parsed: unknown = typeof value === 'string' ? parseJson(value, name) : value;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw usageError(`${name} must be a JSON object such as {"days": 1}, not ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(parsed).filter(([, part]) => part !== null));
};
const lengthOfTime: Reader = (value, name) => {
  if (!Array.isArray(value)) return jsonObject(value, name);
  const [days = 0, seconds = 0, microseconds = 0] = value as number[];
  return { days, seconds, microseconds };
};

function parseJson(value: string, name: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw usageError(`${name} must be a JSON object such as {"days": 1}, not ${JSON.stringify(value)}`);
  }
}

const readers: Readonly<Record<ProcessField, Reader>> = {
  output_storage_period: whole,
  run_type: text,
  repeat_count: whole,
  repeat_start: moment,
  repeat_end: moment,
  repeat_gap: jsonObject,
  repeat_offset: lengthOfTime,
};
