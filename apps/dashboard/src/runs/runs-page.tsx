import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { useRuns } from '../platform/runs.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { RunsFilters } from './runs-filters.tsx';
import type { RunsSearch, RunsSort } from './runs-search.ts';
import { RunsTable } from './runs-table.tsx';
import { SelectedRuns } from './selected-runs.tsx';
import { sortRuns } from './sort-runs.ts';

const usual = 50;

export function RunsPage(): ReactNode {
  const organisation = useOrganisation();
  const search = useSearch({ from: '/o/$org/runs' });
  const navigate = useNavigate({ from: '/o/$org/runs' });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { state, q, process, sort = 'started', up = false, limit = usual } = search;
  const query = useRuns(
    organisation,
    { states: state ?? [], search: q ?? '', ...(process ? { processId: process } : {}) },
    limit,
  );
  const change = (next: Partial<RunsSearch>): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const by = (name: RunsSort): void =>
    change({ sort: name, up: (name === sort && !up) || undefined } as Partial<RunsSearch>);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <>
      <PageHead title="Runs" name="Runs">
        <p className="muted">Every run of every process; a group of slices is one.</p>
      </PageHead>
      <RunsFilters search={search} change={change} />
      <Loaded query={query} lines={8}>
        {({ list, more, gathered }) => (
          <section className="panel" aria-label="Runs">
            <SelectedRuns runs={list.filter(({ id }) => chosen.has(id))} clear={() => setChosen(new Set())} />
            {list.length === 0 ? (
              <NoRuns filtered={Boolean(state ?? q ?? process)} clear={() => void navigate({ search: {} })} />
            ) : (
              <RunsTable
                runs={sortRuns(list, sort, up, Date.now())}
                org={organisation.id}
                sorting={{ sort, up, by }}
                selecting={{ chosen, toggle }}
              />
            )}
            <footer className="row small muted" style={{ padding: 'var(--space-3) var(--space-4)' }}>
              <span>
                {more ? `The newest ${counted(list.length, 'run')}` : counted(list.length, 'run')}
                {more && sort !== 'started' ? ', sorted among themselves' : ''}
                {gathered ? ' of the newest processes: this platform has no list of all' : ''}
              </span>
              {more && limit < 1000 && (
                <Button small onClick={() => change({ limit: Math.min(1000, limit * 4) })}>
                  Show more
                </Button>
              )}
            </footer>
          </section>
        )}
      </Loaded>
    </>
  );
}

function NoRuns({ filtered, clear }: { readonly filtered: boolean; readonly clear: () => void }): ReactNode {
  return filtered ? (
    <Empty title="No run matches">
      <Button onClick={clear}>Show all runs</Button>
    </Empty>
  ) : (
    <Empty title="Nothing has run yet">
      <p>Choose a service, give it a region, and execute it: its run shows here while it goes.</p>
    </Empty>
  );
}
