import { BadParameterError } from './bad-parameter-error.ts';

/** Milliseconds since 1970, both ends belonging to it; infinite where it is open. */
export type Interval = readonly [start: number, end: number];

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads an instant of RFC 3339 or an interval `start/end`, either end of which may be open (`..` or nothing).
 * @throws {BadParameterError}
 */
export function parseDatetime(value: unknown): Interval {
  if (typeof value !== 'string') throw wrong();
  const [from = '', to, ...more] = value.split('/');
  if (more.length > 0) throw wrong();
  if (to === undefined) {
    const at = instant(from);
    return [at, at];
  }
  const [start, end] = [open(from) ? -Infinity : instant(from), open(to) ? Infinity : instant(to)];
  if (open(from) && open(to)) throw wrong();
  if (start > end) throw new BadParameterError('datetime must not end before it starts');
  return [start, end];
}

const open = (text: string): boolean => text === '' || text === '..';

function instant(text: string): number {
  const time = RFC_3339.test(text) ? Date.parse(text.toUpperCase().replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(time)) throw wrong();
  return time;
}

const wrong = (): BadParameterError =>
  new BadParameterError(
    'datetime must be an instant such as 2024-01-31T12:00:00Z or an interval such as 2024-01-01T00:00:00Z/..',
  );
