import type { ComponentInput, StoredReason } from '../../database/index.ts';
import type { Observation, RuntimeReason } from '../../runtimes/index.ts';
import { endReasonOf, launchReason, sentenceOf, withoutCredentials } from './end-reason.ts';
import { storedReason } from './queue-reason.ts';

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
 * - `slices_failed`: an aggregation cannot run, since some of its slices failed
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
  /** The same as data, where more is known than the row of the component tells. */
  readonly why?: StoredReason | undefined;
}

export type Decision =
  | { readonly to: 'publishing' }
  | { readonly to: 'preparing'; readonly reason: string }
  | ({ readonly to: 'waiting'; readonly delaySeconds: number; readonly memoryMb: number } & Ending)
  | ({ readonly to: 'failed' | 'stopped' } & Ending);

/** What is tried again by itself. */
export type Retried = 'lost' | 'out_of_memory' | 'transient';

/** How an attempt that runs no more stands, as its runtime says it. */
export type AttemptEnd = Pick<Observation, 'state' | 'reason' | 'exitCode'>;

export interface Facts {
  readonly attempt: AttemptEnd;
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
    readonly invalid?: string | undefined;
  };
  /** The name of the runtime. */
  readonly runtime: string;
  readonly inputs: readonly ComponentInput[];
  /** Outputs without a file, e.g. `output 1 (Elevation)`. */
  readonly missing: readonly string[];
  /** What it last wrote to its standard error, or to its log where that is empty. */
  readonly logTail: string | null;
}

export function haltEnding(halt: 'stop' | 'failure'): Ending {
  return halt === 'stop'
    ? { exitType: 'stopped', reason: 'The process was stopped' }
    : { exitType: 'cancelled', reason: 'Another component of the chain failed' };
}

/** What becomes of a component whose attempt runs no more. */
export function decide(facts: Facts): Decision {
  const { attempt, halt } = facts;
  // Even when it ended well a moment before: its execution is stopped, and its outputs are not needed.
  if (halt !== null) return { to: 'stopped', ...haltEnding(halt) };
  const lost = lostBecause(attempt);
  if (lost !== null) {
    if (facts.earlier.lost < facts.retries.lost) return { to: 'preparing', reason: lost };
    const times = facts.earlier.lost + 1;
    return {
      to: 'failed',
      exitType: 'lost',
      reason: `It was lost${times === 1 ? '' : ` ${times} times, the last time`} because ${lost}`,
    };
  }
  return tryAgain(facts, decideEnded(facts, attempt));
}

/**
 * Why an attempt is lost; null when it is not. A service does not send itself SIGKILL: the machine was short of memory, or
 * its operator ended it. Where one of its limits ended it, the runtime says so.
 */
function lostBecause({ state, reason }: AttemptEnd): string | null {
  switch (reason?.code) {
    case 'node_lost':
    case 'preempted':
    case 'removed':
      return reason.evidence.message;
    case 'signalled':
      return reason.evidence.signal === 'SIGKILL' ? 'it was killed from outside (SIGKILL)' : null;
    default:
      return state === 'gone' ? 'it is nowhere to be found' : null;
  }
}

/** What may go well another time is tried again: never what the service itself refuses. */
function tryAgain(facts: Facts, decision: Decision): Decision {
  if (decision.to !== 'failed') return decision;
  const { exitType, reason } = decision;
  if (exitType === 'out_of_memory') {
    const memoryMb = Math.min(Math.ceil(facts.resources.memoryMb * 2), facts.mostMemoryMb);
    if (facts.earlier.out_of_memory >= facts.retries.out_of_memory || memoryMb <= facts.resources.memoryMb)
      return decision;
    return { to: 'waiting', exitType, reason, delaySeconds: 0, memoryMb };
  }
  if (exitType === 'transient') {
    const tries = facts.earlier.transient;
    if (tries >= facts.retries.transient)
      return tries === 0 ? decision : { ...decision, reason: `${reason} (tried ${tries + 1} times)` };
    const delaySeconds = facts.delaySeconds * 4 ** tries;
    return { to: 'waiting', exitType, reason, delaySeconds, memoryMb: facts.resources.memoryMb };
  }
  return decision;
}

function decideEnded(facts: Facts, { reason, exitCode }: AttemptEnd): Decision {
  return (reason && decideByReason(facts, reason)) ?? decideByExit(facts, reason, exitCode);
}

/** What the runtime says of the end is all that counts; null where the service itself has ended it. */
function decideByReason(facts: Facts, reason: RuntimeReason): Decision | null {
  const { resources } = facts;
  const why = endReasonOf(reason, facts) ?? undefined;
  const failed = (exitType: ExitType, sentence: string): Decision => ({
    to: 'failed',
    exitType,
    reason: withoutCredentials(sentence),
    why,
  });
  switch (reason.code) {
    case 'out_of_memory':
      return failed('out_of_memory', `It used more than its ${resources.memoryMb} MiB of memory`);
    case 'storage_exceeded':
      return failed('storage_exceeded', `It wrote more than its ${resources.storageGb} GB of storage`);
    case 'timed_out':
      return failed('timed_out', `It took longer than the ${reason.evidence.limitSeconds} s that it may`);
    case 'cannot_start':
      return failed('platform_error', why ? sentenceOf(why) : reason.evidence.message);
    case 'image_unavailable':
      return failed(
        'platform_error',
        `Its image ${reason.evidence.image} cannot be had: ${reason.evidence.message}`,
      );
    case 'input_unavailable':
      return failed(
        'platform_error',
        `Its input ${reason.evidence.path} cannot be had: ${reason.evidence.message}`,
      );
    case 'cancelled':
      // Not asked for by the engine, so it was done on the machine.
      return failed('service_error', why ? sentenceOf(why) : 'It was ended from outside');
    case 'unschedulable':
      return failed('platform_error', `It cannot be run: ${reason.evidence.message}`);
    default:
      return null;
  }
}

function decideByExit(facts: Facts, reason: RuntimeReason | null, exitCode: number | null): Decision {
  const { outcome, missing, logTail } = facts;
  const well = outcome.success ?? exitCode === 0;
  const unread =
    outcome.invalid === undefined
      ? undefined
      : storedReason('outcome_invalid', { message: outcome.invalid, exit_code: exitCode });
  if (!well || exitCode !== 0) {
    const launch = outcome.exitType === null ? launchReason(logTail, exitCode) : null;
    const how =
      reason?.code === 'signalled'
        ? `It was ended by ${reason.evidence.signal}`
        : `It exited with ${exitCode ?? 'no code'}`;
    return {
      to: 'failed',
      exitType: outcome.exitType ?? (launch?.code === 'no_sandbox' ? 'platform_error' : 'service_error'),
      reason: outcome.abortReason ?? (launch ? sentenceOf(launch) : withTail(how, logTail, unread)),
      why:
        launch ??
        unread ??
        (outcome.exitType === null && reason?.code === 'signalled'
          ? (endReasonOf(reason, facts) ?? undefined)
          : undefined),
    };
  }
  if (missing.length > 0)
    return {
      to: 'failed',
      exitType: 'no_output',
      reason: withTail(`It ended well but wrote nothing to ${missing.join(', ')}`, null, unread),
      why: unread ?? {
        code: 'no_output',
        evidence: { outputs: missing.length, exit_code: exitCode, missing: missing.join(', ') },
      },
    };
  return { to: 'publishing' };
}

/** How it ended, what it said last, and that what it says of its end cannot be read. */
function withTail(how: string, logTail: string | null, unread: StoredReason | undefined): string {
  if (unread === undefined) return logTail ? `${how}: ${logTail}` : how;
  // The log says of outcome.json the same once more.
  const said = logTail?.split('\n').filter((line) => !line.startsWith('[platform] ')) ?? [];
  return `${how}${said.length > 0 ? `: ${said.join('\n')}` : ''}. ${sentenceOf(unread)}`;
}
