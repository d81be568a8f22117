import type { Organisation, ProcessExecution, Run, RunsQuery } from 'fusion-platform';

import { stateOfExecution } from './states.ts';
import type { State } from './states.ts';

/** A platform with the original API alone is not asked for everything it ever did. */
const mostProcesses = 20;
const mostExecutions = 24;

/** The runs of the newest processes, where the platform has no list of runs of its own. */
export async function runsOfProcesses(
  organisation: Organisation,
  query: RunsQuery,
  signal: AbortSignal,
): Promise<readonly Run[]> {
  const processes = query.processId
    ? [await organisation.process(query.processId, { signal })]
    : (await organisation.processes().toArray({ signal })).slice(-mostProcesses);
  const runs = await Promise.all(
    processes.map(async (process) => {
      const executions = await process.executions().toArray({ limit: mostExecutions, signal });
      return groupExecutions(executions).map((group) => runOf(group, process.name));
    }),
  );
  return runs
    .flat()
    .filter((run) => !query.states || query.states.length === 0 || query.states.includes(run.state))
    .filter((run) => matches(run, query.search))
    .toSorted((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
}

function matches(run: Run, search: string | undefined): boolean {
  const text = `${run.process_name} ${run.abort_reason ?? ''}`.toLowerCase();
  return text.includes((search ?? '').toLowerCase());
}

function groupExecutions(executions: readonly ProcessExecution[]): readonly (readonly ProcessExecution[])[] {
  const groups = Map.groupBy(executions, ({ group_id: group, id }) => group ?? id);
  return [...groups.values()];
}

/** Several executions as the run that they are. */
export function runOf(executions: readonly ProcessExecution[], name: string): Run {
  const [first] = executions.toSorted((a, b) => (a.group_index ?? 0) - (b.group_index ?? 0));
  if (!first) throw new Error('a run has executions');
  const all = executions.map((execution) => stateOfExecution(execution));
  const count = (state: State): number => all.filter((one) => one === state).length;
  const counts = {
    waiting: count('waiting'),
    running: count('running'),
    succeeded: count('succeeded'),
    failed: count('failed'),
    stopped: count('stopped'),
  };
  const failed = executions.find((_, i) => all[i] === 'failed');
  const ended = executions.map(({ ended_at }) => ended_at).filter((moment) => moment !== undefined);
  return {
    id: first.group_id ?? first.id,
    created_at: first.created_at,
    updated_at: first.updated_at,
    organisation_id: first.organisation_id,
    process_id: first.process_id,
    process_name: name,
    execution_id: first.id,
    group_id: first.group_id ?? null,
    state: stateOfCounts(counts, all.length),
    count: all.length,
    ...counts,
    progress: Math.floor(executions.reduce((sum, { progress }) => sum + progress, 0) / all.length),
    started_at: executions.map(({ started_at }) => started_at).toSorted()[0]!,
    ended_at: ended.length === all.length ? ended.toSorted().at(-1)! : null,
    price: executions.reduce((sum, { price }) => sum + (price ?? 0), 0),
    charged: executions.some(({ charged }) => charged !== undefined)
      ? executions.reduce((sum, { charged }) => sum + (charged ?? 0), 0)
      : null,
    failed_execution_id: failed?.id ?? null,
    exit_type: failed?.exit_type ?? null,
    abort_reason: (failed ?? first).abort_reason ?? null,
  };
}

export function stateOfCounts(counts: Readonly<Record<State, number>>, all: number): State {
  if (counts.running > 0 || (counts.waiting > 0 && counts.waiting < all)) return 'running';
  if (counts.waiting > 0) return 'waiting';
  if (counts.failed > 0) return 'failed';
  return counts.stopped > 0 ? 'stopped' : 'succeeded';
}
