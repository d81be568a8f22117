import { buildReason } from '@fusion-platform/contract/reasons';
import type { Reason } from '@fusion-platform/contract';

import type { ComponentRow } from '../rows.ts';

type Tried = Pick<ComponentRow, 'state' | 'fault' | 'faults' | 'retry_at'>;

/** Why the platform tries a step of a component again in a while; null where it does not. */
export function faultReason({ state, fault, faults, retry_at }: Tried): Reason | null {
  const what = steps[state];
  // What a step that went well has left is over: only a change of the state clears it.
  if (what === undefined || fault === null || retry_at === null || Date.parse(retry_at) <= Date.now())
    return null;
  return buildReason(
    'retry',
    { retry_at, faults, why: fault },
    `The platform could not ${what}: ${fault}. It is tried again at ${retry_at}`,
  );
}

/** Whether a component that is tried again goes on meanwhile: its command runs, or its job is in the queue of a cluster. */
export const goesOn = ({ state }: Tried): boolean => state === 'running' || state === 'queued';

const steps: Partial<Record<ComponentRow['state'], string>> = {
  preparing: 'start it',
  queued: 'follow it',
  running: 'follow it',
  publishing: 'store what it made',
};
