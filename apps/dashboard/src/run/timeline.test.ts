import { expect, test } from 'vitest';

import { mostAtOnce, ticksOf, timelineOf } from './timeline.ts';

test('as many count as side by side as overlap: one that ends as another begins does not', () => {
  expect(mostAtOnce([])).toBe(0);
  expect(
    mostAtOnce([
      { from: 0, to: 10 },
      { from: 10, to: 20 },
    ]),
  ).toBe(1);
  expect(
    mostAtOnce([
      { from: 0, to: 10 },
      { from: 5, to: 20 },
      { from: 9, to: 11 },
    ]),
  ).toBe(3);
});

test('marks of the time are round, and never more than asked for', () => {
  expect(ticksOf(10, 8)).toEqual([0, 2, 4, 6, 8, 10]);
  for (const seconds of [1, 59, 61, 3599, 86_401, 40 * 86_400])
    expect(ticksOf(seconds, 8).length).toBeLessThanOrEqual(9);
});

test('a group has a row for each execution, and what has not begun has no bar', () => {
  const component = {
    id: 'c',
    name: 'Slope',
    chain_index: 0,
    after: [],
    kind: 'service',
    intermediate: false,
    progress: 0,
    peak_memory_bytes: null,
    exit_type: null,
    abort_reason: null,
    attempts: 1,
    reused: false,
  };
  const execution = {
    role: 'slice',
    progress: 0,
    started_at: '2026-01-01T00:00:00Z',
    ended_at: null,
    exit_type: null,
    abort_reason: null,
    price: 1,
    charged: null,
    bounds: null,
    outline: null,
  };
  const ran = {
    ...component,
    state: 'succeeded',
    started_at: '2026-01-01T00:00:10Z',
    ended_at: '2026-01-01T00:00:30Z',
  };
  const waits = { ...component, state: 'waiting', started_at: null, ended_at: null };
  const timeline = timelineOf(
    [
      { ...execution, id: 'a', group_index: 0, state: 'succeeded', components: [ran] },
      { ...execution, id: 'b', group_index: 1, state: 'waiting', components: [waits] },
    ],
    Date.parse('2026-01-01T00:01:00Z'),
  );
  expect(timeline.rows.map(({ label, segments }) => [label, segments.length])).toEqual([
    ['Slice 1', 1],
    ['Slice 2', 0],
  ]);
  expect([timeline.work, timeline.sideBySide]).toEqual([20_000, 1]);
});
