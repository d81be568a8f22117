import { expect, test } from 'vitest';

import { evidenceName, evidenceText, nextText } from './evidence.ts';

test.each([
  ['512', 'MB', '512 MiB'],
  ['2', 'GB', '2 GiB'],
  ['555745280', 'bytes', '530 MiB'],
  ['3', 'count', '3'],
  ['12.5', 'credits', '12.50 credits'],
  ['7200', 's', '2 h 00 min'],
  ['137', 'code', '137'],
  ['"Slope"', 'text', '"Slope"'],
  ['', 'count', ''],
  ['soon', 'time', 'soon'],
  ['7', 'parsec', '7 parsec'],
])('evidence of %s in %s reads %s', (value, unit, text) => {
  expect(evidenceText({ value, unit })).toBe(text);
});

test('a moment reads as one, and a name without its underscores', () => {
  expect(evidenceText({ value: '2026-01-31T12:00:00Z', unit: 'time' })).toMatch(/2026/);
  expect(evidenceName('starts_at')).toBe('starts at');
});

test.each([
  ['user', 'What you can do: choose a smaller region'],
  ['operator', 'Whoever runs the platform: choose a smaller region'],
  ['reviewer', 'reviewer: choose a smaller region'],
])('the next move says whose it is: %s', (whose, text) => {
  const reason = { code: 'new', kind: 'failing', sentence: 'It is new', evidence: [] };
  expect(nextText({ ...reason, next_whose: whose, next_move: 'Choose a smaller region' })).toBe(text);
});

test('a move of the platform is told as a sentence', () => {
  const reason = { code: 'slot', kind: 'waiting', sentence: 'All 2 slots are taken', evidence: [] };
  expect(nextText({ ...reason, next_whose: 'platform', next_move: 'Begins it when a slot is free' })).toBe(
    'The platform begins it when a slot is free',
  );
});
