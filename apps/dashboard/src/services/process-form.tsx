import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Organisation, Process, ProcessOption, Service } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { counted, credits } from '../format/number.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Notice } from '../ui/notice.tsx';
import { checkOption, isShutOut } from './check-option.ts';
import { OptionField } from './option-field.tsx';
import { textOf } from './text-of.ts';

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
  const data = useQuery({
    queryKey: ['data', organisation.id],
    queryFn: async ({ signal }) => (await organisation.data().toArray({ signal })).toReversed(),
  });
  const [name, setName] = useState(service.name);
  const [inputs, setInputs] = useState<Readonly<Record<number, string>>>({});
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(template.options.map((option) => [option.name, textOf(option.value)])),
  );
  const [advanced, setAdvanced] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const [draft, setDraft] = useState<Process>();

  const shown = template.options.filter((option) => !isShutOut(option, values));
  const plain = shown.filter((option) => !option.advanced);
  const more = shown.filter((option) => option.advanced);
  const needed = template.inputs.filter(({ title }) => title !== null || template.inputs.length === 1);
  const wrong = shown.some((option) => checkOption(option, values[option.name] ?? '') !== undefined);
  const missing = needed.some(({ number }) => !inputs[number]);

  const work = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await what();
    } catch (error) {
      setFailure(error as Error);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void work(async () =>
      setDraft(await makeDraft(organisation, service, { name, inputs, values, options: shown })),
    );
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
  const fields = (options: readonly ProcessOption[]): ReactNode =>
    options.map((option) => (
      <OptionField
        key={option.name}
        option={option}
        value={values[option.name] ?? ''}
        change={(value) => setValues({ ...values, [option.name]: value })}
      />
    ));

  if (draft)
    return (
      <div className="stack">
        <Notice kind="running" title={`“${draft.name}” costs ${credits(draft.price)} credits a run`}>
          <p>
            {draft.non_aggregator_count && draft.non_aggregator_count > 1
              ? `Its region is cut into ${counted(draft.non_aggregator_count, 'slice')}.`
              : 'It runs over its region as a whole.'}{' '}
            Nothing has run yet: it is kept as a draft.
          </p>
        </Notice>
        {failure && <ErrorNotice error={failure} />}
        <div className="row">
          <Button primary busy={busy} onClick={() => void work(execute)}>
            Execute
          </Button>
          <Button
            disabled={busy}
            onClick={() =>
              void work(async () => {
                await draft.delete();
                setDraft(undefined);
              })
            }
          >
            Change it
          </Button>
        </div>
      </div>
    );
  return (
    <form className="stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor="process-name">Name of the process</label>
        <input id="process-name" value={name} required onChange={({ target }) => setName(target.value)} />
      </div>
      {needed.map(({ number, title, description, file_type: type }) => (
        <div className="field" key={number}>
          <label htmlFor={`input-${number}`}>
            {title ?? `Input ${number}`} <span className="muted small">({type})</span>
          </label>
          <select
            id={`input-${number}`}
            required
            value={inputs[number] ?? ''}
            onChange={({ target }) => setInputs({ ...inputs, [number]: target.value })}
          >
            <option value="">Choose data …</option>
            {(data.data ?? []).map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
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
      ))}
      {fields(plain)}
      {more.length > 0 && (
        <Button plain aria-expanded={advanced} onClick={() => setAdvanced(!advanced)}>
          {advanced ? 'Fewer options' : counted(more.length, 'more option')}
        </Button>
      )}
      {advanced && fields(more)}
      {failure && <ErrorNotice error={failure} title="The process was not created" />}
      <div>
        <Button primary type="submit" busy={busy} disabled={wrong || missing || name.trim() === ''}>
          Check and show the price
        </Button>
      </div>
    </form>
  );
}

async function makeDraft(
  organisation: Organisation,
  service: Service,
  chosen: {
    readonly name: string;
    readonly inputs: Readonly<Record<number, string>>;
    readonly values: Readonly<Record<string, string>>;
    readonly options: readonly ProcessOption[];
  },
): Promise<Process> {
  const process = await organisation.newProcess({ name: chosen.name.trim(), service });
  for (const [number, id] of Object.entries(chosen.inputs))
    if (id) await process.update({ inputNumber: Number(number), data: await organisation.dataItem(id) });
  for (const option of chosen.options) {
    const value = chosen.values[option.name] ?? '';
    if (value !== textOf(option.value))
      await process.update({ option, value: value === '' ? null : value, coerceValue: true });
  }
  return await process.create();
}
