import type { RunExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { Elapsed } from '../ui/elapsed.tsx';

/** How long a component has run; nothing for one that has not begun. */
export function TimeTaken({
  component,
}: {
  readonly component: RunExecution['components'][number];
}): ReactNode {
  const { started_at: from, ended_at: to, state } = component;
  if (!from || state === 'waiting') return null;
  return <Elapsed from={from} to={to} />;
}
