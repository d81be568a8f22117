import type { AttemptState, Job, RuntimeReason } from '../runtime.ts';
import { positionOf } from './commands.ts';
import type { QueuedJob } from './commands.ts';

/** How a job stands as far as the cluster knows; an attempt that has written its own end is not asked about. */
export interface ClusterStanding {
  readonly state: AttemptState;
  readonly reason: RuntimeReason | null;
  readonly node: string | null;
}

/** Reasons of a pending job that will not pass by waiting. */
const neverRuns =
  /^(BadConstraints|PartitionConfig|PartitionNodeLimit|PartitionTimeLimit|ReqNodeNotAvail|InvalidAccount|InvalidQOS|JobHeldAdmin)/;

/**
 * @param job undefined where the controller does not know it (any more)
 * @param asked whether somebody asked for its end
 */
export function clusterStanding(
  job: QueuedJob | undefined,
  queue: readonly QueuedJob[],
  { resources, asked }: { readonly resources: Job['resources']; readonly asked: boolean },
): ClusterStanding {
  if (job === undefined)
    return {
      state: 'gone',
      reason: { code: 'removed', evidence: { message: 'the cluster does not know its job any more' } },
      node: null,
    };
  const { node } = job;
  const ended = (reason: RuntimeReason): ClusterStanding => ({ state: 'ended', reason, node });
  const gone = (code: 'node_lost' | 'preempted' | 'removed', message: string): ClusterStanding => ({
    state: 'gone',
    reason: code === 'removed' ? { code, evidence: { message } } : { code, evidence: { node, message } },
    node,
  });
  switch (job.state) {
    case 'PENDING':
    case 'CONFIGURING':
    case 'REQUEUED':
    case 'RESV_DEL_HOLD':
    case 'SUSPENDED':
      return { state: 'queued', reason: waitingReason(job, queue), node: null };
    case 'RUNNING':
    case 'COMPLETING':
    case 'STAGE_OUT':
    case 'SIGNALING':
    case 'STOPPED':
      return { state: 'running', reason: null, node };
    case 'OUT_OF_MEMORY':
      return ended({ code: 'out_of_memory', evidence: { limitMb: resources.memoryMb, peakBytes: null } });
    case 'TIMEOUT':
    case 'DEADLINE':
      return resources.timeoutSeconds === null
        ? gone('removed', 'the cluster ended its job: its partition has a limit of time')
        : ended({ code: 'timed_out', evidence: { limitSeconds: resources.timeoutSeconds } });
    case 'CANCELLED':
      return asked
        ? ended({ code: 'cancelled', evidence: {} })
        : gone('removed', 'its job was cancelled in the cluster');
    case 'NODE_FAIL':
      return gone('node_lost', node === null ? 'its node failed' : `node ${node} failed`);
    case 'BOOT_FAIL':
    case 'LAUNCH_FAILED':
      return gone(
        'node_lost',
        node === null ? 'its node could not start it' : `node ${node} could not start it`,
      );
    case 'PREEMPTED':
    case 'REVOKED':
      return gone('preempted', 'a job of higher priority took its place');
    case 'FAILED':
      if (neverRuns.test(job.reason))
        return ended({
          code: 'cannot_start',
          evidence: { message: `The cluster refuses it: ${job.reason}` },
        });
      return gone('node_lost', 'its agent ended without a result');
    case 'COMPLETED':
      return gone('node_lost', 'its agent ended without a result');
    default:
      return gone('node_lost', `its job is ${job.state}`);
  }
}

function waitingReason(job: QueuedJob, queue: readonly QueuedJob[]): RuntimeReason {
  const message = job.reason === 'None' || job.reason === '' ? null : job.reason;
  if (message !== null && neverRuns.test(message))
    return { code: 'unschedulable', evidence: { message, job: String(job.jobId) } };
  const evidence = { position: positionOf(job, queue), message, job: String(job.jobId) };
  return { code: 'queue', evidence };
}
