import { useId } from 'react';
import type { ReactNode } from 'react';

import { checkSchedule, gapUnits } from './schedule.ts';
import type { GapUnit, Schedule } from './schedule.ts';

/** When a process runs: once, as it is executed, or by a schedule. */
export function ScheduleFields({
  schedule,
  change,
}: {
  readonly schedule: Schedule;
  readonly change: (next: Schedule) => void;
}): ReactNode {
  const id = useId();
  const wrong = checkSchedule(schedule);
  const put = (next: Partial<Schedule>): void => change({ ...schedule, ...next });
  const field = (name: 'start' | 'end' | 'count', label: string, type: string, about: string): ReactNode => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <input
        id={`${id}-${name}`}
        type={type}
        value={schedule[name]}
        aria-invalid={wrong[name] !== undefined}
        aria-describedby={`${id}-${name}-about`}
        {...(type === 'number' ? { min: 1, step: 1 } : {})}
        onChange={({ target }) => put({ [name]: target.value })}
      />
      <span id={`${id}-${name}-about`} className={wrong[name] ? 'wrong' : 'small muted'}>
        {wrong[name] ?? about}
      </span>
    </div>
  );
  return (
    <fieldset className="group">
      <legend>When it runs</legend>
      <div className="row">
        {[false, true].map((repeats) => (
          <label key={String(repeats)} className="row">
            <input
              type="radio"
              name={id}
              checked={schedule.repeats === repeats}
              onChange={() => put({ repeats })}
            />
            {repeats ? 'By a schedule' : 'Once, when it is executed'}
          </label>
        ))}
      </div>
      {schedule.repeats && (
        <div className="fields">
          {field('start', 'First run', 'datetime-local', 'Your time; empty for at once')}
          <div className="field">
            <label htmlFor={`${id}-every`}>Then every</label>
            <div className="row nowrap">
              <input
                id={`${id}-every`}
                type="number"
                min={1}
                step={1}
                value={schedule.every}
                aria-invalid={wrong.every !== undefined}
                onChange={({ target }) => put({ every: target.value })}
              />
              <select
                className="input"
                aria-label="Unit of the gap"
                value={schedule.unit}
                onChange={({ target }) => put({ unit: target.value as GapUnit })}
              >
                {gapUnits.map((unit) => (
                  <option key={unit}>{unit}</option>
                ))}
              </select>
            </div>
            <span className="wrong">{wrong.every}</span>
          </div>
          {field('count', 'Runs', 'number', 'How many at most')}
          {field('end', 'No run after', 'datetime-local', 'Empty: their number alone ends it')}
        </div>
      )}
    </fieldset>
  );
}
