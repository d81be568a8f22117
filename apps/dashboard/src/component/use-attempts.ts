import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProcessServiceExecution, ProcessServiceExecutionAttempt } from 'fusion-platform';

import { isOpen, stateOfComponent } from '../platform/states.ts';

/** The attempts at a component, asked for once for all parts of its page. */
export function useAttempts(
  component: ProcessServiceExecution,
): UseQueryResult<readonly ProcessServiceExecutionAttempt[], Error> {
  return useQuery({
    queryKey: ['attempts', component.id, component.state],
    queryFn: async ({ signal }) => await component.attempts().toArray({ signal }),
    refetchInterval: isOpen(stateOfComponent(component)) ? 3000 : false,
  });
}
