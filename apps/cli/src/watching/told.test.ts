import type { ProcessExecution, ProcessServiceExecution } from 'fusion-platform';
import { expect, test } from 'vitest';

import type { Seen } from './observe.ts';
import { createTeller } from './plain.ts';
import { detailOfExecution } from './told.ts';
import type { ToldReason } from './told.ts';

const failing: ToldReason = {
  code: 'out_of_memory',
  kind: 'failing',
  sentence: 'It used more than its 512 MiB of memory',
  evidence: [
    { name: 'limit', value: '512', unit: 'MB' },
    { name: 'job', value: '7', unit: 'id' },
  ],
  next_whose: 'user',
  next_move: 'Choose a smaller region',
};
const again: ToldReason = {
  ...failing,
  code: 'again_out_of_memory',
  kind: 'trying_again',
  sentence: 'Again',
};
const waiting: ToldReason = {
  ...failing,
  code: 'queue',
  kind: 'waiting',
  sentence: 'It is in the queue of the cluster',
  next_whose: 'platform',
};

const seen = (execution: Partial<ProcessExecution>, component: Partial<ProcessServiceExecution>): Seen => ({
  execution: { id: 'e1', progress: 100, success: false, stopped: false, ...execution } as ProcessExecution,
  components: [{ id: 'c1', name: 'Dem', ...component } as ProcessServiceExecution],
});

test('what failed is told with its evidence, whose move is next, and the command that tells more', () => {
  const failed = seen(
    { reasons: [{ ...failing, code: 'component_failed', sentence: 'Dem: it failed' }] },
    { state: 'failed', abort_reason: failing.sentence, reasons: [again, failing] },
  );
  const detail = 'limit 512 MiB, job 7; what you can do: choose a smaller region; fusion-platform why c1';
  expect(detailOfExecution(failed)).toBe(detail);
  const lines = createTeller()([failed]);
  expect(lines[0]).toMatch(/^Dem: failed after .*: It used more than its 512 MiB of memory$/);
  expect(lines[1]).toBe(`  ${detail}`);
  expect(lines[2]).toBe('execution e1: failed: Dem: it failed');
});

test('what waits for its turn is told in its sentence; where somebody has to do something, also what', () => {
  const tell = createTeller();
  const queued = seen({ progress: 0 }, { state: 'waiting', waiting_reason: 'old', reasons: [waiting] });
  expect(tell([queued])[0]).toBe('Dem: waiting: It is in the queue of the cluster');
  const held = { ...waiting, sentence: 'The cluster will not start it', next_whose: 'operator' };
  const lines = tell([seen({ progress: 0 }, { state: 'waiting', reasons: [held] })]);
  expect(lines).toEqual([
    'Dem: waiting: The cluster will not start it',
    '  limit 512 MiB, job 7; whoever runs the platform: choose a smaller region; fusion-platform why c1',
  ]);
});

test('a platform that tells no reasons as data is told as it tells', () => {
  const lines = createTeller()([
    seen({ abort_reason: 'It failed' }, { state: 'failed', abort_reason: 'No data' }),
  ]);
  expect(lines[0]).toMatch(/^Dem: failed after .*: No data$/);
  expect(lines[1]).toBe('execution e1: failed: It failed');
});
