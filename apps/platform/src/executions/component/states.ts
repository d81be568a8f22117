import type { ComponentState, ExecutionState } from '../../database/index.ts';

/** States in which a component takes a slot and has a driver. */
export const activeStates = ['preparing', 'queued', 'running', 'publishing'] as const;

export function hasEnded(state: ComponentState | ExecutionState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped';
}

/** Why an execution lets no further component begin; null while it does, and once it has ended. */
export function haltOf(state: ExecutionState): 'stop' | 'failure' | null {
  if (state === 'stopping') return 'stop';
  return state === 'failing' ? 'failure' : null;
}

/** A transition that the drawing does not have: a fault of the engine, never of a service. */
export class TransitionError extends Error {
  constructor(what: 'component' | 'execution' | 'attempt', from: readonly string[], to: string) {
    super(`this ${what} cannot turn to ${to}: it is not ${from.join(' or ')}`);
    this.name = 'TransitionError';
  }
}
