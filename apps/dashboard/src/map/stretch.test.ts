import { expect, test } from 'vitest';

import { paint } from './paint.ts';
import { stretchOf } from './stretch.ts';

test('a few odd pixels do not take all the colours', () => {
  const histogram = [0, 1, 500, 480, 0, 0, 0, 0, 0, 1];
  const [low, high] = stretchOf({
    minimum: 10,
    maximum: 100,
    histogram,
    histogram_minimum: 0,
    histogram_maximum: 100,
  });
  expect(low).toBeGreaterThan(19.9);
  expect(high).toBeLessThan(40.1);
  expect(stretchOf({ minimum: 1, maximum: 5 })).toEqual([1, 5]);
  expect(stretchOf(undefined)).toEqual([0, 255]);
});

test('values become colours from low to high, beyond them the last ones, and no data is transparent', () => {
  const table = new Uint8ClampedArray(256 * 3).map((_, i) => Math.floor(i / 3));
  const window = { bands: [[0, 10, 20, 30, -9999]], width: 5, height: 1, extent: [0, 0, 5, 1] as const };
  const pixels = paint(window, { low: 10, high: 20 }, table, (value) => value === -9999);
  expect([0, 4, 8, 12].map((at) => pixels[at])).toEqual([0, 0, 255, 255]);
  expect([3, 19].map((at) => pixels[at])).toEqual([255, 0]);
});
