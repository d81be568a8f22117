import { customType, numeric, uuid } from 'drizzle-orm/pg-core';

import { normaliseDateTime } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

/** A moment, in and out as ISO 8601 text in UTC with microseconds; never a Date, which would drop the last three digits. */
export const moment = customType<{ data: string; driverData: string | Date }>({
  dataType: () => 'timestamp(6) with time zone',
  fromDriver: (value) =>
    typeof value === 'string' ? momentOf(value) : normaliseDateTime(value.toISOString()),
});

/**
 * As both databases write a moment in UTC, which is their time zone here: `2026-01-31 12:00:00.5+00`, and in JSON
 * `2026-01-31T12:00:00.5+00:00`.
 */
const inUtc = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00(?::00)?$/;

function momentOf(text: string): string {
  // The most common form by far: in JSON, with a fraction, of which zeros at the end are missing.
  if (text[10] === 'T' && text[19] === '.' && text.length <= 32 && text.endsWith('+00:00'))
    return text.length === 32 ? text : `${text.slice(0, -6).padEnd(26, '0')}+00:00`;
  const [, day, time, fraction = ''] = inUtc.exec(text) ?? [];
  return day === undefined
    ? normaliseDateTime(text.replace(/([+-]\d{2})$/, '$1:00'))
    : `${day}T${time!}.${fraction.padEnd(6, '0')}+00:00`;
}

/**
 * What time it is for schedules, expiry and charges: that of the database, which a test may move (`platform_keys`,
 * `clock_offset`). Leases, which guard against real silence, do not go by it.
 */
export const platformNow = sql`(select platform_now())`;

/** Credits: exact decimals, as text. */
export const credits = (name: string) => numeric(name, { precision: 24, scale: 6 });

export const id = () => uuid('id').primaryKey();
export const createdAt = () =>
  moment('created_at')
    .notNull()
    .default(sql`clock_timestamp()`);
export const updatedAt = () =>
  moment('updated_at')
    .notNull()
    .default(sql`clock_timestamp()`)
    .$onUpdate(() => sql`clock_timestamp()`);
