import type { ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

/** How an execution or a component stands, in a word. */
export type State =
  | 'waiting'
  | 'preparing'
  | 'running'
  | 'publishing'
  | 'succeeded'
  | 'warning'
  | 'failed'
  | 'stopped';

export function executionState(execution: ProcessExecution): State {
  const { progress, success, stopped, abort_reason: reason, waiting_for: waiting } = execution;
  if (progress >= 100) {
    if (success) return reason ? 'warning' : 'succeeded';
    return stopped ? 'stopped' : 'failed';
  }
  return waiting && progress === 0 ? 'waiting' : 'running';
}

const own = new Set<string>([
  'waiting',
  'preparing',
  'running',
  'publishing',
  'succeeded',
  'failed',
  'stopped',
]);

/** A platform that has no `state` tells it by times and success alone. */
export function componentState(component: ProcessServiceExecution): State {
  const { state, ended_at: ended, started_at: started, success, abort_reason: reason } = component;
  if (state !== undefined && own.has(state))
    return state === 'succeeded' && reason ? 'warning' : (state as State);
  if (ended !== undefined) return success ? 'succeeded' : 'failed';
  return started === undefined ? 'waiting' : 'running';
}

export const hasEnded = (state: State): boolean =>
  ['succeeded', 'warning', 'failed', 'stopped'].includes(state);

export const marks: Readonly<Record<State, string>> = {
  waiting: '·',
  preparing: '○',
  running: '▶',
  publishing: '▲',
  succeeded: '✔',
  warning: '!',
  failed: '✖',
  stopped: '■',
};
