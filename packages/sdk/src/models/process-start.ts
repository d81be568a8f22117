import type { ModelValue, Process as definition } from '@fusion-platform/contract';

import { NotStartedError } from '../errors/index.ts';
import type { Frozen } from './frozen.ts';

type Held = Frozen<Partial<ModelValue<typeof definition>>>;
/** An execution as its process lists it. */
export type ProcessExecutionStatus = NonNullable<Held['executions']>[number];
type Listed = ProcessExecutionStatus;

/** How long after its time a run may take to appear, in milliseconds. */
export const startToleranceMs = 900_000;

/** The executions that a process lists, newest first. */
export function listedExecutions({ has_executions, executions }: Held): readonly Listed[] {
  if (!has_executions) return [];
  return (executions ?? []).toSorted((a, b) => (a.started_at < b.started_at ? 1 : -1));
}

/**
 * The ids of the executions of the run that is waited for: the newest of those that count, with all of its group in
 * the group's order; undefined while they are not all there.
 * @param due since when it is waited for, in milliseconds; the schedule may put the run later
 * @throws NotStartedError when the process was stopped, or when the run is overdue
 */
export function startedRun(
  held: Held,
  counts: (execution: Listed) => boolean,
  due: number,
): readonly string[] | undefined {
  const listed = listedExecutions(held);
  const newest = listed.find(counts);
  if (newest) {
    if (!newest.group_id) return [newest.process_execution_id];
    const group = listed.filter(({ group_id }) => group_id === newest.group_id);
    if (group.length >= (newest.group_count ?? 0)) return idsInOrder(group);
  }
  if (held.process_status === 'stop') {
    throw new NotStartedError('stopped', `The process "${held.name}" was stopped before it ran`);
  }
  const scheduled = Math.max(due, held.repeat_start ? Date.parse(held.repeat_start) : 0);
  if (!newest && scheduled + startToleranceMs < Date.now()) {
    const since = new Date(scheduled).toISOString();
    throw new NotStartedError('late', `The process "${held.name}" should have started at ${since}`);
  }
  return undefined;
}

function idsInOrder(group: readonly Listed[]): readonly string[] {
  return group
    .toSorted((a, b) => (a.group_index ?? 0) - (b.group_index ?? 0))
    .map(({ process_execution_id }) => process_execution_id);
}
