import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { normaliseDateTime } from './date-time.ts';

describe('a date', () => {
  test.each([
    ['2026-01-31T12:00:00+00:00', '2026-01-31T12:00:00.000000+00:00'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000000+00:00'],
    ['2026-01-31T12:00:00', '2026-01-31T12:00:00.000000+00:00'],
    ['2026-01-31 12:00', '2026-01-31T12:00:00.000000+00:00'],
    ['2026-01-31', '2026-01-31T00:00:00.000000+00:00'],
    [' 2026-01-31t12:00:00.5z ', '2026-01-31T12:00:00.500000+00:00'],
    ['2026-01-31T12:00:00.123456+00:00', '2026-01-31T12:00:00.123456+00:00'],
    ['2026-01-31T12:00:00,123456789Z', '2026-01-31T12:00:00.123456+00:00'],
    ['2026-01-01T00:30:00+05:30', '2025-12-31T19:00:00.000000+00:00'],
    ['2026-01-01T00:30:00-0330', '2026-01-01T04:00:00.000000+00:00'],
    ['2026-01-01T00:30:00+01', '2025-12-31T23:30:00.000000+00:00'],
    ['1890-01-01T00:00:00-00:01:15', '1890-01-01T00:01:15.000000+00:00'],
    ['2024-02-29', '2024-02-29T00:00:00.000000+00:00'],
    ['0001-01-01', '0001-01-01T00:00:00.000000+00:00'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999+00:00'],
  ])('%s is %s', (text, utc) => {
    expect(normaliseDateTime(text)).toBe(utc);
  });

  test.each([
    '',
    'today',
    '31/01/2026',
    '2026-1-31',
    '2026-02-31',
    '2025-02-29',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-01-31T24:00:00',
    '2026-01-31T12:60:00',
    '2026-01-31T12:00:61',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+00:60',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:30:00-01:00',
    '0000-01-01',
    '20260131T120000Z',
    '1769860800',
  ])('%j is refused, and named', (text) => {
    expect(() => normaliseDateTime(text)).toThrow(`"${text}"`);
  });

  test('keeps its moment whatever the offset it is written with', () => {
    const moments = fc.date({
      min: new Date('0001-01-03T00:00:00Z'),
      max: new Date('9999-12-28T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.integer({ min: -1439, max: 1439 }), (moment, minutes) => {
        const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 23);
        const size = Math.abs(minutes);
        const two = (n: number): string => String(n).padStart(2, '0');
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        const read = normaliseDateTime(`${local}${offset}`);
        expect(read).toBe(`${moment.toISOString().slice(0, 23)}000+00:00`);
        expect(normaliseDateTime(read)).toBe(read);
      }),
    );
  });
});
