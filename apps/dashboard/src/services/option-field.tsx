import type { ProcessOption } from 'fusion-platform';
import { isSecret, readValidation } from 'fusion-platform/option-faults';
import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode } from 'react';

import { faultOf } from './check-option.ts';
import { hasTime } from './field-value.ts';

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
  const wrong = faultOf(option, value);
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
        <About id={described} option={option} wrong={wrong} />
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
          {(!option.required || value === '') && <option value="">–</option>}
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

function kindOf(option: ProcessOption): InputHTMLAttributes<HTMLInputElement> {
  if (option.data_type === 'numeric' || option.data_type === 'currency') {
    const { min, max } = readValidation(option.validation ?? null);
    return { type: 'number', step: 'any', min, max };
  }
  if (option.data_type === 'datetime') return { type: hasTime(option) ? 'datetime-local' : 'date' };
  return isSecret(option.name) ? { type: 'password', autoComplete: 'off' } : { type: 'text' };
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
