import type { AttemptEnded, AttemptGone } from '../runtimes/index.ts';

/**
 * Why a component or an execution ended other than well, as `exit_type` says it. A service may give an `exit_type` of
 * its own in outcome.json.
 *
 * - `service_error`: the service exited with another code than 0, by a signal, or said itself that it failed
 * - `no_output`: the service ended well without writing one of its outputs
 * - `out_of_memory`, `timed_out`, `storage_exceeded`: it went over what it may use
 * - `stopped`: a user stopped it
 * - `cancelled`: another component failed, so this one had to end (components only)
 * - `transient`: it met a fault that may pass, as it said itself, as often as it was tried
 * - `slices_failed`: what puts slices together cannot, since some of them failed
 * - `lost`: the machine or its supervisor went down under it, as often as it was tried
 * - `platform_error`: the platform could not run it or store what it made
 */
export type ExitType =
  | 'service_error'
  | 'no_output'
  | 'out_of_memory'
  | 'timed_out'
  | 'storage_exceeded'
  | 'stopped'
  | 'cancelled'
  | 'transient'
  | 'slices_failed'
  | 'lost'
  | 'platform_error';

export interface Ending {
  readonly exitType: string;
  readonly reason: string;
}

export type Verdict =
  | { readonly to: 'publishing' }
  | { readonly to: 'preparing'; readonly reason: string }
  | ({ readonly to: 'waiting'; readonly delaySeconds: number; readonly memoryMb: number } & Ending)
  | ({ readonly to: 'failed' | 'stopped' } & Ending);

/** What is tried again by itself. */
export type Retried = 'lost' | 'out_of_memory' | 'transient';

export interface Facts {
  readonly attempt: AttemptEnded | AttemptGone;
  /** How many attempts ended so before this one, by reason, since the component was begun. */
  readonly earlier: Readonly<Record<Retried, number>>;
  /** How often each may be tried again. */
  readonly retries: Readonly<Record<Retried, number>>;
  /** The most memory that a component can be given. */
  readonly mostMemoryMb: number;
  /** The first delay after a passing fault; each further one is four times as long. */
  readonly delaySeconds: number;
  readonly halt: 'stop' | 'failure' | null;
  readonly resources: { readonly memoryMb: number; readonly storageGb: number };
  readonly outcome: {
    readonly success: boolean | null;
    readonly exitType: string | null;
    readonly abortReason: string | null;
  };
  /** Outputs without a file, e.g. `output 1 (Elevation)`. */
  readonly missing: readonly string[];
  /** What it last wrote to its standard error, or to its log where that is empty. */
  readonly lastWords: string | null;
}

export function haltEnding(halt: 'stop' | 'failure'): Ending {
  return halt === 'stop'
    ? { exitType: 'stopped', reason: 'The process was stopped' }
    : { exitType: 'cancelled', reason: 'Another component of the chain failed' };
}

/** What becomes of a component whose attempt runs no more. */
export function judge(facts: Facts): Verdict {
  const { attempt, halt } = facts;
  // Even when it ended well a moment before: its execution is stopped, so nobody waits for its outputs.
  if (halt !== null) return { to: 'stopped', ...haltEnding(halt) };
  if (attempt.state === 'gone' || wasKilled(attempt)) {
    const lost = attempt.state === 'gone' ? attempt.reason : 'it was killed from outside (SIGKILL)';
    if (facts.earlier.lost < facts.retries.lost) return { to: 'preparing', reason: lost };
    return {
      to: 'failed',
      exitType: 'lost',
      reason: `Lost ${facts.earlier.lost + 1} times, the last time because ${lost}`,
    };
  }
  return tryAgain(facts, judgeEnded(facts, attempt));
}

/**
 * Whether the machine ended it, which makes it lost: it was short of memory, or whoever runs it did. A service does not send
 * itself SIGKILL, and where one of its limits did, that is known.
 */
const wasKilled = (attempt: AttemptEnded): boolean =>
  attempt.signal === 'SIGKILL' && attempt.endedBy === 'itself' && !attempt.outOfMemory;

/** What may go well another time is tried again: never what the service itself refuses. */
function tryAgain(facts: Facts, verdict: Verdict): Verdict {
  if (verdict.to !== 'failed') return verdict;
  const { exitType, reason } = verdict;
  if (exitType === 'out_of_memory') {
    const memoryMb = Math.min(Math.ceil(facts.resources.memoryMb * 2), facts.mostMemoryMb);
    if (facts.earlier.out_of_memory >= facts.retries.out_of_memory || memoryMb <= facts.resources.memoryMb)
      return verdict;
    return { to: 'waiting', exitType, reason, delaySeconds: 0, memoryMb };
  }
  if (exitType === 'transient') {
    const tries = facts.earlier.transient;
    if (tries >= facts.retries.transient)
      return tries === 0 ? verdict : { ...verdict, reason: `${reason} (tried ${tries + 1} times)` };
    const delaySeconds = facts.delaySeconds * 4 ** tries;
    return { to: 'waiting', exitType, reason, delaySeconds, memoryMb: facts.resources.memoryMb };
  }
  return verdict;
}

function judgeEnded(facts: Facts, attempt: AttemptEnded): Verdict {
  const { outcome, resources } = facts;
  const failed = (exitType: ExitType, reason: string): Verdict => ({ to: 'failed', exitType, reason });
  switch (attempt.endedBy) {
    case 'memory':
      return failed('out_of_memory', `It used more than its ${resources.memoryMb} MB of memory`);
    case 'storage':
      return failed('storage_exceeded', `It wrote more than its ${resources.storageGb} GB of storage`);
    case 'timeout':
      return failed('timed_out', 'It took longer than it may');
    case 'launch-failure':
      return failed(
        'platform_error',
        `It could not be launched${facts.lastWords ? `: ${facts.lastWords}` : ''}`,
      );
    case 'stop':
      // Nobody asked for it on behalf of the execution, so somebody did on the machine.
      return failed('service_error', 'It was ended from outside');
    case 'itself':
      break;
  }
  const own = outcome.exitType ?? null;
  if (attempt.outOfMemory && attempt.exitCode !== 0) {
    return failed('out_of_memory', `It ran out of its ${resources.memoryMb} MB of memory`);
  }
  const well = outcome.success ?? attempt.exitCode === 0;
  if (!well || attempt.exitCode !== 0) {
    const how = attempt.signal
      ? `It was ended by ${attempt.signal}`
      : `It exited with ${attempt.exitCode ?? 'no code'}`;
    return {
      to: 'failed',
      exitType: own ?? 'service_error',
      reason: outcome.abortReason ?? (facts.lastWords ? `${how}: ${facts.lastWords}` : how),
    };
  }
  if (facts.missing.length > 0) {
    return failed('no_output', `It ended well but wrote nothing to ${facts.missing.join(', ')}`);
  }
  return { to: 'publishing' };
}
