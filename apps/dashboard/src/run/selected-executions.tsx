import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RunExecution } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { outputsOf, retryExecutions, stopExecutions } from './change-executions.ts';
import { CompareExecutions } from './compare-executions.tsx';

/** What can be done with the executions that were chosen, in the table or on the map. */
export function SelectedExecutions({
  executions,
  clear,
}: {
  readonly executions: readonly RunExecution[];
  readonly clear: () => void;
}): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: async () => await retryExecutions(organisation, executions),
    onSuccess: clear,
    onSettled: async () => await client.invalidateQueries({ queryKey: ['run'] }),
  });
  const stop = useMutation({
    mutationFn: async () => await stopExecutions(organisation, executions),
    onSettled: async () => await client.invalidateQueries({ queryKey: ['run'] }),
  });
  const download = useMutation({
    mutationFn: async () => {
      for (const { address, name } of await outputsOf(organisation, executions)) {
        const link = document.createElement('a');
        link.href = address;
        link.download = name;
        link.click();
        // A browser drops all but the last of downloads that are begun at once.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
  });
  const [comparing, setComparing] = useState(false);
  if (executions.length === 0) return null;
  const again = executions.filter(({ state }) => state === 'failed' || state === 'stopped');
  const done = executions.filter(({ state }) => state === 'succeeded');
  const open = executions.filter(({ ended_at: end }) => end === null);
  const error = retry.error ?? stop.error ?? download.error;
  return (
    <>
      <header className="row">
        <strong>{counted(executions.length, 'execution')} chosen</strong>
        <Button small busy={retry.isPending} disabled={again.length === 0} onClick={() => retry.mutate()}>
          Execute again
        </Button>
        <Button small danger busy={stop.isPending} disabled={open.length === 0} onClick={() => stop.mutate()}>
          Stop
        </Button>
        <Button
          small
          busy={download.isPending}
          disabled={done.length === 0}
          onClick={() => download.mutate()}
        >
          Download outputs
        </Button>
        <Button
          small
          aria-expanded={comparing}
          disabled={executions.length < 2}
          onClick={() => setComparing(!comparing)}
        >
          {comparing ? 'Close the comparison' : 'Compare'}
        </Button>
        <Button small plain onClick={clear}>
          Choose none
        </Button>
        {error && <ErrorNotice error={error} />}
      </header>
      {comparing && executions.length > 1 && (
        <CompareExecutions executions={executions} org={organisation.id} />
      )}
    </>
  );
}
