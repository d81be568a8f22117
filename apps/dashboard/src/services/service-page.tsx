import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Service } from 'fusion-platform';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProcessForm } from './process-form.tsx';
import './services.css';

/** A service: what it does, and the form that starts it. */
export function ServicePage(): ReactNode {
  const organisation = useOrganisation();
  const { org, service: id } = useParams({ from: '/o/$org/services/$service' });
  const query = useQuery({
    queryKey: ['service', organisation.id, id],
    queryFn: async ({ signal }) => await organisation.service(id, { signal }),
    staleTime: 60_000,
  });
  return (
    <Loaded query={query} lines={8}>
      {(service) => (
        <>
          <PageHead
            title={service.name}
            name={service.name}
            crumbs={
              <Link to="/o/$org/services" params={{ org }}>
                Services
              </Link>
            }
          >
            <p className="muted">{service.documentation_summary}</p>
          </PageHead>
          <div className="columns">
            <Panel title="Start a process">
              <ProcessForm service={service} />
            </Panel>
            <Panel title="About it">
              <About service={service} />
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  );
}

function About({ service }: { readonly service: Service }): ReactNode {
  const parts = [
    ['What it does', service.documentation_description],
    ['What it takes for granted', service.documentation_assumptions],
    ['How good and how fast it is', service.documentation_performance],
  ] as const;
  const lists = [
    ['Inputs', service.documentation_inputs],
    ['Outputs', service.documentation_outputs],
  ] as const;
  return (
    <div className="stack documentation">
      {parts.map(
        ([title, text]) =>
          text && (
            <div key={title}>
              <h3>{title}</h3>
              <p>{text}</p>
            </div>
          ),
      )}
      {lists.map(
        ([title, items]) =>
          items &&
          items.length > 0 && (
            <div key={title}>
              <h3>{title}</h3>
              <ol>
                {items.map((item) => (
                  <li key={item}>{item}</li>
                ))}
              </ol>
            </div>
          ),
      )}
      <dl className="facts small">
        <dt>Version</dt>
        <dd>{service.version}</dd>
        <dt>Charge</dt>
        <dd>
          <code>{service.charge_expression_platform ?? 'nothing'}</code> credits
        </dd>
        <dt>Network</dt>
        <dd>{service.urls?.join(', ') || 'none'}</dd>
        <dt>SSD</dt>
        <dd className="mono">{service.ssd_id}</dd>
      </dl>
    </div>
  );
}
