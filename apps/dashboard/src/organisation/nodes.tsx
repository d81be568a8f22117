import { useQuery } from '@tanstack/react-query';
import { PermissionError, UnsupportedError } from 'fusion-platform';
import type { PlatformNode } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes, whole } from '../format/number.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const megabyte = 2 ** 20;

/** The nodes of the platform: how each stands, its room for components, and how much of it is taken. */
export function Nodes(): ReactNode {
  const organisation = useOrganisation();
  const query = useQuery({
    queryKey: ['nodes', organisation.id],
    queryFn: async ({ signal }) => await organisation.nodes({ signal }),
    refetchInterval: ({ state: { error } }) => (error ? false : 5000),
  });
  // Where the platform does not tell, or not this user, there is nothing to show.
  if (query.error instanceof UnsupportedError || query.error instanceof PermissionError) return null;
  if (query.error && !query.data)
    return <ErrorNotice error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return null;
  return (
    <Panel title="Nodes of the platform" flush>
      <TableScroll label="Nodes">
        <table className="table nodes">
          <thead>
            <tr>
              <th>State</th>
              <th>Slots taken</th>
              <th>Memory taken</th>
              <th className="hide-narrow">Runs</th>
              <th className="hide-narrow">Started</th>
            </tr>
          </thead>
          <tbody>
            {query.data.map((node) => (
              <Node key={node.id} node={node} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Panel>
  );
}

function Node({ node }: { readonly node: PlatformNode }): ReactNode {
  const alive = node.state === 'alive';
  return (
    <tr>
      <td>
        <StateBadge state={alive ? 'succeeded' : 'failed'}>{alive ? 'alive' : node.state}</StateBadge>
        {!alive && (
          <div className="small muted nowrap">
            since <Moment at={node.heartbeat_at} />
          </div>
        )}
      </td>
      <td>
        <Taken
          label="Slots taken"
          of={node.slots}
          taken={node.busy}
          text={`${whole(node.busy)} of ${whole(node.slots)}`}
        />
      </td>
      <td>
        <Taken
          label="Memory taken"
          of={node.memory}
          taken={node.busy_memory}
          text={`${binaryBytes(node.busy_memory * megabyte)} of ${binaryBytes(node.memory * megabyte)}`}
        />
      </td>
      <td className="hide-narrow">
        {node.runtime ?? 'starts'}
        {node.isolation && <div className="small muted">{node.isolation}</div>}
      </td>
      <td className="hide-narrow">
        <Moment at={node.started_at} />
        <div className="small muted nowrap" title={node.id}>
          version {node.version}
        </div>
      </td>
    </tr>
  );
}

function Taken({
  label,
  of,
  taken,
  text,
}: {
  readonly label: string;
  readonly of: number;
  readonly taken: number;
  readonly text: string;
}): ReactNode {
  return (
    <>
      <ProgressBar percent={of > 0 ? Math.min(100, (taken / of) * 100) : 0} label={label} />
      <span className="small tabular nowrap">{text}</span>
    </>
  );
}
