import { constants } from 'node:os';

import type { Job, Observation, RuntimeReason } from '../../runtime.ts';

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

export interface EndFacts {
  readonly exitCode: number;
  /** Why the container could not be started; undefined where it was. */
  readonly startError: string | undefined;
  /** Memory ran out, as the daemon or the control group says; the page cache alone may meet the limit too. */
  readonly outOfMemory: boolean;
  readonly ending: 'cancel' | 'timeout' | 'storage' | null;
  readonly resources: Job['resources'];
  readonly usage: Observation['usage'];
}

/** Why a container ended, and with which exit code: null where it did not exit by itself. */
export function decideEnd(facts: EndFacts): {
  readonly reason: RuntimeReason;
  readonly exitCode: number | null;
} {
  const { exitCode, startError, ending, resources, usage } = facts;
  if (startError !== undefined)
    return { reason: { code: 'cannot_start', evidence: { message: startError } }, exitCode: null };
  // A daemon passes the death by a signal on as 128 and the signal's number, as a shell does.
  const signal = exitCode > 128 ? signalNames.get(exitCode - 128) : undefined;
  const own = signal === undefined ? exitCode : null;
  switch (ending) {
    case 'cancel':
      return { reason: { code: 'cancelled', evidence: {} }, exitCode: own };
    case 'timeout':
      return {
        reason: { code: 'timed_out', evidence: { limitSeconds: resources.timeoutSeconds ?? 0 } },
        exitCode: own,
      };
    case 'storage':
      return {
        reason: {
          code: 'storage_exceeded',
          evidence: { limitGb: resources.storageGb, peakBytes: usage.peakStorageBytes ?? 0 },
        },
        exitCode: own,
      };
    case null:
      break;
    default:
      return ending satisfies never;
  }
  // The kernel kills with SIGKILL. One that met its limit by the page cache and then exited by itself did not run out.
  if (facts.outOfMemory && signal === 'SIGKILL')
    return {
      reason: {
        code: 'out_of_memory',
        evidence: { limitMb: resources.memoryMb, peakBytes: usage.peakMemoryBytes },
      },
      exitCode: null,
    };
  return signal === undefined
    ? { reason: { code: 'exited', evidence: { exitCode } }, exitCode }
    : { reason: { code: 'signalled', evidence: { signal } }, exitCode: null };
}
