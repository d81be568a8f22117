import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Process } from 'fusion-platform';
import type { ReactNode } from 'react';

import { counted, credits } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { useRuns } from '../platform/runs.ts';
import { RunsTable } from '../runs/runs-table.tsx';
import { textOf } from '../services/text-of.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { statusOf } from './status-of.ts';

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
  const { state, name } = statusOf(process);
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
        <StateBadge state={state}>{name}</StateBadge>
      </PageHead>
      <div className="columns">
        <Panel title="Runs" flush>
          <Loaded query={runs}>
            {({ list }) =>
              list.length > 0 ? (
                <RunsTable runs={list} org={org} />
              ) : (
                <Empty title="It has not run yet">
                  <p>Execute it to see its first run here.</p>
                </Empty>
              )
            }
          </Loaded>
        </Panel>
        <Panel title="What it runs with">
          <dl className="facts">
            <dt>Service</dt>
            <dd>
              <Link to="/o/$org/services/$service" params={{ org, service: process.service_id }}>
                Its documentation
              </Link>
            </dd>
            <dt>Price</dt>
            <dd>{credits(process.price)} credits a run</dd>
            {process.non_aggregator_count && process.non_aggregator_count > 1 && (
              <>
                <dt>Slices</dt>
                <dd>{counted(process.non_aggregator_count, 'slice')}</dd>
              </>
            )}
            <dt>Runs</dt>
            <dd>
              {process.run_type === 'run_schedule'
                ? `by schedule, next at ${dateTime(process.repeat_start, { seconds: false })}`
                : 'once'}
            </dd>
            {process.inputs.map(({ number, title, name: dataName, id }) => (
              <Fact key={number} name={title ?? `Input ${number}`}>
                {id ? (
                  <Link to="/o/$org/data/$data" params={{ org, data: id }}>
                    {dataName ?? id}
                  </Link>
                ) : (
                  'made by an earlier component'
                )}
              </Fact>
            ))}
            {process.options.map((option) => (
              <Fact key={`${option.ssd_id} ${option.name}`} name={option.title ?? option.name}>
                {textOf(option.value) || '–'}
              </Fact>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
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
