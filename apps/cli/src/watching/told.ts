import type { ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import { oneLine } from '../output/index.ts';
import { evidenceText } from './evidence-text.ts';
import type { Seen } from './observe.ts';
import { componentState, executionState, hasEnded } from './state.ts';
import type { State } from './state.ts';

/** A reason as platforms tell it that have it as data. */
export type ToldReason = NonNullable<ProcessExecution['reasons']>[number];

const withoutUnit = new Set(['id', 'text', 'time', 'count', 'code']);

/** The evidence by its names, each with its unit where it has one. */
export const evidenceOf = ({ evidence }: ToldReason): Readonly<Record<string, string>> =>
  Object.fromEntries(
    evidence.map(({ name, value, unit }) => [name, withoutUnit.has(unit) ? value : `${value} ${unit}`]),
  );

export const nextMoveOf = ({ next_whose: whose, next_move: move }: ToldReason): string => `${whose}: ${move}`;

const whoseNames: Readonly<Record<string, string>> = {
  user: 'What you can do:',
  operator: 'Whoever runs the platform:',
  // Its moves are told, not asked for: "begins it when a slot is free".
  platform: 'The platform',
};

/** Who acts next, and what they do, as people read it: in the words of the dashboard. */
export function nextMoveText({ next_whose: whose, next_move: move }: ToldReason): string {
  return `${whoseNames[whose] ?? `${whose}:`} ${lowerFirst(move)}`;
}

const lowerFirst = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;

/** The reason for which something stands as it does; undefined where the platform tells none as data. */
export function mainReason(
  { reasons }: Pick<ProcessServiceExecution, 'reasons'>,
  state: State,
): ToldReason | undefined {
  const told = reasons ?? [];
  if (!hasEnded(state)) return told.find(({ kind }) => kind === 'waiting');
  return told.findLast(({ kind }) => kind === 'failing' || kind === 'stopped');
}

/** The evidence, the next move and the next command, as one line. */
export function detailOf(reason: ToldReason, id: string): string {
  const evidence = Object.entries(evidenceOf(reason)).map(([name, value]) => evidenceText(name, value));
  return oneLine(
    [evidence.join(', '), lowerFirst(nextMoveText(reason)), `fusion-platform why ${id}`]
      .filter(Boolean)
      .join('; '),
  );
}

/** The same of an execution: of its first component that failed, which has the numbers, or of its own reason. */
export function detailOfExecution({ execution, components }: Seen): string | undefined {
  const state = executionState(execution);
  const failed = components.find((component) => componentState(component) === 'failed');
  const subject = state === 'failed' && failed ? failed : execution;
  const reason = mainReason(subject, state);
  return reason && detailOf(reason, subject.id);
}
