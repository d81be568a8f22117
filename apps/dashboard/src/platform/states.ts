/** How something stands, as a whole. A component that is being prepared or published is one that runs. */
export type State = 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped';

export const states: readonly State[] = ['running', 'waiting', 'failed', 'succeeded', 'stopped'];

export const stateNames: Readonly<Record<State, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  stopped: 'Stopped',
};

export function asState(text: string | undefined): State {
  switch (text) {
    case 'preparing':
    case 'running':
    case 'publishing':
      return 'running';
    case 'succeeded':
    case 'failed':
    case 'stopped':
      return text;
    default:
      return 'waiting';
  }
}

export const isOpen = (state: State): boolean => state === 'waiting' || state === 'running';

/** Of what the original API tells of an execution. */
export function stateOfExecution(execution: {
  readonly progress: number;
  readonly success: boolean;
  readonly stopped: boolean;
  readonly ended_at?: string | undefined;
  readonly waiting_for?: string | undefined;
}): State {
  if (execution.ended_at === undefined && execution.progress < 100)
    return execution.waiting_for === undefined || execution.waiting_for === 'analysis'
      ? 'running'
      : 'waiting';
  if (execution.success) return 'succeeded';
  return execution.stopped ? 'stopped' : 'failed';
}

/** Of what the API tells of a component; `state` is not told by every platform. */
export function stateOfComponent(component: {
  readonly state?: string | undefined;
  readonly success?: boolean | undefined;
  readonly ended_at?: string | undefined;
}): State {
  if (component.state !== undefined) return asState(component.state);
  if (component.ended_at === undefined) return 'running';
  return component.success ? 'succeeded' : 'failed';
}
