import { useSyncExternalStore } from 'react';

export type ConnectionState = 'good' | 'lost' | 'ended';

let state: ConnectionState = 'good';
const listeners = new Set<() => void>();

function turn(next: ConnectionState): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Whether the platform answers, as the last question showed. */
export const connection = {
  lost: () => turn('lost'),
  found: () => state === 'lost' && turn('good'),
  ended: () => turn('ended'),
};

export function useConnection(): ConnectionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
