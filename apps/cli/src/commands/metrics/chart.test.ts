import type { ProcessServiceExecution } from 'fusion-platform';
import { expect, test } from 'vitest';

import type { Sink } from '../../output/index.ts';
import { chartOf, sparkline } from './chart.ts';

test('a line of blocks runs from nothing to its scale, and keeps peaks when it is narrowed', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 7)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5], 10)).toBe('▅');
  const long = Array.from({ length: 480 }, (_, i) => (i === 100 ? 7 : 0));
  expect(sparkline(long, 7)).toHaveLength(48);
  expect(sparkline(long, 7)[10]).toBe('█');
});

test('what was transferred adds up over the samples, and is told once', () => {
  const samples = [0, 5_000_000, 0, 20_000_000].map((s3_transfer_bytes) => ({ s3_transfer_bytes }));
  const component = { name: 'A', id: 'B', cpu: 1, memory: 512, runtime: 4, metrics: samples };
  const plain = new Proxy({}, { get: () => (text: string) => text });
  const chart = chartOf({ colours: plain } as Sink, component as unknown as ProcessServiceExecution);
  expect(chart).toContain(`from S3      ${sparkline([0, 5, 5, 25], 25)}  25.0 MB`);
});

test('memory is told in the unit in which it is given out', () => {
  const samples = [{ memory_total_bytes: 512 * 2 ** 20, memory_free_bytes: 0 }];
  const component = { name: 'A', id: 'B', cpu: 1, memory: 512, runtime: 4, metrics: samples };
  const plain = new Proxy({}, { get: () => (text: string) => text });
  const chart = chartOf({ colours: plain } as Sink, component as unknown as ProcessServiceExecution);
  expect(chart).toContain('1 cpu, 512 MiB of memory');
  expect(chart).toContain('last 512 MiB, highest 512 MiB of 512 MiB');
  expect(chart).not.toContain('MB');
});
