import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, test } from 'vitest';

import type { Executions } from '../index.ts';
import { startEngine } from '../testing/start-engine.ts';
import { addProcess, runWhen } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;

beforeAll(async () => {
  const started = await startEngine({ groupExecutions: 2 });
  ({ platform, executions } = started);
  return started.close;
});

/** The region is 0.7 km² large. */
const sliced = { slicing: 0.2, gather: true } as const;

describe('a region that is too large for its service', () => {
  test('runs no more of its slices at once than it may, and those outside say what they wait for', async () => {
    const process = await addProcess(platform, [{ service: 'sleepy', options: { seconds: 3 } }], sliced);
    await executions.execute(platform.organisation, process, platform.user);
    const { list } = await executions.list(platform.organisation, process, {});
    const waiting = list.map(({ waiting_for }) => waiting_for);
    expect(waiting.filter((kind) => kind === 'group')).toHaveLength(2);
    expect(list.find(({ role }) => role === 'aggregator')).toMatchObject({
      waiting_for: 'slices',
      waiting_reason: 'It puts all slices together, of which 4 of 4 have not ended',
      reasons: [{ code: 'slices', kind: 'waiting' }],
    });
    const outside = list.filter(({ waiting_for }) => waiting_for === 'group');
    expect(outside.map(({ reasons }) => reasons?.[0]?.code)).toEqual(['group', 'group']);
    const all = await runWhen(platform, executions, process, 5);
    expect(all.every(({ success, waiting_for }) => success && !waiting_for)).toBe(true);
  });

  test('of which one slice is stopped keeps the others, and that one can be executed again', async () => {
    const process = await addProcess(platform, [{ service: 'sleepy', options: { seconds: 3 } }], sliced);
    await executions.execute(platform.organisation, process, platform.user);
    const { list } = await executions.list(platform.organisation, process, {});
    // One that waits, and one that may run already.
    for (const index of [0, 3])
      await executions.stopExecution(platform.organisation, list[index]!.id, platform.user);
    const all = await runWhen(platform, executions, process, 5);
    expect(all.map(({ success, stopped }) => [success, stopped])).toEqual([
      [false, true],
      [true, false],
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(all[4]!.exit_type).toBe('slices_failed');
    // It has ended: nothing is left to stop.
    const again = await executions.stopExecution(platform.organisation, all[1]!.id, platform.user);
    expect(again.success).toBe(true);
    await expect(executions.stopExecution(randomUUID(), all[0]!.id, platform.user)).rejects.toThrow(
      /no execution/,
    );
    for (const index of [0, 3]) await executions.retry(platform.organisation, all[index]!.id, platform.user);
    const mended = await runWhen(platform, executions, process, 5);
    expect(mended.every(({ success }) => success)).toBe(true);
  });
});
