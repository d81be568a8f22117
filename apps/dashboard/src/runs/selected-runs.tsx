import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Run } from 'fusion-platform';
import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { asState, isOpen } from '../platform/states.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { changeRuns } from './change-runs.ts';
import type { RunChange } from './change-runs.ts';

/** What can be done with several runs at once. */
export function SelectedRuns({
  runs,
  clear,
}: {
  readonly runs: readonly Run[];
  readonly clear: () => void;
}): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async (change: RunChange) => await changeRuns(organisation, runs, change),
    onSuccess: clear,
    onSettled: async () => await client.invalidateQueries({ queryKey: ['runs'] }),
  });
  if (runs.length === 0) return dialog;
  const open = runs.filter(({ state }) => isOpen(asState(state)));
  const failed = runs.filter(({ state }) => state === 'failed' || state === 'stopped');
  const ask = (change: RunChange, title: string, text: string): void =>
    void confirm({ title, text, danger: change !== 'retry' }).then((yes) => yes && work.mutate(change));
  return (
    <header className="row">
      <strong>{counted(runs.length, 'run')} chosen</strong>
      <Button
        small
        busy={work.isPending}
        disabled={open.length === 0}
        onClick={() =>
          ask('stop', `Stop ${counted(open.length, 'run')}?`, 'What they have done so far is charged.')
        }
      >
        Stop
      </Button>
      <Button
        small
        busy={work.isPending}
        disabled={failed.length === 0}
        onClick={() =>
          ask(
            'retry',
            `Execute ${counted(failed.length, 'run')} again?`,
            'What succeeded is kept and not paid again.',
          )
        }
      >
        Execute again
      </Button>
      <Button
        small
        danger
        busy={work.isPending}
        disabled={open.length === runs.length}
        onClick={() =>
          ask(
            'delete',
            `Delete ${counted(runs.length - open.length, 'run')}?`,
            'All they made is deleted with them.',
          )
        }
      >
        Delete
      </Button>
      <Button small plain onClick={clear}>
        Choose none
      </Button>
      {work.error && <ErrorNotice error={work.error} />}
      {dialog}
    </header>
  );
}
