import { expect, test } from 'vitest';

import { decodeOption, encodeOption } from './value.ts';

const moment = (format: string): { name: string; data_type: string; validation: string } => ({
  name: 'start',
  data_type: 'datetime',
  validation: `format=${format}`,
});
const iso = '%Y-%m-%dT%H:%M:%S';

test.each([
  [iso, '2020-02-29T00:00:00', '2020-02-29T00:00:00.000Z'],
  [iso, '2020-07-15', '2020-07-15T00:00:00.000Z'],
  [iso, '2020-07-15T12:00:00+02:00', '2020-07-15T10:00:00.000Z'],
  [iso, '2020-07-15T12:00:00.25', '2020-07-15T12:00:00.250Z'],
  [`${iso}%z`, '2020-07-15T12:00:00+0200', '2020-07-15T10:00:00.000Z'],
  ['%d/%m/%Y', '1/2/2020', '2020-02-01T00:00:00.000Z'],
  ['%d/%m/%Y', '01/02/2020', '2020-02-01T00:00:00.000Z'],
  ['%d %b %Y', '28 feb 2026', '2026-02-28T00:00:00.000Z'],
  ['%d/%m/%Y %H:%M %z', '01/02/2020 06:00 +0200', '2020-02-01T04:00:00.000Z'],
])('of the form %s %s is %s', (format, text, expected) => {
  expect(decodeOption(moment(format), text)).toEqual(new Date(expected));
});

test.each([
  [iso, '2020-02-30T00:00:00'],
  [iso, '2020-07-15T25:00:00'],
  [iso, '2020-02-30'],
  [`${iso}%z`, '2020-02-30T00:00:00+02:00'],
  ['%d/%m/%Y', '31/04/2020'],
  ['%d/%m/%Y', '31.04.2020'],
])('of the form %s %s is no moment, and is not taken for the next one', (format, text) => {
  expect(decodeOption(moment(format), text)).toBe(text);
  expect(() => encodeOption(moment(format), text, true)).toThrow(/takes a moment such as [\d/-]+/);
});

test('the example of a moment is in the form that the option has', () => {
  expect(() => encodeOption(moment('%d/%m/%Y'), 'soon', true)).toThrow(
    'The option start (datetime) takes a moment such as 31/01/2026, not "soon"',
  );
});
