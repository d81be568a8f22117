import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnsupportedError } from 'fusion-platform';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes } from '../format/number.ts';
import { between, duration } from '../format/time.ts';
import { asState } from '../platform/states.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const shown = 10;

/** The last runs of the same component: whether this one was slower or hungrier than usual. */
export function History({
  component,
  org,
}: {
  readonly component: ProcessServiceExecution;
  readonly org: string;
}): ReactNode {
  const query = useQuery({
    queryKey: ['history', component.id, component.state],
    queryFn: async ({ signal }) => (await component.history({ signal })).slice(0, shown),
  });
  if (query.error instanceof UnsupportedError) return null;
  return (
    <Panel title="The last runs of this component" flush>
      <Loaded query={query}>
        {(runs) => {
          const longest = Math.max(1, ...runs.map((run) => secondsOf(run) ?? 0));
          return (
            <TableScroll label="Runs of this component">
              <table className="table">
                <thead>
                  <tr>
                    <th>State</th>
                    <th>Started</th>
                    <th className="number">Duration</th>
                    <th className="hide-narrow">Beside the longest</th>
                    <th className="number">Most memory</th>
                  </tr>
                </thead>
                <tbody>
                  {runs.map((run) => (
                    <tr key={run.id} aria-current={run.id === component.id || undefined}>
                      <td>
                        <StateBadge state={asState(run.state)} />
                      </td>
                      <td>
                        {run.id === component.id ? (
                          'this one'
                        ) : (
                          <Link to="/o/$org/components/$component" params={{ org, component: run.id }}>
                            <Moment at={run.started_at} />
                          </Link>
                        )}
                      </td>
                      <td className="number">{duration(secondsOf(run))}</td>
                      <td className="hide-narrow">
                        <ProgressBar
                          percent={((secondsOf(run) ?? 0) / longest) * 100}
                          state={asState(run.state)}
                          label="Duration beside the longest"
                        />
                      </td>
                      <td className="number">{binaryBytes(run.peak_memory_bytes)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableScroll>
          );
        }}
      </Loaded>
    </Panel>
  );
}

const secondsOf = (run: {
  readonly started_at: string | null;
  readonly ended_at: string | null;
}): number | undefined => (run.ended_at ? between(run.started_at, run.ended_at, 0) : undefined);
