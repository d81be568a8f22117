import type { ReasonCode, ReasonEvidence } from '@fusion-platform/contract';

import type { StoredReason } from '../../database/index.ts';
import type { RuntimeReason } from '../../runtimes/index.ts';

/** A reason to be written down. */
export const storedReason = <C extends ReasonCode>(
  code: C,
  evidence: ReasonEvidence<C>,
  sentence?: string,
): StoredReason => ({
  code,
  evidence: { ...(evidence as Readonly<Record<string, string | number | null>>) },
  ...(sentence === undefined ? {} : { sentence }),
});

/** What a queued attempt waits for, as its runtime says it. */
export function queueReason(runtime: string, reason: RuntimeReason | null): StoredReason {
  switch (reason?.code) {
    case 'image_pulling': {
      const { image, bytesDone, bytesTotal } = reason.evidence;
      return storedReason('image', { image, done: bytesDone, total: bytesTotal });
    }
    case 'staging':
      return storedReason('staging', { done: reason.evidence.bytesDone, total: reason.evidence.bytesTotal });
    case 'unschedulable': {
      const { message, job } = reason.evidence;
      const meaning = meaningOf(message);
      return storedReason(
        'unschedulable',
        { runtime, cluster_reason: message, job },
        meaning && `The cluster will not start its job as things are: ${meaning} (${message})`,
      );
    }
    case 'queue': {
      const { position, message, job } = reason.evidence;
      return storedReason(
        'queue',
        { runtime, behind: position, cluster_reason: message, job },
        queueSentence(position, message),
      );
    }
    default:
      return storedReason(
        'queue',
        { runtime },
        `The runtime ${runtime} has taken it and has not begun it yet`,
      );
  }
}

function queueSentence(position: number | null, message: string | null): string {
  const behind =
    position === null || position === 0
      ? ''
      : ` behind ${position} ${position === 1 ? 'other job' : 'other jobs'}`;
  const first = position === 0 ? ', as the next' : '';
  const meaning = message === null ? undefined : meaningOf(message);
  const why = message === null ? '' : `: ${meaning ?? 'the cluster says'} (${message})`;
  return `It is in the queue of the cluster${behind}${first}${why}`;
}

/** What Slurm's words for a pending job mean, of those that are met most; `man squeue`, JOB REASON CODES. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^Resources$/, 'no node has free what it asks for'],
  [/^Priority$/, 'jobs of a higher priority go first'],
  [/^Dependency/, 'it waits for another job'],
  [/^BeginTime$/, 'its time to begin has not come'],
  [/^(Licenses|BurstBuffer)/, 'something that it needs is in use'],
  [/^Reservation$/, 'its reservation has not begun'],
  [/^(Partition|Node)Down$/, 'the nodes that could run it are down'],
  [/^PartitionConfig$/, 'its partition has no node with what it asks for'],
  [/^PartitionNodeLimit$/, 'it asks for more nodes than its partition allows'],
  [/^PartitionTimeLimit$/, 'it may take longer than its partition allows'],
  [/^BadConstraints$/, 'no node has what it asks for'],
  [/^ReqNodeNotAvail/, 'the nodes that it asks for are not available'],
  [/^Invalid(Account|QOS)$/, 'the cluster does not know its account or quality of service'],
  [/^PartitionInactive$/, 'its partition starts no jobs now'],
  [/^JobHeld/, 'it is held in the cluster'],
  [/^(QOS|Assoc)/, 'a limit of the cluster for its account is reached'],
];

const meaningOf = (message: string): string | undefined =>
  meanings.find(([pattern]) => pattern.test(message))?.[1];
