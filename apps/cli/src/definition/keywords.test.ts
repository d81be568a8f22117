import { expect, test } from 'vitest';

import { replaceKeywords } from './keywords.ts';

// A Thursday.
const context = { serviceName: 'Elevation', now: new Date('2026-11-26T15:04:05.678Z') };
const replaced = (text: string): string => replaceKeywords(text, context);

test('keywords stand for the service, the moment and days in UTC', () => {
  expect(replaced('{service_name} of {now}')).toBe('Elevation of 2026-11-26T15:04:05.678+00:00');
  expect(replaced('{today}')).toBe('2026-11-26T00:00:00+00:00');
  expect(replaced('{Tomorrow@6:30}')).toBe('2026-11-27T06:30:00+00:00');
  expect(replaced('{thursday@23:59}')).toBe('2026-11-26T23:59:00+00:00');
  expect(replaced('{monday@07}')).toBe('2026-11-30T07:00:00+00:00');
  expect(replaced('{wednesday}')).toBe('2026-12-02T00:00:00+00:00');
});

test('what is no keyword stays as it is', () => {
  expect(replaced('{output_name}/{file_name} {} {today@25:00}')).toBe(
    '{output_name}/{file_name} {} {today@25:00}',
  );
});

test('lists and objects are gone through, other values left alone', () => {
  const value = { a: ['{service_name}', 5], b: { c: true, d: null } };
  expect(replaceKeywords(value, context)).toEqual({ a: ['Elevation', 5], b: { c: true, d: null } });
});
