import { expect, test } from 'vitest';

import { moment } from '../output/index.ts';
import { evidenceText } from './evidence-text.ts';

const at = '2026-11-27T15:17:37.348000+00:00';

test.each([
  ['peak_memory_bytes', 70_672_384, 'peak memory 67.4 MiB'],
  ['memory_mb', 640, 'memory 640 MiB'],
  ['cpu_seconds', 0.680017275, 'cpu 680 ms'],
  ['cpu_seconds', 95, 'cpu 1 min 35 s'],
  ['exit_code', 1, 'exit code 1'],
  ['exit_type', 'refused', 'exit type refused'],
  ['started_at', at, `started at ${moment(at)}`],
  // With its unit already, as platforms tell it.
  ['limit', '512 MB', 'limit 512 MiB'],
  ['peak', '536870912 bytes', 'peak 512 MiB'],
  ['limit', '2 GB', 'limit 2.0 GiB'],
  ['ran', '125.2 s', 'ran 2 min 5 s'],
  ['bytes', '12', 'bytes 12'],
])('%s of %j is read as %j', (key, value, text) => {
  expect(evidenceText(key, value)).toBe(text);
});
