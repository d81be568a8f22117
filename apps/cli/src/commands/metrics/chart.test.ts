import { expect, test } from 'vitest';

import { sparkline } from './chart.ts';

test('a line of blocks runs from nothing to its scale, and keeps peaks when it is narrowed', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 7)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5], 10)).toBe('▅');
  const long = Array.from({ length: 480 }, (_, i) => (i === 100 ? 7 : 0));
  expect(sparkline(long, 7)).toHaveLength(48);
  expect(sparkline(long, 7)[10]).toBe('█');
});
