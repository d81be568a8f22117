import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { states } from '../platform/states.ts';
import type { State } from '../platform/states.ts';

/** How far one thing is. */
export function ProgressBar({
  percent,
  state = 'running',
  label = 'Progress',
}: {
  readonly percent: number;
  readonly state?: State;
  readonly label?: string;
}): ReactNode {
  const value = Math.max(0, Math.min(100, Math.round(percent)));
  return (
    <span
      className="bar"
      role="progressbar"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span className={state} style={{ width: `${value}%` }} />
    </span>
  );
}

/** How many things stand how. */
export function CountsBar({ counts }: { readonly counts: Readonly<Record<State, number>> }): ReactNode {
  const all = states.reduce((sum, state) => sum + counts[state], 0) || 1;
  const order: readonly State[] = ['succeeded', 'failed', 'stopped', 'running', 'waiting'];
  const told = order
    .filter((state) => counts[state] > 0)
    .map((state) => counted(counts[state], state, state));
  return (
    <span className="bar" role="img" aria-label={told.join(', ')} title={told.join(', ')}>
      {order.map((state) => (
        <span key={state} className={state} style={{ width: `${(counts[state] / all) * 100}%` }} />
      ))}
    </span>
  );
}
