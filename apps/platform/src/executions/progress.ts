import type { ComponentState } from './states.ts';

/** How far an execution is, each component weighing the same. Below 100 until it has ended: at 100 its success is final. */
export function executionProgress(
  components: readonly { readonly state: ComponentState; readonly progress: number }[],
): number {
  if (components.length === 0) return 0;
  const sum = components.reduce((total, { state, progress }) => total + share(state, progress), 0);
  return Math.min(99, Math.floor(sum / components.length));
}

function share(state: ComponentState, progress: number): number {
  switch (state) {
    case 'waiting':
    case 'preparing':
      return 0;
    case 'running':
      return Math.max(0, Math.min(99, progress));
    case 'publishing':
      return 99;
    case 'succeeded':
    case 'failed':
    case 'stopped':
      return 100;
  }
}
