import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnsupportedError } from 'fusion-platform';
import type { ReactNode } from 'react';

import { counted as many, credits, whole } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { soon } from '../platform/live.ts';
import { useRuns } from '../platform/runs.ts';
import { stateNames } from '../platform/states.ts';
import type { State } from '../platform/states.ts';
import { RunsTable } from '../runs/runs-table.tsx';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Figure } from '../ui/figure.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';

const counted: readonly State[] = ['running', 'waiting', 'failed', 'succeeded'];

/** What runs now, what failed lately and why, what it costs, and what comes next. */
export function HomePage(): ReactNode {
  const organisation = useOrganisation();
  const org = organisation.id;
  const open = useRuns(organisation, { states: ['running', 'waiting'] }, 20);
  const latest = useRuns(organisation, { states: ['failed', 'succeeded', 'stopped'] }, 8);
  return (
    <>
      <PageHead title={organisation.name} name="Home" />
      <Figures />
      <Panel title="Now" flush>
        <Loaded query={open}>
          {({ list }) =>
            list.length > 0 ? (
              <RunsTable runs={list} org={org} />
            ) : (
              <Empty title="Nothing runs now">
                <p>
                  <Link to="/o/$org/services" params={{ org }}>
                    Choose a service
                  </Link>{' '}
                  to start a process, or execute{' '}
                  <Link to="/o/$org/processes" params={{ org }}>
                    one that you have
                  </Link>
                  .
                </p>
              </Empty>
            )
          }
        </Loaded>
      </Panel>
      <Panel
        title="Ended lately"
        flush
        side={
          <Link to="/o/$org/runs" params={{ org }} search={{ state: ['failed'] }}>
            All that failed
          </Link>
        }
      >
        <Loaded query={latest}>
          {({ list }) =>
            list.length > 0 ? <RunsTable runs={list} org={org} /> : <Empty title="Nothing has ended yet" />
          }
        </Loaded>
      </Panel>
      <NextRuns />
    </>
  );
}

function Figures(): ReactNode {
  const organisation = useOrganisation();
  const counts = useQuery({
    queryKey: ['counts', organisation.id],
    queryFn: async ({ signal }) => await organisation.countExecutions({ signal }),
    refetchInterval: ({ state: { error } }) => (error instanceof UnsupportedError ? false : soon * 2),
  });
  const credit = useQuery({
    queryKey: ['credit', organisation.id],
    queryFn: async ({ signal }) => await organisation.credit({ signal }),
    refetchInterval: 10_000,
  });
  const spent = credit.data?.spend?.at(-1);
  const isThisMonth = spent?.month.slice(0, 7) === new Date().toISOString().slice(0, 7);
  return (
    <div className="figures">
      {!(counts.error instanceof UnsupportedError) &&
        counted.map((state) => (
          <Figure
            key={state}
            what={`${stateNames[state]} ${state === 'running' || state === 'waiting' ? 'now' : 'in the last day'}`}
            note={
              <StateBadge state={state}>
                {counts.data ? many(counts.data.now[state], 'execution') : '…'}
              </StateBadge>
            }
          >
            {counts.data ? whole(counts.data.runs[state]) : '–'}{' '}
            <small>{counts.data?.runs[state] === 1 ? 'run' : 'runs'}</small>
          </Figure>
        ))}
      <Figure what="Credits left" note={`${credits(isThisMonth ? spent?.credits : 0)} spent this month`}>
        {credit.data ? credits(credit.data.any_credits) : '–'}
      </Figure>
    </div>
  );
}

/** Processes by schedule, and when each runs next. */
function NextRuns(): ReactNode {
  const organisation = useOrganisation();
  const query = useQuery({
    queryKey: ['next-runs', organisation.id],
    queryFn: async ({ signal }) => {
      const processes = await organisation.processes().toArray({ signal });
      return processes
        .filter(
          ({ run_type: type, process_status: status }) => type === 'run_schedule' && status === 'execute',
        )
        .toSorted((a, b) => Date.parse(a.repeat_start) - Date.parse(b.repeat_start))
        .slice(0, 10);
    },
    refetchInterval: 30_000,
  });
  if (!query.data || query.data.length === 0) return null;
  return (
    <Panel title="Next by schedule" flush>
      <table className="table">
        <tbody>
          {query.data.map(({ id, name, repeat_start: at }) => (
            <tr key={id}>
              <td>
                <Link to="/o/$org/processes/$process" params={{ org: organisation.id, process: id }}>
                  {name}
                </Link>
              </td>
              <td className="number">{dateTime(at, { seconds: false })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
