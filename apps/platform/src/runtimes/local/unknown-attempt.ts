import type { Observation } from '../runtime.ts';

/** What is to be said of an attempt that a runtime never accepted, or has forgotten. */
export function unknownAttempt(attemptId: string, cursor: string): Observation {
  return {
    attemptId,
    state: 'gone',
    reason: { code: 'removed', evidence: { message: 'there is no record of it' } },
    exitCode: null,
    node: null,
    imageDigest: null,
    startedAt: null,
    endedAt: null,
    usage: { peakMemoryBytes: null, peakStorageBytes: null, cpuSeconds: null },
    logs: [],
    metrics: [],
    status: null,
    cursor,
    more: false,
  };
}
