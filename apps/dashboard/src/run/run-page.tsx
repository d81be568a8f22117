import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { WhyNotice } from '../component/why-notice.tsx';
import { useRun } from '../platform/run.ts';
import { asState } from '../platform/states.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';

export function RunPage(): ReactNode {
  const organisation = useOrganisation();
  const { org, run: id } = useParams({ from: '/o/$org/runs/$run' });
  const query = useRun(organisation, id);
  return (
    <Loaded query={query} lines={10}>
      {({ run, executions }) => (
        <>
          <PageHead title={run.process_name} name={run.process_name}>
            <StateBadge state={asState(run.state)} />
          </PageHead>
          <WhyNotice subject={run} state={asState(run.state)} />
          <Panel title="Components" flush>
            <table className="table">
              <tbody>
                {executions.flatMap((execution) =>
                  execution.components.map((component) => (
                    <tr key={component.id}>
                      <td>
                        <StateBadge state={asState(component.state)} />
                      </td>
                      <td>
                        <Link to="/o/$org/components/$component" params={{ org, component: component.id }}>
                          {component.name}
                        </Link>
                      </td>
                      <td className="number">
                        <Elapsed from={component.started_at} to={component.ended_at} />
                      </td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </Panel>
        </>
      )}
    </Loaded>
  );
}
