import { describe, expect, test } from 'vitest';

import { readOption } from './option-value.ts';

const read = (data_type: string, value: string | null, validation: string | null = null) =>
  readOption({ data_type, value, validation });

describe('the text of an option', () => {
  test.each([
    ['numeric', '5', null, 5],
    ['numeric', ' -2.5e1 ', null, -25],
    ['currency', '0.10', 'min=0;max=1', 0.1],
    ['boolean', 'True', null, true],
    ['boolean', 'off', null, false],
    ['string', 'a;b=c', null, 'a;b=c'],
    ['constrained', '*', 'values=A,B,*;names=First,Second,Both', '*'],
    ['datetime', '2026-02-28', 'format=%Y-%m-%d', '2026-02-28T00:00:00.000Z'],
    ['datetime', '2026-02-28T12:00:00+02:00', 'format=%Y-%m-%dT%H:%M:%S%z', '2026-02-28T10:00:00.000Z'],
    ['datetime', '2026-02-01T00:30:00+01:00', 'format=%Y-%m-%dT%H:%M:%S%z', '2026-01-31T23:30:00.000Z'],
    ['datetime', '28 Feb 2026', 'format=%d %b %Y', '2026-02-28T00:00:00.000Z'],
    ['datetime', '2026-02-28', 'format=%d/%m/%Y', '2026-02-28T00:00:00.000Z'],
    ['datetime', '2015-06-23', 'format=%Y-%m-%d;min=2015-06-23;max=2015-06-23', '2015-06-23T00:00:00.000Z'],
    ['numeric', '100', 'min=1;max=100', 100],
    ['currency', '.5', null, 0.5],
    ['boolean', 'Y', null, true],
    ['boolean', '0', null, false],
    ['constrained', 'anything', null, 'anything'],
    ['string', ' *', null, ' *'],
    ['datetime', '2026-02-28T12:00:00', null, '2026-02-28T12:00:00.000Z'],
  ] as const)('%s %j under %j is %j', (type, text, validation, value) => {
    expect(read(type, text, validation)).toEqual({ value });
  });

  test.each([null, '', 'null', 'None'])('%j is no value, whatever the type', (text) => {
    for (const type of ['numeric', 'boolean', 'datetime', 'string', 'constrained'])
      expect(read(type, text)).toEqual({ value: null });
  });

  test.each([
    ['numeric', 'many', null, /"many" is not a number/],
    ['numeric', '0x10', null, /is not a number/],
    ['numeric', '1e999', null, /1e999 is more than a number can be/],
    ['numeric', 'inf', null, /is not a number/],
    ['numeric', '1,5', null, /is not a number/],
    ['currency', '£5', null, /"£5" is not a number/],
    ['string', 'a\0b', null, /without null characters/],
    ['constrained', '*', 'values=A,B', /"\*" is not one of A, B/],
    ['datetime', '2026-02-29', 'format=%Y-%m-%d', /not a date of the form/],
    ['datetime', '2026-13-01', 'format=%Y-%m-%d', /not a date of the form/],
    ['datetime', '2026-02-01T25:00', 'format=%Y-%m-%dT%H:%M', /not a date of the form/],
    ['datetime', '30 Feb 2026', 'format=%d %b %Y', /not a date of the form/],
    ['datetime', 'yesterday', null, /"yesterday" is not a date$/],
    ['numeric', 'NaN', null, /is not a number/],
    ['numeric', '0', 'min=1;max=100', /0 is less than 1/],
    ['numeric', '101', 'min=1;max=100', /101 is more than 100/],
    ['boolean', 'perhaps', null, /neither true nor false/],
    ['constrained', 'C', 'values=A,B', /"C" is not one of A, B/],
    ['datetime', '28/02/2026', 'format=%Y-%m-%d', /not a date of the form %Y-%m-%d/],
    ['datetime', '2014-01-01', 'format=%Y-%m-%d;min=2015-06-23', /2014-01-01 is before 2015-06-23/],
    ['datetime', '2030-01-01', 'format=%Y-%m-%d;max=2026-12-31', /2030-01-01 is after 2026-12-31/],
  ] as const)('%s %j under %j is refused', (type, text, validation, reason) => {
    expect(read(type, text, validation)).toEqual({ fault: expect.stringMatching(reason) });
  });
});
