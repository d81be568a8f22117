import { expect, test } from 'vitest';

import { readSelection } from './selection.ts';

const now = Date.parse('2026-11-26T12:00:00Z');

test('since is a length of time or a moment', () => {
  expect(readSelection({ since: '90s' }, now).since).toBe(now - 90_000);
  expect(readSelection({ since: '1.5h' }, now).since).toBe(now - 5_400_000);
  expect(readSelection({ since: '2026-11-26T11:00:00+00:00' }, now).since).toBe(now - 3_600_000);
  expect(() => readSelection({ since: 'yesterday' }, now)).toThrow(/--since takes/);
});

test('grep is a regular expression in any case', () => {
  const { matches } = readSelection({ grep: 'warn|error' }, now);
  expect([matches('A Warning'), matches('fine')]).toEqual([true, false]);
  expect(() => readSelection({ grep: '(' }, now)).toThrow(/--grep/);
});

test('a platform is asked for what is plain text alone', () => {
  expect(readSelection({ grep: 'Record 12: done' }, now).text).toBe('Record 12: done');
  for (const grep of ['warn|error', 'a.b', 'Größe', '(x)', 'a\\d'])
    expect(readSelection({ grep }, now).text).toBeUndefined();
});
