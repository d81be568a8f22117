import { expect, test } from 'vitest';

import { moment } from '../../output/index.ts';
import { evidenceText } from './evidence-text.ts';

const at = '2026-11-27T15:17:37.348000+00:00';

test.each([
  ['peak_memory_bytes', 70_672_384, 'peak memory 70.7 MB'],
  ['memory_mb', 1280, 'memory 1280 MB'],
  ['cpu_seconds', 0.680017275, 'cpu 680 ms'],
  ['cpu_seconds', 95, 'cpu 1 min 35 s'],
  ['exit_code', 1, 'exit code 1'],
  ['exit_type', 'refused', 'exit type refused'],
  ['started_at', at, `started at ${moment(at)}`],
  // With its unit already, as platforms tell it.
  ['limit', '512 MB', 'limit 512 MB'],
  ['bytes', '12', 'bytes 12'],
])('%s of %j is read as %j', (key, value, text) => {
  expect(evidenceText(key, value)).toBe(text);
});
