import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { useRuns } from '../platform/runs.ts';
import { RunsTable } from '../runs/runs-table.tsx';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';

export function HomePage(): ReactNode {
  const organisation = useOrganisation();
  const open = useRuns(organisation, { states: ['running', 'waiting'] }, 20);
  const failed = useRuns(organisation, { states: ['failed'] }, 5);
  return (
    <>
      <PageHead title={organisation.name} name="Home" />
      <Panel title="Now" flush>
        <Loaded query={open}>
          {({ list }) =>
            list.length > 0 ? (
              <RunsTable runs={list} org={organisation.id} />
            ) : (
              <Empty title="Nothing runs now" />
            )
          }
        </Loaded>
      </Panel>
      <Panel
        title="Failed lately"
        flush
        side={
          <Link to="/o/$org/runs" params={{ org: organisation.id }} search={{ state: ['failed'] }}>
            All that failed
          </Link>
        }
      >
        <Loaded query={failed}>
          {({ list }) =>
            list.length > 0 ? (
              <RunsTable runs={list} org={organisation.id} />
            ) : (
              <Empty title="Nothing has failed" />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}
