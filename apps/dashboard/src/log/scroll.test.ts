import { expect, test } from 'vitest';

import { clampLine, lineAt, lineHeight, pixelAt, scaleOf, windowOf } from './scroll.ts';

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
