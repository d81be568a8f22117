import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { Organisation, Run, RunsQuery } from 'fusion-platform';

import { later, soon } from './live.ts';
import { runsOfProcesses } from './runs-of-processes.ts';
import { asState, isOpen } from './states.ts';

export interface Runs {
  readonly list: readonly Run[];
  /** Whether there are more than these. */
  readonly more: boolean;
  /** Whether the platform has no list of its own, and this one was put together from those of processes. */
  readonly gathered: boolean;
}

export async function loadRuns(
  organisation: Organisation,
  query: RunsQuery,
  limit: number,
  signal: AbortSignal,
): Promise<Runs> {
  try {
    const list = await organisation.runs(query).toArray({ limit: limit + 1, signal });
    return { list: list.slice(0, limit), more: list.length > limit, gathered: false };
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    const list = await runsOfProcesses(organisation, query, signal);
    return { list: list.slice(0, limit), more: list.length > limit, gathered: true };
  }
}

/** Runs, asked for again as often as something of them can change. */
export function useRuns(
  organisation: Organisation,
  query: RunsQuery,
  limit: number,
): UseQueryResult<Runs, Error> {
  return useQuery({
    queryKey: ['runs', organisation.id, query, limit],
    queryFn: async ({ signal }) => await loadRuns(organisation, query, limit, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => {
      // Without a list of its own each look is many calls.
      if (data?.gathered) return 10_000;
      return data?.list.some(({ state }) => isOpen(asState(state))) ? soon : later;
    },
  });
}
