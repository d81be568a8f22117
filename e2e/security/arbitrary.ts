import fc from 'fast-check';
import * as z from 'zod';

/** What nobody should send, wherever something is expected. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'a\0b',
    '\ud800',
    'x\udc00y',
    '漢'.repeat(90),
    'é'.repeat(300),
    '../../etc/passwd',
    '********',
    '__proto__',
    "'; drop table users; --",
    'NaN',
    '1e999',
    '9999-12-31T23:59:59.999999-23:59',
    '0001-01-01T00:00:00+00:00',
    '{"hours":1,"minute":0}',
    '{"years":9000}',
    -1,
    0,
    1e308,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    0.1,
    true,
    [],
    {},
    [null],
    [[]],
    { id: null },
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
);

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Copy', 'region.geojson', 'GeoJSON', 'run_once', 'run_schedule', '*'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
const moment = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const delta = fc
  .record(
    {
      years: fc.integer({ min: -9999, max: 9999 }),
      months: fc.integer({ min: -12, max: 12 }),
      days: fc.integer({ min: -40, max: 1_000_000_000 }),
      hours: fc.double({ noNaN: true, noDefaultInfinity: true }),
      minutes: fc.integer({ min: 0, max: 59 }),
      seconds: fc.integer({ min: -1, max: 100 }),
      minute: fc.integer({ min: 0, max: 59 }),
      day: fc.integer({ min: 1, max: 31 }),
      weekday: fc.integer({ min: 0, max: 6 }),
      microseconds: fc.integer(),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

/**
 * Values of a schema of the contract as clients would send them, and now and then something else in their place.
 * @param ids that are known to the platform
 */
export function arbitraryOf(schema: z.ZodType, ids: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: valid(schema, ids) }, { weight: 1, arbitrary: hostile });
}

function valid(schema: z.ZodType, ids: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const inner = (next: unknown): fc.Arbitrary<unknown> => arbitraryOf(next as z.ZodType, ids);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return fc.oneof(
      { weight: 4, arbitrary: inner(schema.unwrap()) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  if (schema instanceof z.ZodDefault) return inner(schema.unwrap());
  if (schema instanceof z.ZodArray) return fc.array(inner(schema.element), { maxLength: 3 });
  if (schema instanceof z.ZodObject)
    return fc.record(
      Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, inner(field)])),
      { requiredKeys: Object.keys(schema.shape) },
    );
  if (schema instanceof z.ZodCodec) {
    if (schema.def.out instanceof z.ZodString) return moment;
    return delta;
  }
  if (schema instanceof z.ZodGUID) return ids;
  if (schema instanceof z.ZodEmail) return fc.emailAddress();
  if (schema instanceof z.ZodURL) return fc.webUrl();
  if (schema instanceof z.ZodString) return text;
  if (schema instanceof z.ZodNumberFormat)
    return fc.oneof(fc.integer({ min: 0, max: 10 }), fc.maxSafeInteger());
  if (schema instanceof z.ZodNumber) return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  return fc.jsonValue({ maxDepth: 2 });
}

/** Texts of a query: of a schema, or anything. */
export const queryText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'abc',
    '',
    '0',
    '1',
    '24',
    '1000',
    '1001',
    '-1',
    'True',
    'false',
    'null',
    '%',
    'a,b',
    '\0',
    '\ufffd',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.uuid(),
  moment,
  fc.maxSafeInteger().map(String),
);
