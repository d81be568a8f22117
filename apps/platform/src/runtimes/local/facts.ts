import type { AttemptEnded, AttemptState as Found } from './attempts.ts';
import type { JobResources, Observation, RuntimeReason } from '../runtime.ts';

const unknown = { peakMemoryBytes: null, peakStorageBytes: null, cpuSeconds: null };

/** How an attempt stands, as the cut says it. */
export function factsOf(
  found: Found,
  resources: JobResources | undefined,
  node: string,
): Omit<Observation, 'attemptId' | 'logs' | 'metrics' | 'status' | 'cursor' | 'more'> {
  const nothing = { reason: null, exitCode: null, node, imageDigest: null, startedAt: null, endedAt: null };
  switch (found.state) {
    case 'running':
      return { ...nothing, state: 'running', usage: unknown };
    case 'gone':
      return {
        ...nothing,
        state: 'gone',
        reason: { code: 'node_lost', evidence: { node, message: found.reason } },
        usage: unknown,
      };
    case 'ended': {
      const { exitCode, startedAt, endedAt, peakMemoryBytes, peakStorageBytes, cpuSeconds } = found;
      return {
        ...nothing,
        state: 'ended',
        reason: reasonOf(found, resources),
        exitCode,
        startedAt,
        endedAt,
        usage: { peakMemoryBytes, peakStorageBytes, cpuSeconds },
      };
    }
  }
}

function reasonOf(ended: AttemptEnded, resources: JobResources | undefined): RuntimeReason {
  switch (ended.endedBy) {
    case 'memory':
      return {
        code: 'out_of_memory',
        evidence: { limitMb: resources?.memoryMb ?? 0, peakBytes: ended.peakMemoryBytes },
      };
    case 'storage':
      return {
        code: 'storage_exceeded',
        evidence: { limitGb: resources?.storageGb ?? 0, peakBytes: ended.peakStorageBytes },
      };
    case 'timeout':
      return { code: 'timed_out', evidence: { limitSeconds: resources?.timeoutSeconds ?? 0 } };
    case 'stop':
      return { code: 'cancelled', evidence: {} };
    case 'launch-failure':
      return { code: 'cannot_start', evidence: { message: 'its command could not be launched' } };
    case 'itself':
      return ended.signal === null
        ? { code: 'exited', evidence: { exitCode: ended.exitCode ?? 0 } }
        : { code: 'signalled', evidence: { signal: ended.signal } };
  }
}

/** How far the records of an attempt are read: bytes of its log and of its samples. */
export interface Position {
  readonly logs: number;
  readonly metrics: number;
}

export const toCursor = ({ logs, metrics }: Position): string => `${logs}:${metrics}`;

export function fromCursor(cursor: string | null): Position {
  const [logs = 0, metrics = 0] = (cursor ?? '').split(':').map(Number);
  if (!Number.isSafeInteger(logs) || !Number.isSafeInteger(metrics) || logs < 0 || metrics < 0)
    throw new Error(`${JSON.stringify(cursor)} is no cursor of this runtime`);
  return { logs, metrics };
}
