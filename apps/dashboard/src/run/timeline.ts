import type { RunExecution } from 'fusion-platform';

import { asState } from '../platform/states.ts';
import type { State } from '../platform/states.ts';

export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly state: State;
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface TimelineRow {
  readonly id: string;
  readonly label: string;
  readonly segments: readonly Segment[];
}

export interface Timeline {
  readonly start: number;
  readonly end: number;
  readonly rows: readonly TimelineRow[];
  /** How many components ran at once at most, and how long all of them took one after the other. */
  readonly sideBySide: number;
  readonly work: number;
}

/** When what ran: a row for each component of an execution that stands alone, for each execution of a group. */
export function timelineOf(executions: readonly RunExecution[], now: number): Timeline {
  const rows = executions.length === 1 ? componentRows(executions[0]!, now) : executionRows(executions, now);
  const all = rows.flatMap(({ segments }) => segments);
  const begun = executions.map(({ started_at: at }) => Date.parse(at)).filter((at) => at <= now);
  const start = Math.min(...begun, ...all.map(({ from }) => from), now);
  const end = Math.max(start + 1000, ...all.map(({ to }) => to));
  return {
    start,
    end,
    rows,
    sideBySide: mostAtOnce(all),
    work: all.reduce((sum, { from, to }) => sum + to - from, 0),
  };
}

function segmentsOf({ components }: RunExecution, now: number): readonly Segment[] {
  return components.flatMap(({ id, name, state, started_at: from, ended_at: to }) =>
    from && state !== 'waiting'
      ? [{ id, name, state: asState(state), from: Date.parse(from), to: to ? Date.parse(to) : now }]
      : [],
  );
}

function componentRows(execution: RunExecution, now: number): readonly TimelineRow[] {
  const segments = segmentsOf(execution, now);
  return execution.components.map(({ id, name }) => ({
    id,
    label: name,
    segments: segments.filter((segment) => segment.id === id),
  }));
}

function executionRows(executions: readonly RunExecution[], now: number): readonly TimelineRow[] {
  return executions.map((execution) => ({
    id: execution.id,
    label: labelOf(execution),
    segments: segmentsOf(execution, now),
  }));
}

export const labelOf = ({ role, group_index: index }: Pick<RunExecution, 'role' | 'group_index'>): string =>
  role === 'aggregator' ? 'Aggregator' : role === 'slice' ? `Slice ${(index ?? 0) + 1}` : 'Whole region';

/** The most segments that overlap at any moment. One that ends as another begins does not overlap it. */
export function mostAtOnce(segments: readonly Pick<Segment, 'from' | 'to'>[]): number {
  const moments = segments
    .flatMap(({ from, to }) => [[from, 1] as const, [to, -1] as const])
    .toSorted(([a, up], [b, down]) => a - b || up - down);
  let [now, most] = [0, 0];
  for (const [, step] of moments) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Where the marks of the time go, in seconds from the start: at most so many. */
export function ticksOf(seconds: number, most: number): readonly number[] {
  const step = steps.find((size) => seconds / size <= most) ?? Math.ceil(seconds / most / 86_400) * 86_400;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}
