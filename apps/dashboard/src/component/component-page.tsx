import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ProcessServiceExecution } from 'fusion-platform';
import { lazy, Suspense, useCallback } from 'react';
import type { ReactNode } from 'react';

import { LogView } from '../log/log-view.tsx';
import { useComponent } from '../platform/component.ts';
import { stateOfComponent } from '../platform/states.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { ActionsPanel } from './actions-panel.tsx';
import { Attempts } from './attempts.tsx';
import { ComponentFigures } from './component-figures.tsx';
import { ComponentMoves } from './component-moves.tsx';
import { DataPanel } from './data-panel.tsx';
import { Details } from './details.tsx';
import { History } from './history.tsx';
import { NotReused } from './not-reused.tsx';
import { ProvenancePanel } from './provenance.tsx';
import { Snippet } from './snippet.tsx';
import { WhyNotice } from './why-notice.tsx';

const MetricsCharts = lazy(async () => ({
  default: (await import('../charts/metrics-charts.tsx')).MetricsCharts,
}));

/** Everything about one component. */
export function ComponentPage(): ReactNode {
  const organisation = useOrganisation();
  const { component: id } = useParams({ from: '/o/$org/components/$component' });
  const query = useComponent(organisation, id);
  return (
    <Loaded query={query} lines={10}>
      {(component) => <Whole component={component} />}
    </Loaded>
  );
}

function Whole({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const { org } = useParams({ from: '/o/$org/components/$component' });
  const search = useSearch({ from: '/o/$org/components/$component' });
  const navigate = useNavigate({ from: '/o/$org/components/$component' });
  const change = useCallback(
    (next: { readonly line?: number | undefined; readonly text?: string | undefined }) =>
      void navigate({
        search: (before) =>
          ({
            ...before,
            line: next.line === undefined ? undefined : String(next.line),
            ...('text' in next ? { q: next.text } : {}),
          }) as typeof search,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const state = stateOfComponent(component);
  const charts = (
    <Panel title="What it used over time" key="charts">
      <Suspense fallback={<Skeleton lines={4} height="2.5rem" />}>
        <MetricsCharts component={component} />
      </Suspense>
    </Panel>
  );
  const log = (
    <Panel title="Log" flush key="log" id="log">
      <LogView
        component={component}
        line={search.line && Number(search.line) > 0 ? Number(search.line) : undefined}
        text={search.q}
        change={change}
      />
    </Panel>
  );
  return (
    <>
      <PageHead
        title={component.name}
        name={component.name}
        crumbs={
          <>
            <Link to="/o/$org/runs" params={{ org }}>
              Runs
            </Link>
            <Link to="/o/$org/runs/$run" params={{ org, run: component.process_execution_id }}>
              Execution
            </Link>
          </>
        }
      >
        <div className="row">
          <StateBadge state={state} />
          {component.state && component.state !== state && <span className="muted">{component.state}</span>}
        </div>
      </PageHead>
      <WhyNotice
        subject={component}
        state={state}
        org={org}
        moves={<ComponentMoves component={component} />}
      />
      <ComponentFigures component={component} />
      {/* Of what failed the end of the log says most. */}
      {state === 'failed' ? [log, charts] : [charts, log]}
      <DataPanel component={component} side="outputs" />
      <ActionsPanel component={component} />
      <Details component={component} />
      <DataPanel component={component} side="inputs" />
      <Attempts component={component} />
      <NotReused component={component} org={org} />
      <History component={component} org={org} />
      <ProvenancePanel component={component} />
      <Snippet component={component} />
    </>
  );
}
