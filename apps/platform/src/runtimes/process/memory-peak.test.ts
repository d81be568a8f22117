import { expect, test } from 'vitest';

import { MemoryPeak } from './memory-peak.ts';

const kinds = { heldBytes: 0, chargedBytes: 0, mostChargedBytes: 0, killed: false };

test('the peak of one that was over before it was looked at is what the kernel counted, less the cache that is left', () => {
  expect(new MemoryPeak().look({ ...kinds, chargedBytes: 500, mostChargedBytes: 560 })).toBe(60);
});

test('cache that was dropped since still counts as cache, and what was seen held is never told as less', () => {
  const peak = new MemoryPeak();
  peak.look({ ...kinds, heldBytes: 60, chargedBytes: 460, mostChargedBytes: 500 });
  expect(peak.look({ ...kinds, chargedBytes: 10, mostChargedBytes: 512 })).toBe(112);
  expect(peak.look({ ...kinds, heldBytes: 200, chargedBytes: 210, mostChargedBytes: 512 })).toBe(200);
});

test('one that was killed for want of memory wanted all of it', () => {
  const peak = new MemoryPeak();
  peak.look({ ...kinds, heldBytes: 60, chargedBytes: 500, mostChargedBytes: 500 });
  expect(peak.look({ ...kinds, chargedBytes: 2, mostChargedBytes: 512, killed: true })).toBe(512);
});
