import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { Organisation, RunExecution } from 'fusion-platform';

import { later, soon } from './live.ts';
import { gatherRun } from './gather-run.ts';
import type { LoadedRun } from './gather-run.ts';
import { asState, isOpen } from './states.ts';

/** How a run stands, kept up to date by asking only for what has changed. */
export function useRun(
  organisation: Organisation,
  id: string,
  regions = false,
): UseQueryResult<LoadedRun, Error> {
  const client = useQueryClient();
  const queryKey = ['run', organisation.id, id, regions];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      await loadRun(organisation, id, { before: client.getQueryData<LoadedRun>(queryKey), regions, signal }),
    refetchInterval: ({ state: { data } }) => {
      if (!data) return false;
      if (data.gathered) return isOpen(asState(data.run.state)) ? 5000 : false;
      return isOpen(asState(data.run.state)) ? soon : later;
    },
  });
}

async function loadRun(
  organisation: Organisation,
  id: string,
  options: {
    readonly before: LoadedRun | undefined;
    readonly regions: boolean;
    readonly signal: AbortSignal;
  },
): Promise<LoadedRun> {
  const { before, regions, signal } = options;
  if (before?.gathered) return await gatherRun(organisation, id, signal);
  try {
    const {
      run,
      executions,
      as_of: asOf,
    } = await organisation.run(id, { since: before?.asOf, regions, signal });
    const merged = before ? mergeExecutions(before.executions, executions) : executions;
    // One that was deleted is in no answer about what has changed.
    if (before && merged.length !== run.count)
      return await loadRun(organisation, id, { before: undefined, regions, signal });
    return { run, executions: merged, asOf, gathered: false };
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return await gatherRun(organisation, id, signal);
  }
}

export function mergeExecutions(
  before: readonly RunExecution[],
  changed: readonly RunExecution[],
): readonly RunExecution[] {
  if (changed.length === 0) return before;
  const fresh = new Map(changed.map((execution) => [execution.id, execution]));
  const known = new Set(before.map(({ id }) => id));
  return [
    ...before.map((execution) => fresh.get(execution.id) ?? execution),
    ...changed.filter(({ id }) => !known.has(id)),
  ];
}
