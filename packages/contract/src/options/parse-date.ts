import { utcParse } from 'd3-time-format';

import { normaliseDateTime } from '../fields/index.ts';

/** What d3 takes beyond its bounds and carries over: it reads 30 February as 2 March. */
const bounds: Readonly<Record<string, string>> = {
  Y: '(?<year>\\d{4})',
  m: '(?<month>0?[1-9]|1[0-2])',
  d: '(?<day>0?[1-9]|[12]\\d|3[01])',
  H: '(?:[01]?\\d|2[0-3])',
  I: '(?:0?[1-9]|1[0-2])',
  M: '[0-5]?\\d',
  S: '[0-5]?\\d',
};

/** Reads a date by a format of Python's `strptime`, else as ISO 8601; none for one that the calendar has not. */
export function parseDate(text: string, format: string | undefined): Date | undefined {
  const read = format === undefined ? undefined : parseByFormat(text, format);
  if (read) return read;
  try {
    return new Date(normaliseDateTime(text));
  } catch {
    return undefined;
  }
}

function parseByFormat(text: string, format: string): Date | undefined {
  const match = patternOf(format).exec(text);
  // Python's `%z` is `%Z` there.
  const read = match ? utcParse(format.replaceAll('%z', '%Z'))(text) : null;
  if (!match || !read) return undefined;
  const { year, month, day } = match.groups ?? {};
  if (day === undefined) return read;
  const onTheCalendar =
    year !== undefined && month !== undefined
      ? new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
      : read;
  // A month by its name with an offset stays unchecked: the offset may have moved the day rightly.
  if (onTheCalendar === read && /%[zZ]/.test(format)) return read;
  return onTheCalendar.getUTCDate() === Number(day) ? read : undefined;
}

function patternOf(format: string): RegExp {
  const seen = new Set<string>();
  const parts = format.split(/(%-?[A-Za-z%])/).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[^\w\s]/g, String.raw`\$&`);
    const directive = part.at(-1)!;
    if (seen.has(directive)) return '.*';
    seen.add(directive);
    return bounds[directive] ?? '.*';
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
