/**
 * The states of a component:
 *
 * ```
 *     ┌───────────────────────┬────────────┬── a passing fault, and tries are left
 *     │       ┌────────────┬──┼──────────┬─┼── lost, and tries are left
 *     ▼       ▼            │  │          │ │
 *  waiting ─► preparing ─► running ─► publishing ─► succeeded
 *     │ ▲         │           │           │            ▲
 *     │ │         ├───────────┼───────────┼───────► failed
 *     ├─┼─────────┴───────────┴───────────┴───────► stopped
 *     │ └─ its execution is executed again ─ failed, stopped
 *     └─ (from preparing) the outputs of an earlier component are taken over, or there is nothing to send ─► succeeded
 * ```
 *
 * - `waiting`: until its execution is admitted, for components before it in the chain, and then for a slot.
 * - `preparing`: an attempt has a number; its folder is being laid out and it is being started.
 * - `running`: the runtime has the attempt; its log, samples and progress are collected.
 * - `publishing`: it ended well; its outputs are being stored.
 * - `succeeded`, `failed`, `stopped`: ended. The latter two are left only when a user executes the execution again.
 *
 * The state lives in the component's row. Whoever holds the row's lease does one step at a time and writes its outcome in
 * one transaction; every step can be done again, so a platform may be killed between any two instructions.
 */
export type ComponentState =
  | 'waiting'
  | 'preparing'
  | 'running'
  | 'publishing'
  | 'succeeded'
  | 'failed'
  | 'stopped';

const next: Readonly<Record<ComponentState, readonly ComponentState[]>> = {
  waiting: ['preparing', 'stopped'],
  preparing: ['running', 'preparing', 'succeeded', 'failed', 'stopped'],
  running: ['publishing', 'preparing', 'waiting', 'failed', 'stopped'],
  publishing: ['succeeded', 'preparing', 'waiting', 'failed', 'stopped'],
  succeeded: [],
  failed: ['waiting'],
  stopped: ['waiting'],
};

/** States in which a component takes a slot and has a driver. */
export const activeStates = ['preparing', 'running', 'publishing'] as const;

export function hasEnded(state: ComponentState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped';
}

/** A step that the drawing does not have: a fault of the engine, never of a service. */
export class TransitionError extends Error {
  constructor(from: ComponentState, to: ComponentState) {
    super(`a component cannot turn from ${from} to ${to}`);
    this.name = 'TransitionError';
  }
}

/** @throws TransitionError */
export function checkTransition(from: ComponentState, to: ComponentState): void {
  if (!next[from].includes(to)) throw new TransitionError(from, to);
}
