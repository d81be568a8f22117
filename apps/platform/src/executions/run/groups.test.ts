import { Decimal } from 'decimal.js';
import { beforeAll, describe, expect, test } from 'vitest';

import type { Executions } from '../index.ts';
import { startEngine } from '../testing/start-engine.ts';
import { addProcess, creditsOf, runWhen } from '../testing/test-platform.ts';
import type { Step, TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;

beforeAll(async () => {
  const started = await startEngine({ groupExecutions: 2 });
  ({ platform, executions } = started);
  return started.close;
});

const chain = (options: Step['options'] = {}): Step[] => [
  { service: 'copy' },
  { service: 'moody', options, after: 0 },
];

/** The region is 0.7 km² large. */
const sliced = { slicing: 0.2, gather: true } as const;

async function begin(steps: readonly Step[]): Promise<string> {
  const process = await addProcess(platform, steps, sliced);
  await executions.execute(platform.organisation, process, platform.user);
  return process;
}

async function textOf(dataId: string): Promise<string> {
  const [file] = await platform.parts.data.filesForJob(platform.database.queries, dataId);
  const chunks: Buffer[] = [];
  for await (const chunk of await platform.parts.objects.get(file!.objectKey)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('a region that is too large for its service', () => {
  test('is run in slices, whose outputs are put together, at the price of the whole', async () => {
    const before = new Decimal(await creditsOf(platform));
    const process = await begin(chain());
    const stored = await platform.parts.processes.get(platform.organisation, process);
    const shown = (await executions.withExecutions([stored]))[0]!;
    expect(shown).toMatchObject({ non_aggregator_count: 4, aggregator_count: 1, price: 3 });
    expect(shown.executions).toHaveLength(5);
    const all = await runWhen(platform, executions, process, 5);
    expect(
      all.map(({ group_index, group_count, role, success }) => [group_index, group_count, role, success]),
    ).toEqual([
      [0, 5, 'slice', true],
      [1, 5, 'slice', true],
      [2, 5, 'slice', true],
      [3, 5, 'slice', true],
      [4, 5, 'aggregator', true],
    ]);
    expect(new Set(all.map(({ group_id }) => group_id)).size).toBe(1);
    const prices = all.slice(0, 4).map(({ price }) => new Decimal(price!));
    expect(prices.reduce((sum, price) => sum.plus(price)).toString()).toBe('2.5');
    expect(before.minus(await creditsOf(platform)).toString()).toBe('3');
    const {
      list: [gathered],
    } = await executions.components(platform.organisation, all[4]!.id, {});
    expect(gathered!.inputs).toHaveLength(4);
    const lines = (await textOf(gathered!.outputs![0]!)).trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['0', '1', '2', '3']);
    // Each slice is a data item of its own, which says what the components worked on.
    const { list: components } = await executions.components(platform.organisation, all[2]!.id, {});
    const slice = await platform.parts.data.get(platform.organisation, components[0]!.inputs![0]!);
    expect(slice).toMatchObject({ name: 'Slice 3 of 4' });
    // The slices are executions like any: nothing of them is left when the process is deleted.
    await executions.removeProcess(
      platform.organisation,
      process,
      platform.user,
      new AbortController().signal,
    );
    await expect(platform.parts.data.get(platform.organisation, components[0]!.inputs![0]!)).rejects.toThrow(
      /no data item/,
    );
  });

  test('of which one slice fails keeps the others, says which failed, and can be mended', async () => {
    const before = new Decimal(await creditsOf(platform));
    const process = await begin(chain({ bad_slice: 1 }));
    const all = await runWhen(platform, executions, process, 5);
    expect(all.map(({ success }) => success)).toEqual([true, false, true, true, false]);
    expect(all[1]!.abort_reason).toBe('moody: There is nothing to be had of this slice');
    expect(all[4]).toMatchObject({
      exit_type: 'slices_failed',
      abort_reason:
        '1 slice of 4 did not succeed: slice 2 (moody: There is nothing to be had of this slice). Execute it again, and this follows',
    });
    const spent = before.minus(await creditsOf(platform));
    const charged = all.reduce((sum, { charged: cost }) => sum.plus(cost ?? 0), new Decimal(0));
    expect(spent.toString()).toBe(charged.toString());
    expect(all[4]!.charged).toBe(0);

    await expect(executions.retry(platform.organisation, all[0]!.id, platform.user)).rejects.toThrow(
      /has succeeded/,
    );
    await expect(executions.retry(platform.organisation, all[4]!.id, platform.user)).rejects.toThrow(
      /puts slices together/,
    );
    await executions.retry(platform.organisation, all[1]!.id, platform.user);
    const mended = await runWhen(platform, executions, process, 5);
    expect(mended.map(({ success }) => success)).toEqual([true, true, true, true, true]);
    const {
      list: [first, second],
    } = await executions.components(platform.organisation, all[1]!.id, {});
    const attempts = async (id: string) =>
      (await executions.attempts(platform.organisation, id, {})).list.map(({ number, exit_type }) => [
        number,
        exit_type,
      ]);
    expect(await attempts(first!.id)).toEqual([[1, null]]);
    expect(await attempts(second!.id)).toEqual([
      [1, 'refused'],
      [2, null],
    ]);
    expect(before.minus(await creditsOf(platform)).toString()).toBe('3');
  });
});
