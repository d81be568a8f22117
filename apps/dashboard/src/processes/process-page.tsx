import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Process } from 'fusion-platform';
import type { ReactNode } from 'react';

import { dateTime } from '../format/time.ts';
import { useRuns } from '../platform/runs.ts';
import { RunsTable } from '../runs/runs-table.tsx';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProcessFacts } from './process-facts.tsx';
import { ProcessStatus } from './process-status.tsx';

export function ProcessPage(): ReactNode {
  const organisation = useOrganisation();
  const { process: id } = useParams({ from: '/o/$org/processes/$process' });
  const query = useQuery({
    queryKey: ['process', organisation.id, id],
    queryFn: async ({ signal }) => await organisation.process(id, { signal }),
    refetchInterval: 2500,
  });
  return (
    <Loaded query={query} lines={8}>
      {(process) => <Whole process={process} />}
    </Loaded>
  );
}

function Whole({ process }: { readonly process: Process }): ReactNode {
  const organisation = useOrganisation();
  const org = organisation.id;
  const runs = useRuns(organisation, { processId: process.id }, 50);
  return (
    <>
      <PageHead
        title={process.name}
        name={process.name}
        crumbs={
          <Link to="/o/$org/processes" params={{ org }}>
            Processes
          </Link>
        }
        side={<Actions process={process} />}
      >
        <ProcessStatus process={process} />
      </PageHead>
      <div className="columns">
        <Panel title="Runs" flush>
          <Loaded query={runs}>
            {({ list }) =>
              list.length > 0 ? (
                <RunsTable runs={list} org={org} ofOne />
              ) : (
                <Empty title="It has not run yet">
                  <p>
                    {process.run_type === 'run_schedule' && process.process_status === 'execute'
                      ? `Its first run is due at ${dateTime(process.repeat_start, { seconds: false })}.`
                      : 'Execute it to see its first run here.'}
                  </p>
                </Empty>
              )
            }
          </Loaded>
        </Panel>
        <Panel title="What it runs with">
          <ProcessFacts process={process} />
        </Panel>
      </div>
    </>
  );
}

type Change = 'execute' | 'stop' | 'copy' | 'delete';

function Actions({ process }: { readonly process: Process }): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [confirm, dialog] = useConfirm();
  const org = organisation.id;
  const work = useMutation({
    mutationFn: async (change: Change) => {
      switch (change) {
        case 'execute':
          await process.execute();
          return;
        case 'stop':
          await process.stop();
          return;
        case 'copy': {
          const copy = await (await process.copy({ name: `Copy of ${process.name}` })).create();
          await navigate({ to: '/o/$org/processes/$process', params: { org, process: copy.id } });
          return;
        }
        case 'delete':
          await process.delete();
          await navigate({ to: '/o/$org/processes', params: { org } });
      }
    },
    onSettled: async () =>
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'services' }),
  });
  const busy = work.isPending;
  const executing = process.process_status === 'execute';
  return (
    <>
      {executing ? (
        <Button danger busy={busy} onClick={() => work.mutate('stop')}>
          Stop
        </Button>
      ) : (
        <Button primary busy={busy} onClick={() => work.mutate('execute')}>
          Execute
        </Button>
      )}
      <Button busy={busy} onClick={() => work.mutate('copy')}>
        Copy
      </Button>
      <Button
        danger
        busy={busy}
        onClick={() =>
          void confirm({
            title: 'Delete this process?',
            text: 'It is stopped, and its runs are deleted with all they made.',
            danger: true,
          }).then((yes) => (yes ? work.mutate('delete') : undefined))
        }
      >
        Delete
      </Button>
      {work.error && <ErrorNotice error={work.error} />}
      {dialog}
    </>
  );
}
