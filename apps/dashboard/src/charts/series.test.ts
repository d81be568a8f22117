import { expect, test } from 'vitest';

import { chartsOf } from './series.ts';

test('what was read from outside is drawn as all so far, of all attempts', () => {
  const samples = [10, null, 0, 32].map((bytes, second) => ({
    date: `2026-03-01T09:00:0${second}Z`,
    s3_transfer_bytes: bytes,
    external_transfer_bytes: 0,
    attempt: second < 2 ? 1 : 2,
  }));
  const chart = chartsOf(samples).find(({ id }) => id === 'transfers');
  expect(chart?.series).toMatchObject([{ name: 'S3', values: [10, null, 10, 42] }]);
  expect(chart?.peak).toBe(42);
});
