import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Process } from 'fusion-platform';
import type { ReactNode } from 'react';

import { credits } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ProcessStatus } from './process-status.tsx';

/** Services made ready to run, and when those by schedule run next. */
export function ProcessesPage(): ReactNode {
  const organisation = useOrganisation();
  const { q = '' } = useSearch({ from: '/o/$org/processes' });
  const navigate = useNavigate({ from: '/o/$org/processes' });
  const query = useQuery({
    queryKey: ['processes', organisation.id],
    queryFn: async ({ signal }) => (await organisation.processes().toArray({ signal })).toReversed(),
    refetchInterval: 5000,
  });
  return (
    <>
      <PageHead title="Processes" name="Processes">
        <p className="muted">Services with inputs and options, ready to run: once, or by a schedule.</p>
      </PageHead>
      <div className="filters" role="search">
        <label className="visually-hidden" htmlFor="search-processes">
          Search the processes
        </label>
        <input
          id="search-processes"
          className="input"
          type="search"
          placeholder="Search by name"
          value={q}
          onChange={({ target }) =>
            void navigate({ search: target.value ? { q: target.value } : {}, replace: true })
          }
        />
      </div>
      <Loaded query={query} lines={6}>
        {(processes) => {
          const found = processes.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()));
          return (
            <section className="panel" aria-label="Processes">
              {found.length === 0 ? (
                <Empty title={q ? 'No process matches' : 'There is no process yet'}>
                  <p>
                    <Link to="/o/$org/services" params={{ org: organisation.id }}>
                      Choose a service
                    </Link>{' '}
                    and make one.
                  </p>
                </Empty>
              ) : (
                <Table processes={found} org={organisation.id} />
              )}
            </section>
          );
        }}
      </Loaded>
    </>
  );
}

function Table({
  processes,
  org,
}: {
  readonly processes: readonly Process[];
  readonly org: string;
}): ReactNode {
  return (
    <TableScroll label="Processes">
      <table className="table">
        <thead>
          <tr>
            <th>Process</th>
            <th>Status</th>
            <th className="hide-narrow">Runs</th>
            <th className="number">Credits a run</th>
            <th className="hide-narrow">Created</th>
          </tr>
        </thead>
        <tbody>
          {processes.map((process) => (
            <tr key={process.id}>
              <td>
                <Link to="/o/$org/processes/$process" params={{ org, process: process.id }}>
                  {process.name}
                </Link>
              </td>
              <td>
                <ProcessStatus process={process} />
              </td>
              <td className="hide-narrow">
                {process.run_type === 'run_schedule' && process.process_status === 'execute'
                  ? `next ${dateTime(process.repeat_start, { seconds: false })}`
                  : process.run_type === 'run_schedule'
                    ? 'by schedule'
                    : 'once'}
              </td>
              <td className="number">{credits(process.price)}</td>
              <td className="hide-narrow">
                <Moment at={process.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
