import * as z from 'zod';

import { field } from './field.ts';
import type { Field, FieldOptions } from './field.ts';
import { normaliseDateTime } from './date-time.ts';
import { formatRelativeDelta, parseRelativeDelta, RelativeDelta } from './relative-delta.ts';
import { formatTimeDelta, parseTimeDelta, TimeDelta } from './time-delta.ts';

/** Turns a reader of text into one that reports to Zod. */
function reader<T>(read: (text: string) => T) {
  return (text: string, context: z.core.ParsePayload<string>): T => {
    try {
      return read(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: (error as Error).message, input: text });
      return z.NEVER;
    }
  };
}

const uuidType = z.guid();
const emailType = z.email();
const urlType = z.url();
/** An address with places in braces for values, as RFC 6570 has them. */
const urlTemplateType = z.url().meta({ format: 'uri-template' });
const integerType = z.int();
/** What a client may set: the platform keeps four bytes. */
const int32Type = z.int().min(-2_147_483_648).max(2_147_483_647);
const decimalType = z.number();
const dateTimeType = z.codec(z.string().meta({ format: 'date-time' }), z.string(), {
  decode: reader(normaliseDateTime),
  encode: (text) => text,
});
const relativeDeltaType = z.codec(z.string(), RelativeDelta, {
  decode: reader(parseRelativeDelta),
  encode: formatRelativeDelta,
});
const timeDeltaType = z.codec(z.string(), TimeDelta, {
  decode: reader(parseTimeDelta),
  encode: formatTimeDelta,
});
const objectType = z.record(z.string(), z.unknown());

export const string = <const O extends FieldOptions>(o: O): Field<z.ZodString, O> => field(z.string(), o);
export const uuid = <const O extends FieldOptions>(o: O): Field<typeof uuidType, O> => field(uuidType, o);
export const email = <const O extends FieldOptions>(o: O): Field<typeof emailType, O> => field(emailType, o);
export const url = <const O extends FieldOptions>(o: O): Field<typeof urlType, O> => field(urlType, o);
export const urlTemplate = <const O extends FieldOptions>(o: O): Field<typeof urlTemplateType, O> =>
  field(urlTemplateType, o);
export const integer = <const O extends FieldOptions>(o: O): Field<typeof integerType, O> =>
  field(integerType, o);
/** An integer that clients set, of 32 bits. */
export const int32 = <const O extends FieldOptions>(o: O): Field<typeof int32Type, O> => field(int32Type, o);
/** A JSON number. Money is kept as an exact decimal on the platform; the wire carries a number. */
export const decimal = <const O extends FieldOptions>(o: O): Field<typeof decimalType, O> =>
  field(decimalType, o);
export const boolean = <const O extends FieldOptions>(o: O): Field<z.ZodBoolean, O> => field(z.boolean(), o);
/** ISO 8601 text with an offset, normalised to UTC when read (`2026-01-31T12:00:00.000000+00:00`). */
export const datetime = <const O extends FieldOptions>(o: O): Field<typeof dateTimeType, O> =>
  field(dateTimeType, o);
/** Calendar arithmetic (`{months: 1}`); a JSON string on the wire. */
export const relativeDelta = <const O extends FieldOptions>(o: O): Field<typeof relativeDeltaType, O> =>
  field(relativeDeltaType, o);
/** A length of time (`{days, seconds, microseconds}`); a JSON string on the wire. */
export const timeDelta = <const O extends FieldOptions>(o: O): Field<typeof timeDeltaType, O> =>
  field(timeDeltaType, o);
/** Any JSON object. */
export const json = <const O extends FieldOptions>(o: O): Field<typeof objectType, O> => field(objectType, o);

/** A list of plain values (`listOf(z.string(), …)`) or of nested objects (`listOf(z.object({…}), …)`). */
export const listOf = <S extends z.ZodType, const O extends FieldOptions>(
  item: S,
  o: O,
): Field<z.ZodArray<S>, O> => field(z.array(item), o);
