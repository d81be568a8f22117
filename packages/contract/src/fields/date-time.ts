const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?$/;

/**
 * Reads ISO 8601 text and gives it in UTC with microseconds, `2026-01-31T12:00:00.123456+00:00`.
 * Text without an offset is taken as UTC; text without a time as midnight.
 * @throws Error when the text is no date or names a moment that does not exist (31 February).
 */
export function normaliseDateTime(text: string): string {
  const match = pattern.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not an ISO 8601 date`);
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  const micros = fraction.padEnd(6, '0').slice(0, 6);
  const local = Date.UTC(+year!, +month! - 1, +day!, +hour, +minute, +second);
  const check = new Date(local);
  if (
    check.getUTCMonth() !== +month! - 1 ||
    check.getUTCDate() !== +day! ||
    +hour > 23 ||
    +minute > 59 ||
    +second > 59
  ) {
    throw new Error(`"${text}" is a date that does not exist`);
  }
  const utc = new Date(local - offsetMinutes(zone) * 60_000);
  return `${utc.toISOString().slice(0, 19)}.${micros}+00:00`;
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replaceAll(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return zone.startsWith('-') ? -minutes : minutes;
}
