import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Run } from 'fusion-platform';
import type { ReactNode } from 'react';

import { asState, isOpen } from '../platform/states.ts';
import { changeRun } from '../runs/change-runs.ts';
import type { RunChange } from '../runs/change-runs.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

export function RunActions({ run }: { readonly run: Run }): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async (change: RunChange) => await changeRun(organisation, run, change),
    onSuccess: async (_, change) => {
      if (change === 'delete') await navigate({ to: '/o/$org/runs', params: { org: organisation.id } });
      await client.invalidateQueries({ queryKey: ['run'] });
    },
  });
  const again = useMutation({
    mutationFn: async () => {
      const process = await organisation.process(run.process_id);
      await process.execute();
      const newest = await organisation.runs({ processId: process.id }).first();
      if (newest)
        await navigate({ to: '/o/$org/runs/$run', params: { org: organisation.id, run: newest.id } });
    },
  });
  const ask = async (change: RunChange, title: string, text: string): Promise<void> => {
    if (await confirm({ title, text, danger: true })) work.mutate(change);
  };
  const state = asState(run.state);
  const busy = work.isPending;
  return (
    <>
      <Link
        className="button"
        to="/o/$org/processes/$process"
        params={{ org: organisation.id, process: run.process_id }}
      >
        The process
      </Link>
      {state === 'succeeded' && (
        <Button busy={busy || again.isPending} onClick={() => again.mutate()}>
          Execute again
        </Button>
      )}
      {(state === 'failed' || state === 'stopped') && (
        <Button primary busy={busy} onClick={() => work.mutate('retry')}>
          Execute again from the failure
        </Button>
      )}
      {isOpen(state) ? (
        <Button
          danger
          busy={busy}
          onClick={() =>
            void ask(
              'stop',
              'Stop this run?',
              'Its components end now. What they have done so far is charged.',
            )
          }
        >
          Stop
        </Button>
      ) : (
        <Button
          danger
          busy={busy}
          onClick={() =>
            void ask('delete', 'Delete this run?', 'All it made is deleted with it. Copies of data stay.')
          }
        >
          Delete
        </Button>
      )}
      {work.error && <ErrorNotice error={work.error} />}
      {again.error && <ErrorNotice error={again.error} title="It was not executed again" />}
      {dialog}
    </>
  );
}
