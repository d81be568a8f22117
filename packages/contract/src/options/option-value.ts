import type { DataType } from '../constants.ts';
import { parseDate } from './parse-date.ts';
import { readValidation } from './validation-text.ts';

/** The value of an option as its service gets it; null where it has none. */
export type TypedValue = string | number | boolean | null;

export interface OptionText {
  readonly data_type: string;
  readonly value?: string | null | undefined;
  readonly validation?: string | null | undefined;
}

type Read = { readonly value: TypedValue } | { readonly fault: string };

const trueTexts = new Set(['true', 't', 'yes', 'y', 'on', '1']);
const falseTexts = new Set(['false', 'f', 'no', 'n', 'off', '0']);
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Numbers and dates are read by patterns, which take long over long texts that are none. */
const longestValues: Readonly<Record<DataType, number>> = {
  numeric: 100,
  currency: 100,
  boolean: 100,
  datetime: 100,
  constrained: 10_000,
  string: 100_000,
};

/** The text of an option that stands for no value. */
export function isEmpty(text: string | null | undefined): boolean {
  return text === null || text === undefined || text === '' || text === 'null' || text === 'None';
}

/** Reads the text of an option by its type, and judges it by its validation. */
export function readOption({ data_type, value, validation }: OptionText): Read {
  if (value === null || value === undefined || isEmpty(value)) return { value: null };
  const longest = longestValues[data_type as DataType] ?? longestValues.string;
  if (value.length > longest) return { fault: `it is longer than ${longest} characters` };
  const rules = readValidation(validation ?? null);
  switch (data_type as DataType) {
    case 'numeric':
    case 'currency': {
      if (!number.test(value.trim())) return { fault: `"${value}" is not a number` };
      const read = Number(value);
      if (!Number.isFinite(read)) return { fault: `${value} is more than a number can be` };
      if (rules.min !== undefined && read < Number(rules.min))
        return { fault: `${value} is less than ${rules.min}` };
      if (rules.max !== undefined && read > Number(rules.max))
        return { fault: `${value} is more than ${rules.max}` };
      return { value: read };
    }
    case 'boolean': {
      const text = value.toLowerCase();
      if (trueTexts.has(text)) return { value: true };
      return falseTexts.has(text) ? { value: false } : { fault: `"${value}" is neither true nor false` };
    }
    case 'datetime':
      return readDate(value, rules);
    case 'constrained':
      return rules.values?.includes(value) === false
        ? { fault: `"${value.slice(0, 100)}" is not one of ${rules.values.join(', ')}` }
        : { value };
    case 'string':
      return value.includes('\0') ? { fault: 'a text without null characters' } : { value };
  }
}

function readDate(text: string, { format, min, max }: ReturnType<typeof readValidation>): Read {
  const date = parseDate(text, format);
  if (!date) return { fault: `"${text}" is not a date${format ? ` of the form ${format}` : ''}` };
  const [earliest, latest] = [min, max].map((limit) =>
    limit === undefined ? undefined : parseDate(limit, format),
  );
  if (earliest && date < earliest) return { fault: `${text} is before ${min}` };
  if (latest && date > latest) return { fault: `${text} is after ${max}` };
  return { value: date.toISOString() };
}
