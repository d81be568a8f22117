import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import './services.css';

/** What the organisation can run. */
export function ServicesPage(): ReactNode {
  const organisation = useOrganisation();
  const [search, setSearch] = useState('');
  const query = useQuery({
    queryKey: ['services', organisation.id],
    queryFn: async ({ signal }) => await organisation.services().toArray({ signal }),
    staleTime: 60_000,
  });
  return (
    <>
      <PageHead title="Services" name="Services">
        <p className="muted">Choose one to read about it and to start it over a region.</p>
      </PageHead>
      <div className="filters" role="search">
        <label className="visually-hidden" htmlFor="search-services">
          Search the services
        </label>
        <input
          id="search-services"
          className="input"
          type="search"
          placeholder="Search by name or keyword"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      <Loaded query={query} lines={6}>
        {(services) => {
          const found = services.filter(({ name, keywords, documentation_summary: summary }) =>
            [name, summary, ...(keywords ?? [])].join(' ').toLowerCase().includes(search.toLowerCase()),
          );
          if (found.length === 0) return <Empty title="No service matches" />;
          return (
            <ul className="cards">
              {found.map((service) => (
                <li key={service.id} className="panel">
                  <Link to="/o/$org/services/$service" params={{ org: organisation.id, service: service.id }}>
                    <h2>{service.name}</h2>
                  </Link>
                  <p>{service.documentation_summary}</p>
                  <div className="chips">
                    {(service.categories ?? []).map((category) => (
                      <span key={category} className="chip">
                        {category}
                      </span>
                    ))}
                    <span className="small muted">version {service.version}</span>
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </>
  );
}
