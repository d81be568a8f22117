import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Panel } from '../ui/panel.tsx';

/** What it is, what it ran, with what, and what it was given. */
export function Details({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const organisation = useOrganisation();
  const org = organisation.id;
  const service = useQuery({
    queryKey: ['service', org, component.service_id],
    queryFn: async ({ signal }) => await organisation.service(component.service_id, { signal }),
    staleTime: Infinity,
    retry: false,
  });
  const began = component.state !== 'waiting';
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Service',
      <Link key="service" to="/o/$org/services/$service" params={{ org, service: component.service_id }}>
        {service.data ? `${service.data.name}, version ${service.data.version}` : component.service_id}
      </Link>,
    ],
    ['Image', <code key="image">{component.image_id}</code>],
    ['Component', <code key="id">{component.id}</code>],
    ['Kind', component.kind === 'dispatch' ? 'Dispatcher: sends outputs somewhere' : undefined],
    ['Place in the chain', component.chain_index === undefined ? undefined : component.chain_index + 1],
    ['Started', began ? dateTime(component.started_at) : 'not yet'],
    ['Ended', component.ended_at ? dateTime(component.ended_at) : undefined],
    ['Machine', component.instance_type],
    ['Asked for', `${component.cpu} CPU, ${binaryBytes(component.memory * 2 ** 20)} of memory`],
    ['Its outputs', component.intermediate ? 'input of later components alone' : 'results of the process'],
    ['Reuse', component.reuse_note],
  ];
  return (
    <div className="columns">
      <Panel title="What it is">
        <dl className="facts">
          {facts.map(
            ([name, value]) =>
              value !== undefined && (
                <FactPair key={name} name={name}>
                  {value}
                </FactPair>
              ),
          )}
        </dl>
      </Panel>
      <Panel title="Options">
        {(component.options?.length ?? 0) === 0 ? (
          <p className="muted">It has none.</p>
        ) : (
          <dl className="facts">
            {component.options!.map(({ name, value }) => (
              <FactPair key={name} name={name}>
                <code>{value ?? '–'}</code>
              </FactPair>
            ))}
          </dl>
        )}
      </Panel>
    </div>
  );
}

function FactPair({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
