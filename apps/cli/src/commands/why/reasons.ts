import type { ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import { componentState, evidenceOf, executionState, hasEnded, nextMoveOf } from '../../watching/index.ts';
import type { ToldReason } from '../../watching/index.ts';

/** Why something is as it is: the keys are those of `why --json`. */
export interface Reason {
  readonly of: 'execution' | 'component' | 'attempt';
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** What kind of reason: what it waits for, or the kind of its end. */
  readonly code: string;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Whose move is next, and what it is. */
  readonly next_move?: string;
  /** The next command to type. */
  readonly next: string | null;
  /** As the platform tells it, where it tells reasons as data. */
  readonly told?: ToldReason;
}

/** As `why --json` prints it. */
export const reasonJson = (reason: Reason): object => ({ ...reason, told: undefined });

export function executionReasons(execution: ProcessExecution): Reason[] {
  const state = executionState(execution);
  const { id, waiting_for, waiting_reason, exit_type, abort_reason } = execution;
  const base = { of: 'execution', id, name: `execution ${id}`, state } as const;
  const told = execution.reasons ?? [];
  if (told.length > 0) return told.map((one) => fromTold(base, one, nextOf(state, one.code, id)));
  if (!hasEnded(state) && waiting_for)
    return [reasonOf(base, waiting_for, waiting_reason, nextOf(state, waiting_for, id))];
  if (state === 'succeeded') return [];
  if (hasEnded(state))
    return [reasonOf(base, exit_type ?? state, abort_reason, nextOf(state, exit_type, id))];
  return [];
}

export async function componentReasons(component: ProcessServiceExecution): Promise<Reason[]> {
  const state = componentState(component);
  const { id, name, waiting_for, waiting_reason, exit_type, abort_reason, reuse_note } = component;
  const base = { of: 'component', id, name, state } as const;
  const nextFor = (code: string | undefined): string | null =>
    nextOf(state, code, id, component.process_execution_id);
  const told = component.reasons ?? [];
  const reasons: Reason[] = told.length > 0 ? told.map((one) => fromTold(base, one, nextFor(one.code))) : [];
  if (told.length === 0) {
    if (state === 'waiting' && waiting_for)
      reasons.push(reasonOf(base, waiting_for, waiting_reason, nextFor(waiting_for)));
    if (['failed', 'stopped', 'warning'].includes(state))
      reasons.push(reasonOf(base, exit_type ?? state, abort_reason, nextFor(exit_type)));
  }
  if (reuse_note && !told.some(({ kind }) => kind === 'not_reused'))
    reasons.push({ ...base, code: 'reuse', sentence: reuse_note, evidence: {}, next: null });
  reasons.push(...(await attemptReasons(component)));
  return reasons;
}

/** Attempts before the last tell why there was another. */
async function attemptReasons(component: ProcessServiceExecution): Promise<Reason[]> {
  const attempts = await component
    .attempts()
    .toArray()
    .catch(() => []);
  return attempts
    .filter(({ reason, exit_type }) => reason || exit_type)
    .map((attempt) => ({
      of: 'attempt' as const,
      id: attempt.id,
      name: `${component.name}, attempt ${attempt.number}`,
      state: attempt.state,
      code: attempt.exit_type ?? 'failed',
      sentence: attempt.reason ?? attempt.exit_type ?? '',
      evidence: withoutEmpty({
        exit_code: attempt.exit_code,
        signal: attempt.signal,
        memory_mb: attempt.memory,
        peak_memory_bytes: attempt.peak_memory,
        peak_storage_bytes: attempt.peak_storage,
        cpu_seconds: attempt.cpu_seconds,
        started_at: attempt.started_at,
        ended_at: attempt.ended_at,
      }),
      next: null,
    }));
}

type Base = Pick<Reason, 'of' | 'id' | 'name' | 'state'>;

const reasonOf = (base: Base, code: string, sentence: string | undefined, next: string | null): Reason => ({
  ...base,
  code,
  sentence: sentence ?? 'the platform gives no reason',
  evidence: {},
  next,
});

/** As platforms tell a reason that have it as data. */
const fromTold = (base: Base, told: ToldReason, next: string | null): Reason => ({
  ...base,
  code: told.code,
  sentence: told.sentence,
  evidence: evidenceOf(told),
  next_move: nextMoveOf(told),
  next,
  told,
});

const withoutEmpty = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

/** The next command for a kind of reason. What is executed again is an execution, also where a component is why. */
function nextOf(state: string, code: string | undefined, id: string, executionId = id): string | null {
  if (code === 'credits' || code === 'insufficient_credits') return 'fusion-platform credits';
  if (code === 'no_sandbox') return 'fusion-platform doctor';
  if (code === 'node' || code === 'node_silent') return 'fusion-platform admin nodes';
  if (code === 'lost' || code === 'transient') return `fusion-platform retry ${executionId}`;
  // The other component of the chain is the one to look at.
  if (code === 'cancelled') return `fusion-platform why ${executionId}`;
  if (state === 'failed') return `fusion-platform logs ${id} --failed`;
  if (state === 'stopped') return `fusion-platform retry ${executionId}`;
  if (state === 'waiting' || state === 'running') return `fusion-platform watch ${id}`;
  return null;
}
