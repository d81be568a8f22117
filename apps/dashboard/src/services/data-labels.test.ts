import { expect, test } from 'vitest';

import { dataLabels } from './data-labels.ts';

test('data of one name are told apart by when they were added', () => {
  const labels = dataLabels([
    { id: 'a', name: 'Glasgow', created_at: '2026-03-01T10:00:00Z' },
    { id: 'b', name: 'Lakes', created_at: '2026-03-01T10:00:00Z' },
    { id: 'c', name: 'Glasgow', created_at: '2026-03-02T11:30:00Z' },
  ]);
  expect(labels.get('b')).toBe('Lakes');
  expect(labels.get('a')).toMatch(/^Glasgow, added .*2026/);
  expect(labels.get('c')).not.toBe(labels.get('a'));
});
