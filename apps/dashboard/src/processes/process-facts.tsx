import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Process, ProcessOption } from 'fusion-platform';
import { isSecret } from 'fusion-platform/option-faults';
import type { ReactNode } from 'react';

import { counted, credits } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { textOf } from '../services/text-of.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { gapText } from './gap-text.ts';

/** What a process runs, with what, when, and where its outputs go. */
export function ProcessFacts({ process }: { readonly process: Process }): ReactNode {
  const organisation = useOrganisation();
  const org = organisation.id;
  const service = useQuery({
    queryKey: ['service', org, process.service_id],
    queryFn: async ({ signal }) => await organisation.service(process.service_id, { signal }),
    staleTime: Infinity,
    retry: false,
  });
  const slices = process.non_aggregator_count ?? 1;
  return (
    <dl className="facts">
      <Fact name="Service">
        <Link to="/o/$org/services/$service" params={{ org, service: process.service_id }}>
          {service.data ? `${service.data.name}, version ${service.data.version}` : 'Its documentation'}
        </Link>
      </Fact>
      <Fact name="Price">{credits(process.price)} credits a run</Fact>
      {slices > 1 && <Fact name="Slices">{counted(slices, 'slice')}</Fact>}
      <Fact name="Runs">{timesOf(process)}</Fact>
      {process.inputs.map(({ number, title, name, id }) => (
        <Fact key={number} name={title ?? `Input ${number}`}>
          {id ? (
            <Link to="/o/$org/data/$data" params={{ org, data: id }}>
              {name ?? id}
            </Link>
          ) : (
            'made by an earlier component'
          )}
        </Fact>
      ))}
      {process.options.map((option) => (
        <Fact key={`${option.ssd_id} ${option.name}`} name={option.title ?? option.name}>
          {valueOf(option)}
        </Fact>
      ))}
      {process.dispatchers.map((dispatcher) => (
        <Fact key={dispatcher.number} name="Sent by">
          {dispatcher.name}
          {dispatcher.options
            .filter((option) => textOf(option.value) !== '' && !isSecret(option.name))
            .map((option) => ` · ${option.title ?? option.name}: ${valueOf(option)}`)}
        </Fact>
      ))}
    </dl>
  );
}

function timesOf(process: Process): string {
  const {
    run_type: type,
    repeat_start: start,
    repeat_gap: gap,
    repeat_count: count,
    repeat_end: end,
  } = process;
  if (type !== 'run_schedule') return 'once, when it is executed';
  return [
    gapText(gap),
    `next at ${dateTime(start, { seconds: false })}`,
    `${counted(count, 'run')} at most`,
    ...(end ? [`none after ${dateTime(end, { seconds: false })}`] : []),
  ].join(', ');
}

function valueOf({
  value,
  data_type: type,
  constrained_values: values,
  constrained_names: names,
}: ProcessOption): string {
  if (type === 'boolean') return value === true ? 'yes' : 'no';
  const text = textOf(value);
  return names?.[values?.indexOf(text) ?? -1] ?? (text || 'not set');
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
