import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Organisation, ProcessServiceExecution } from 'fusion-platform';

import { soon } from './live.ts';
import { isOpen, stateOfComponent } from './states.ts';

/** A component as it stands. Its samples come with it, so it is asked for more seldom the longer it has run. */
export function useComponent(
  organisation: Organisation,
  id: string,
): UseQueryResult<ProcessServiceExecution, Error> {
  return useQuery({
    queryKey: ['component', organisation.id, id],
    queryFn: async ({ signal }) => await organisation.component(id, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (!data) return false;
      if (!isOpen(stateOfComponent(data))) return false;
      return Math.max(soon, (data.metrics?.length ?? 0) * 2);
    },
  });
}
