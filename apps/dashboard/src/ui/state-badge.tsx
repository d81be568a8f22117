import type { ReactNode } from 'react';

import { stateNames } from '../platform/states.ts';
import type { State } from '../platform/states.ts';
import { StateIcon } from './state-icon.tsx';

/** A state by shape, colour and word. */
export function StateBadge({
  state,
  children,
}: {
  readonly state: State;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <span className={`state ${state}`}>
      <StateIcon state={state} />
      <span>{children ?? stateNames[state]}</span>
    </span>
  );
}
