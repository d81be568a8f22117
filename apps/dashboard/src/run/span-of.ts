import type { RunExecution } from 'fusion-platform';

/**
 * When an execution was at work: from the start of its first component to its end. All executions of a group start with it,
 * however long they wait for their turn.
 */
export function spanOf({ components, started_at: made, ended_at: to }: RunExecution): {
  readonly from: string | undefined;
  readonly to: string | null;
} {
  const begun = components.flatMap(({ started_at: at, state }) => (at && state !== 'waiting' ? [at] : []));
  return { from: begun.toSorted()[0] ?? (components.length === 0 ? made : undefined), to };
}
