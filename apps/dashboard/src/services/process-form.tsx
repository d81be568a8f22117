import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Process, ProcessOption, Service } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { counted } from '../format/number.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { faultOf, inPlay } from './check-option.ts';
import { DispatcherFields } from './dispatcher-fields.tsx';
import { DraftNotice } from './draft-notice.tsx';
import { keyOf, makeDraft, textsOf } from './draft.ts';
import type { AddedDispatcher, OptionTexts } from './draft.ts';
import { dataLabels } from './data-labels.ts';
import { OptionField } from './option-field.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { checkSchedule, once } from './schedule.ts';

/** Makes a process of a service: its inputs and options in a form, its price before anything runs. */
export function ProcessForm({ service }: { readonly service: Service }): ReactNode {
  const organisation = useOrganisation();
  const template = useQuery({
    queryKey: ['template', organisation.id, service.id],
    queryFn: async ({ signal }) => await organisation.newProcess({ name: service.name, service, signal }),
    staleTime: Infinity,
  });
  return (
    <Loaded query={template} lines={6}>
      {(process) => <Fields template={process} service={service} />}
    </Loaded>
  );
}

function Fields({ template, service }: { readonly template: Process; readonly service: Service }): ReactNode {
  const organisation = useOrganisation();
  const navigate = useNavigate();
  const [name, setName] = useState(service.name);
  const [inputs, setInputs] = useState<Readonly<Record<number, string>>>({});
  const [values, setValues] = useState<OptionTexts>(() => textsOf(template.options));
  const [schedule, setSchedule] = useState(once);
  const [dispatchers, setDispatchers] = useState<readonly AddedDispatcher[]>([]);
  const [advanced, setAdvanced] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const [draft, setDraft] = useState<Process>();

  const shown = inPlay(template.options, values);
  const plain = shown.filter((option) => !option.advanced);
  const more = shown.filter((option) => option.advanced);
  const needed = template.inputs.filter(({ title }) => title !== null || template.inputs.length === 1);
  const isWrong = (option: ProcessOption, texts: OptionTexts): boolean =>
    faultOf(option, texts[keyOf(option)] ?? '') !== undefined;
  const wrong =
    shown.some((option) => isWrong(option, values)) ||
    dispatchers.some((one) => one.options.some((option) => isWrong(option, one.values))) ||
    Object.keys(checkSchedule(schedule)).length > 0;
  const missing = needed.some(({ number }) => !inputs[number]);

  const work = (what: () => Promise<void>): void => {
    setBusy(true);
    setFailure(undefined);
    what()
      .catch((error: unknown) => setFailure(error as Error))
      .finally(() => setBusy(false));
  };
  const create = async (): Promise<void> =>
    setDraft(
      await makeDraft(organisation, service, { name, inputs, values, options: shown, schedule, dispatchers }),
    );
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    work(create);
  };
  const execute = async (): Promise<void> => {
    await draft!.execute();
    const run = await draft!.executions().first();
    await navigate(
      run
        ? { to: '/o/$org/runs/$run', params: { org: organisation.id, run: run.group_id ?? run.id } }
        : { to: '/o/$org/processes/$process', params: { org: organisation.id, process: draft!.id } },
    );
  };
  const takeBack = async (): Promise<void> => {
    await draft!.delete();
    setDraft(undefined);
  };
  const fields = (list: readonly ProcessOption[]): ReactNode =>
    list.map((option) => (
      <OptionField
        key={keyOf(option)}
        option={option}
        value={values[keyOf(option)] ?? ''}
        change={(value) => setValues({ ...values, [keyOf(option)]: value })}
      />
    ));

  if (draft)
    return (
      <DraftNotice
        draft={draft}
        org={organisation.id}
        busy={busy}
        failure={failure}
        execute={() => work(execute)}
        change={() => work(takeBack)}
      />
    );
  return (
    <form className="stack process-form" onSubmit={submit}>
      <div className="field">
        <label htmlFor="process-name">Name of the process</label>
        <input id="process-name" value={name} required onChange={({ target }) => setName(target.value)} />
      </div>
      {needed.map((input) => (
        <InputField
          key={input.number}
          input={input}
          value={inputs[input.number] ?? ''}
          change={(id) => setInputs({ ...inputs, [input.number]: id })}
        />
      ))}
      {fields(plain)}
      {more.length > 0 && (
        <div>
          <Button plain aria-expanded={advanced} onClick={() => setAdvanced(!advanced)}>
            {advanced ? 'Fewer options' : counted(more.length, 'more option')}
          </Button>
        </div>
      )}
      {advanced && fields(more)}
      <ScheduleFields schedule={schedule} change={setSchedule} />
      <DispatcherFields template={template} dispatchers={dispatchers} change={setDispatchers} />
      {failure && <ErrorNotice error={failure} title="The process was not created" />}
      <div className="row">
        <Button primary type="submit" busy={busy} disabled={wrong || missing || name.trim() === ''}>
          Check and show the price
        </Button>
        {missing && <span className="small muted">Choose its data first.</span>}
      </div>
    </form>
  );
}

function InputField({
  input: { number, title, description, file_type: type },
  value,
  change,
}: {
  readonly input: Process['inputs'][number];
  readonly value: string;
  readonly change: (id: string) => void;
}): ReactNode {
  const organisation = useOrganisation();
  const data = useQuery({
    queryKey: ['data', organisation.id],
    queryFn: async ({ signal }) => (await organisation.data().toArray({ signal })).toReversed(),
  });
  const labels = dataLabels(data.data ?? []);
  return (
    <div className="field">
      <label htmlFor={`input-${number}`}>
        {title ?? `Input ${number}`} <span className="muted small">({type})</span>
      </label>
      <select id={`input-${number}`} required value={value} onChange={({ target }) => change(target.value)}>
        <option value="">Choose data …</option>
        {(data.data ?? []).map((one) => (
          <option key={one.id} value={one.id}>
            {labels.get(one.id)}
          </option>
        ))}
      </select>
      <span className="small muted">
        {description}{' '}
        <Link to="/o/$org/data" params={{ org: organisation.id }}>
          Upload or draw one
        </Link>
      </span>
    </div>
  );
}
