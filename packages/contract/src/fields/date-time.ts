const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?$/;

/**
 * Reads ISO 8601 text and gives it in UTC with microseconds, `2026-01-31T12:00:00.123456+00:00`.
 * Text without an offset is taken as UTC; text without a time as midnight; digits beyond microseconds are cut off.
 * @throws Error when the text is no date, names a moment that does not exist (31 February), or one outside the years
 * 1 to 9999 of UTC, which Python cannot hold.
 */
export function normaliseDateTime(text: string): string {
  const match = pattern.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not an ISO 8601 date`);
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  // Date.UTC would take the years 0 to 99 for those of the twentieth century.
  const moment = new Date(0);
  moment.setUTCFullYear(+year!, +month! - 1, +day!);
  const exists = moment.getUTCMonth() === +month! - 1 && moment.getUTCDate() === +day!;
  if (!exists || +hour > 23 || +minute > 59 || +second > 59) {
    throw new Error(`"${text}" is a date that does not exist`);
  }
  moment.setUTCHours(+hour, +minute, +second - offsetSeconds(text, zone));
  const utcYear = moment.getUTCFullYear();
  if (utcYear < 1 || utcYear > 9999) throw new Error(`"${text}" is outside the years 1 to 9999`);
  const micros = fraction.padEnd(6, '0').slice(0, 6);
  return `${moment.toISOString().slice(0, 19)}.${micros}+00:00`;
}

function offsetSeconds(text: string, zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0');
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].map(Number);
  if (hours! > 23 || minutes! > 59 || seconds! > 59) {
    throw new Error(`"${text}" has an offset that does not exist`);
  }
  const total = hours! * 3600 + minutes! * 60 + seconds!;
  return zone.startsWith('-') ? -total : total;
}
