import type { Run } from 'fusion-platform';

import type { RunsSort } from './runs-search.ts';

const length = (run: Run, now: number): number =>
  (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at);

/** Runs in the order that is asked for; as they come, newest first, unless another is. */
export function sortRuns(runs: readonly Run[], sort: RunsSort, up: boolean, now: number): readonly Run[] {
  const values: Readonly<Record<RunsSort, (run: Run) => number>> = {
    started: (run) => Date.parse(run.started_at),
    duration: (run) => length(run, now),
    cost: (run) => run.charged ?? run.price,
    name: () => 0,
  };
  const value = values[sort];
  const sorted =
    sort === 'name'
      ? runs.toSorted((a, b) => b.process_name.localeCompare(a.process_name))
      : runs.toSorted((a, b) => value(b) - value(a));
  return up ? sorted.toReversed() : sorted;
}
