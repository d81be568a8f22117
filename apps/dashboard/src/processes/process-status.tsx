import type { Process } from 'fusion-platform';
import type { ReactNode } from 'react';

import { StateBadge } from '../ui/state-badge.tsx';

/** How a process stands, in a word. One that does nothing has no state: it is neither well nor ill. */
export function ProcessStatus({
  process: { process_status: status, run_type: type },
}: {
  readonly process: Pick<Process, 'process_status' | 'run_type'>;
}): ReactNode {
  switch (status) {
    case 'draft':
      return <StateBadge state="waiting">Draft</StateBadge>;
    case 'execute':
      return <StateBadge state="running">{type === 'run_schedule' ? 'On schedule' : 'Executing'}</StateBadge>;
    default:
      return <span className="muted">At rest</span>;
  }
}
