import type { ProcessOption } from 'fusion-platform';
import { useId } from 'react';
import type { ReactNode } from 'react';

import { checkOption, rulesOf } from './check-option.ts';
import { isSecret } from './is-secret.ts';

/** A field of a form for one option, by its type. */
export function OptionField({
  option,
  value,
  change,
}: {
  readonly option: ProcessOption;
  readonly value: string;
  readonly change: (value: string) => void;
}): ReactNode {
  const id = useId();
  const wrong = checkOption(option, value);
  const label = option.title ?? option.name;
  const described = `${id}-about`;
  if (option.data_type === 'boolean')
    return (
      <div className="field">
        <label className="row">
          <input
            type="checkbox"
            checked={value === 'true'}
            aria-describedby={described}
            onChange={({ target }) => change(String(target.checked))}
          />
          {label}
        </label>
        <About id={described} option={option} wrong={undefined} />
      </div>
    );
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {!option.required && <span className="muted optional"> optional</span>}
      </label>
      {option.data_type === 'constrained' ? (
        <select
          id={id}
          value={value}
          aria-describedby={described}
          onChange={({ target }) => change(target.value)}
        >
          {!option.required && <option value="">–</option>}
          {(option.constrained_values ?? []).map((one, i) => (
            <option key={one} value={one}>
              {option.constrained_names?.[i] ?? one}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          {...kindOf(option)}
          value={value}
          aria-describedby={described}
          aria-invalid={wrong !== undefined}
          onChange={({ target }) => change(target.value)}
        />
      )}
      <About id={described} option={option} wrong={wrong} />
    </div>
  );
}

function kindOf(option: ProcessOption): Record<string, string> {
  const rules = rulesOf(option.validation);
  if (option.data_type === 'numeric' || option.data_type === 'currency')
    return {
      type: 'number',
      step: 'any',
      ...(rules.has('min') ? { min: rules.get('min')! } : {}),
      ...(rules.has('max') ? { max: rules.get('max')! } : {}),
    };
  if (option.data_type === 'datetime')
    return { type: (rules.get('format') ?? '').includes('%H') ? 'datetime-local' : 'date' };
  return isSecret(option) ? { type: 'password', autoComplete: 'off' } : { type: 'text' };
}

function About({
  id,
  option,
  wrong,
}: {
  readonly id: string;
  readonly option: ProcessOption;
  readonly wrong: string | undefined;
}): ReactNode {
  return (
    <span id={id} className={wrong ? 'wrong' : 'small muted'}>
      {wrong ?? option.description}
    </span>
  );
}
