import { expect, test } from 'vitest';

import { clampLine, lineAt, lineHeight, mostRows, pixelAt, scaleOf, windowOf } from './scroll.ts';

test.each([10, 10_000, 1_000_000, 50_000_000])(
  'a log of %i lines fits what browsers can scroll, and both its ends can be reached',
  (total) => {
    const viewport = 600;
    const scale = scaleOf(total, viewport);
    expect(scale.height).toBeLessThanOrEqual(8_000_000);
    const bottom = Math.max(0, scale.height - viewport);
    const last = clampLine(lineAt(bottom, scale), viewport, total);
    expect(last).toBeCloseTo(Math.max(0, total - viewport / lineHeight), 3);
    expect(pixelAt(last, scale)).toBeCloseTo(bottom, 3);
    const [from, to] = windowOf(last, viewport, total);
    expect(to).toBe(total);
    expect(to - from).toBeLessThan(60);
  },
);

test('no window has more rows than are made for it, wherever it begins and however high it is', () => {
  for (const viewport of [0, 19, 20, 400, 601.5, 640])
    for (const top of [0, 0.01, 0.99, 5, 10.5, 77.25, 999]) {
      const [from, to] = windowOf(top, viewport, 1000);
      expect(to - from).toBeLessThanOrEqual(mostRows(viewport));
    }
});
