import fc from 'fast-check';
import { expect, test } from 'vitest';

import { dataTypes } from '../constants.ts';

import { readOption } from './option-value.ts';

const read = (data_type: string, value: string | null, validation: string | null = null) =>
  readOption({ data_type, value, validation });

test('every text of every type is read or refused with its reason, never with anything else', () => {
  const types = fc.constantFrom(...dataTypes);
  const rules = fc.oneof(
    fc.constantFrom(
      null,
      '',
      'min=0;max=10',
      'values=A,B,*',
      'format=%Y-%m-%d',
      'format=%d%m%Y;min=01012020',
    ),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'grapheme' }).map((format) => `format=${format}`),
  );
  fc.assert(
    fc.property(types, fc.string({ unit: 'grapheme' }), rules, (type, text, validation) => {
      const answer = read(type, text, validation);
      const sound =
        'fault' in answer
          ? answer.fault !== ''
          : answer.value === null || ['string', 'number', 'boolean'].includes(typeof answer.value);
      expect(sound).toBe(true);
    }),
  );
});

test('a number keeps its value, and is refused only outside its bounds', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(number, number, number, (value, min, max) => {
      const answer = read('numeric', String(value), `min=${min};max=${max}`);
      const outside = value < min || value > max;
      expect('value' in answer ? answer.value === value : outside).toBe(true);
      expect('value' in answer).toBe(!outside);
    }),
  );
});

test('a day keeps its date in every form, and no day comes out of a date that the calendar has not', () => {
  const two = (n: number): string => String(n).padStart(2, '0');
  const forms = {
    '%Y-%m-%d': (y: number, m: number, d: number) => `${y}-${two(m)}-${two(d)}`,
    '%d/%m/%Y': (y: number, m: number, d: number) => `${two(d)}/${two(m)}/${y}`,
    '%m%d%Y': (y: number, m: number, d: number) => `${two(m)}${two(d)}${y}`,
    '%Y%m%dT%H:%M': (y: number, m: number, d: number) => `${y}${two(m)}${two(d)}T00:00`,
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(forms) as (keyof typeof forms)[])),
      fc.integer({ min: 1900, max: 2100 }),
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 1, max: 32 }),
      (form, year, month, day) => {
        const date = new Date(Date.UTC(year, month - 1, day));
        const there = date.getUTCMonth() === month - 1 && date.getUTCFullYear() === year;
        const answer = read('datetime', forms[form](year, month, day), `format=${form}`);
        expect('value' in answer ? answer.value : undefined).toBe(there ? date.toISOString() : undefined);
      },
    ),
  );
});
