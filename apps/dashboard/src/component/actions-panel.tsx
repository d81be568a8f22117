import { useMutation } from '@tanstack/react-query';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode, SubmitEvent } from 'react';

import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Panel } from '../ui/panel.tsx';
import './component.css';

type Action = NonNullable<ProcessServiceExecution['actions']>[number];

/** The calls that can be made with its results, each as a form with its answer. */
export function ActionsPanel({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  if ((component.actions?.length ?? 0) === 0) return null;
  return (
    <Panel title="Actions">
      <div className="stack">
        {component.actions!.map((action) => (
          <ActionForm key={action.name} action={action} component={component} />
        ))}
      </div>
    </Panel>
  );
}

/** A value that the user gives: it is neither fixed, nor worked out, nor an output, nor fetched. */
const isAsked = (value: Action['values'][number]): boolean =>
  !value.constant && !value.expression && !value.ssd_id && !value.url;

function ActionForm({
  action,
  component,
}: {
  readonly action: Action;
  readonly component: ProcessServiceExecution;
}): ReactNode {
  const asked = action.values.filter(isAsked);
  const work = useMutation({
    mutationFn: async (values: Record<string, string>) => await component.runAction(action.name, values),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const entries = [...new FormData(event.currentTarget)].filter(([, value]) => value !== '');
    work.mutate(Object.fromEntries(entries) as Record<string, string>);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h3>{action.title ?? action.name}</h3>
      {action.description && <p className="muted">{action.description}</p>}
      <div className="row">
        {asked.map((value) => (
          <div key={value.name} className="field">
            <label htmlFor={`${action.name}-${value.name}`}>{value.title ?? value.name}</label>
            <input
              id={`${action.name}-${value.name}`}
              name={value.name}
              defaultValue={value.default ?? ''}
              required={value.required && !value.default}
              inputMode={value.data_type === 'numeric' ? 'decimal' : undefined}
            />
          </div>
        ))}
        <Button type="submit" busy={work.isPending}>
          Run
        </Button>
      </div>
      {work.error && <ErrorNotice error={work.error} />}
      {work.data && (
        <pre className="snippet" aria-label="Answer">
          {`${work.data.status} ${work.data.content_type ?? ''}\n${
            typeof work.data.body === 'string' ? work.data.body : JSON.stringify(work.data.body, null, 2)
          }`}
        </pre>
      )}
    </form>
  );
}
