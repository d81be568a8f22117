import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

/** What can be done at once about a component that failed or was stopped. */
export function ComponentMoves({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { process_execution_id: run } = component;
  const again = useMutation({
    mutationFn: async () => await (await organisation.execution(run)).retry(),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run'] });
      await navigate({ to: '/o/$org/runs/$run', params: { org: organisation.id, run } });
    },
  });
  return (
    <>
      <Button small onClick={() => document.querySelector('#log')?.scrollIntoView({ block: 'start' })}>
        Go to its log
      </Button>
      <Button small busy={again.isPending} onClick={() => again.mutate()}>
        Execute again from here
      </Button>
      {again.error && <ErrorNotice error={again.error} title="It was not executed again" />}
    </>
  );
}
