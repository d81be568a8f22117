import type { Process } from 'fusion-platform';
import { useRef } from 'react';
import type { ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { keyOf, textsOf } from './draft.ts';
import type { AddedDispatcher } from './draft.ts';
import { OptionField } from './option-field.tsx';

/** What sends the outputs somewhere, in order, each with its settings. */
export function DispatcherFields({
  template,
  dispatchers,
  change,
}: {
  readonly template: Process;
  readonly dispatchers: readonly AddedDispatcher[];
  readonly change: (next: readonly AddedDispatcher[]) => void;
}): ReactNode {
  const count = useRef(0);
  const available = template.availableDispatchers;
  if (available.length === 0) return null;
  const add = (number: number): void => {
    const found = available.find((one) => one.number === number);
    if (!found) return;
    count.current += 1;
    const { name, options } = found;
    change([...dispatchers, { id: count.current, name, options, values: textsOf(options) }]);
  };
  return (
    <fieldset className="group">
      <legend>Where its outputs are sent</legend>
      {dispatchers.map((dispatcher, i) => (
        <div key={dispatcher.id} className="stack dispatcher">
          <div className="row">
            <strong>
              {i + 1}. {dispatcher.name}
            </strong>
            <span className="spacer" />
            <Button small onClick={() => change(dispatchers.filter((one) => one !== dispatcher))}>
              Remove
            </Button>
          </div>
          {dispatcher.options.map((option) => (
            <OptionField
              key={keyOf(option)}
              option={option}
              value={dispatcher.values[keyOf(option)] ?? ''}
              change={(value) =>
                change(
                  dispatchers.map((one) =>
                    one === dispatcher ? { ...one, values: { ...one.values, [keyOf(option)]: value } } : one,
                  ),
                )
              }
            />
          ))}
        </div>
      ))}
      <div className="row">
        {dispatchers.length === 0 && <span className="muted">Nowhere: they stay on the platform.</span>}
        {available.map(({ number, name, documentation_summary: summary }) => (
          <Button key={number} small title={summary ?? undefined} onClick={() => add(number)}>
            Add {name}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
