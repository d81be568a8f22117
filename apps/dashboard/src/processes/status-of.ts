import type { Process } from 'fusion-platform';

import type { State } from '../platform/states.ts';

/** How a process stands, in a word, and as what it is drawn. */
export function statusOf({
  process_status: status,
  run_type: type,
}: Pick<Process, 'process_status' | 'run_type'>): {
  readonly state: State;
  readonly name: string;
} {
  switch (status) {
    case 'draft':
      return { state: 'waiting', name: 'Draft' };
    case 'execute':
      return { state: 'running', name: type === 'run_schedule' ? 'On schedule' : 'Executing' };
    default:
      return { state: 'stopped', name: 'At rest' };
  }
}
