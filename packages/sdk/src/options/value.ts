import { normaliseDateTime } from '@fusion-platform/contract';
import { readValidation } from '@fusion-platform/contract/options';
import { utcFormat, utcParse } from 'd3-time-format';

import { StateError } from '../errors/index.ts';

/** The value of an option in the type that its data type stands for. */
export type OptionValue = number | boolean | Date | string | null;

/** What is needed to know of an option to read and write its value. */
export interface OptionType {
  readonly name: string;
  readonly data_type: string;
  readonly validation?: string | null | undefined;
}

const trueTexts = new Set(['true', 't', 'yes', 'y', 'on', '1']);
const falseTexts = new Set(['false', 'f', 'no', 'n', 'off', '0']);

/** Reads the text that the API has for a value. What cannot be read is given as it is: defaults of the platform are not checked. */
export function decodeOption(option: OptionType, text: string | null | undefined): OptionValue {
  if (text === null || text === undefined || text === 'null' || text === 'None') return null;
  switch (option.data_type) {
    case 'numeric':
    case 'currency': {
      const number = Number(text);
      return text.trim() === '' || Number.isNaN(number) ? text : number;
    }
    case 'boolean':
      if (trueTexts.has(text.toLowerCase())) return true;
      return falseTexts.has(text.toLowerCase()) ? false : text;
    case 'datetime':
      return readDate(option, text) ?? text;
    default:
      return text;
  }
}

/**
 * The text that the API has for a value. Unless `coerce`, the value must be of the option's own type: a number, a boolean,
 * a Date, a string; null takes the value away.
 * @throws StateError `wrong_value`
 */
export function encodeOption(option: OptionType, value: OptionValue, coerce: boolean): string | null {
  const typed = coerce && typeof value === 'string' ? decodeOption(option, value) : value;
  if (typed === null) return null;
  switch (option.data_type) {
    case 'numeric':
    case 'currency': {
      const number = coerce && typeof typed === 'boolean' ? Number(typed) : typed;
      if (typeof number === 'number' && Number.isFinite(number)) return String(number);
      throw wrongValue(option, 'a number', value);
    }
    case 'boolean':
      if (typeof typed === 'boolean') return String(typed);
      throw wrongValue(option, 'true or false', value);
    case 'datetime':
      if (typed instanceof Date && !Number.isNaN(typed.getTime())) return writeDate(option, typed);
      throw wrongValue(option, coerce ? `a moment such as ${writeDate(option, example)}` : 'a Date', value);
    default:
      if (typeof typed === 'string') return typed;
      if (coerce) return typed instanceof Date ? typed.toISOString() : String(typed);
      throw wrongValue(option, 'a string', value);
  }
}

function readDate(option: OptionType, text: string): Date | undefined {
  const { format } = readValidation(option.validation ?? null);
  const read = format ? utcParse(portable(format))(text) : null;
  if (format && read && exists(text, read, portable(format))) return read;
  try {
    return new Date(normaliseDateTime(text));
  } catch {
    return undefined;
  }
}

const example = new Date('2026-01-31T06:00:00Z');

/** Whether a text is the moment that was read of it: 30 February is read as 1 March, and 25 o'clock as 1. */
function exists(text: string, read: Date, format: string): boolean {
  // Of leading zeros and capitals it may have more or fewer.
  const plain = (one: string): string =>
    one
      .trim()
      .toLowerCase()
      .replaceAll(/\b0+(?=\d)/g, '');
  if (plain(utcFormat(format)(read)) === plain(text)) return true;
  // Zones and fractions of seconds can be written in several ways; ISO dates are read below.
  return /%[ZfL]/.test(format) && !/^\d{4}-\d/.test(text);
}

function writeDate(option: OptionType, value: Date): string {
  const { format } = readValidation(option.validation ?? null);
  return format ? utcFormat(portable(format))(value) : value.toISOString();
}

/** Python's `%z` is `%Z` there. */
function portable(format: string): string {
  return format.replaceAll('%z', '%Z');
}

function wrongValue({ name, data_type }: OptionType, wanted: string, value: OptionValue): StateError {
  const shown = value instanceof Date ? value.toString() : JSON.stringify(value);
  return new StateError('wrong_value', `The option ${name} (${data_type}) takes ${wanted}, not ${shown}`);
}
