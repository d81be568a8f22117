import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { ReactNode } from 'react';

import { WhyNotice } from '../component/why-notice.tsx';
import type { LoadedRun } from '../platform/gather-run.ts';
import { useRun } from '../platform/run.ts';
import { asState, isOpen } from '../platform/states.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ExecutionsTable } from './executions-table.tsx';
import { Failures } from './failures.tsx';
import { graphOf } from './graph.ts';
import { GraphView } from './graph-view.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFigures } from './run-figures.tsx';
import { TimelineView } from './timeline-view.tsx';

const RunMap = lazy(async () => ({ default: (await import('../map/run-map.tsx')).RunMap }));

/** A run: an execution that stands alone, or all executions of a group. */
export function RunPage(): ReactNode {
  const organisation = useOrganisation();
  const { run: id } = useParams({ from: '/o/$org/runs/$run' });
  const query = useRun(organisation, id);
  return (
    <Loaded query={query} lines={10}>
      {(loaded) => <Whole loaded={loaded} />}
    </Loaded>
  );
}

function Whole({ loaded: { run, executions } }: { readonly loaded: LoadedRun }): ReactNode {
  const { org } = useParams({ from: '/o/$org/runs/$run' });
  const { tab } = useSearch({ from: '/o/$org/runs/$run' });
  const navigate = useNavigate({ from: '/o/$org/runs/$run' });
  const state = asState(run.state);
  const open = isOpen(state);
  const timeline = (): ReactNode => (
    <Panel title="Timeline">
      <TimelineView executions={executions} open={open} org={org} />
    </Panel>
  );
  return (
    <>
      <PageHead
        title={run.process_name}
        name={run.process_name}
        crumbs={
          <Link to="/o/$org/runs" params={{ org }}>
            Runs
          </Link>
        }
        side={<RunActions run={run} />}
      >
        <StateBadge state={state} />
      </PageHead>
      {run.failed > 0 ? (
        <Failures executions={executions} reasons={run.reasons ?? []} org={org} />
      ) : (
        <WhyNotice subject={run} state={state} org={org} />
      )}
      <RunFigures run={run} executions={executions} />
      <Tabs
        label="Parts of the run"
        chosen={tab}
        choose={(next) =>
          void navigate({ search: (before) => ({ ...before, tab: next }), replace: true, resetScroll: false })
        }
        tabs={[
          {
            id: 'chain',
            name: 'Chain',
            content: () => (
              <>
                <Panel title="Chain">
                  <Chain executions={executions} org={org} run={run.id} />
                </Panel>
                {timeline()}
              </>
            ),
          },
          {
            id: 'map',
            name: 'Map',
            content: () => (
              <Suspense fallback={<Skeleton lines={1} height="28rem" />}>
                <RunMap id={run.id} />
              </Suspense>
            ),
          },
          {
            id: 'executions',
            name: executions.length > 1 ? 'Executions' : 'Components',
            content: () => <ExecutionsTable executions={executions} org={org} />,
          },
        ]}
      />
    </>
  );
}

/** Gathered into a graph only where it is shown: with 1,000 slices that is work of its own. */
function Chain({
  executions,
  org,
  run,
}: Pick<LoadedRun, 'executions'> & { readonly org: string; readonly run: string }): ReactNode {
  const graph = useMemo(() => graphOf(executions), [executions]);
  return <GraphView graph={graph} org={org} run={run} />;
}
