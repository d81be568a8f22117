import type { Job } from '../runtime.ts';

export interface SubmissionSetting {
  /** Absolute, and the same on all nodes. */
  readonly folder: string;
  readonly script: string;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  /** Further arguments that the operator has set: `--qos=low`. */
  readonly extraArguments: readonly string[];
}

const namePrefix = 'fusion-';

/** The name by which an attempt is found in the queue. */
export const jobName = (attemptId: string): string => `${namePrefix}${attemptId}`;

/** @returns undefined for a job that is not of a platform */
export function attemptOfName(name: string): string | undefined {
  const id = name.slice(namePrefix.length);
  return name.startsWith(namePrefix) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    ? id
    : undefined;
}

/**
 * Arguments of `sbatch`. Nothing of the platform's environment goes along, and a job whose node is lost is not run again
 * by the cluster: that is for the engine to decide, with a new attempt.
 */
export function sbatchArguments(job: Job, setting: SubmissionSetting): string[] {
  const { cpu, gpu, memoryMb, timeoutSeconds } = job.resources;
  return [
    '--parsable',
    '--no-requeue',
    '--export=NIL',
    `--job-name=${jobName(job.attemptId)}`,
    `--chdir=${setting.folder}`,
    `--output=${setting.folder}/agent.log`,
    '--open-mode=append',
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${Math.max(1, Math.ceil(cpu))}`,
    `--mem=${Math.ceil(memoryMb) + agentMegabytes}M`,
    ...(gpu > 0 ? [`--gpus=${Math.ceil(gpu)}`] : []),
    // The agent ends it in time and says so; the cluster's own limit is for an agent that does not.
    ...(timeoutSeconds === null ? [] : [`--time=${Math.ceil((timeoutSeconds + 60) / 60)}`]),
    ...(setting.partition === undefined ? [] : [`--partition=${setting.partition}`]),
    ...(setting.account === undefined ? [] : [`--account=${setting.account}`]),
    ...setting.extraArguments,
    setting.script,
  ];
}

/** What the process on the node that starts the service takes beside it: measured, 70 MB. */
export const agentMegabytes = 128;

/** One line a job: also those that have ended, as long as the controller remembers them (`MinJobAge`). */
export const squeueArguments = ['--noheader', '--states=all', '--format=%i|%j|%T|%r|%N|%Q'];

export interface QueuedJob {
  readonly jobId: number;
  readonly name: string;
  /** PENDING, RUNNING, COMPLETED, OUT_OF_MEMORY, NODE_FAIL … */
  readonly state: string;
  /** Why it waits, or ended as it did: Resources, Priority, NonZeroExitCode … */
  readonly reason: string;
  readonly node: string | null;
  readonly priority: number;
}

/** Lines of array tasks and of other formats are passed over. */
export function parseQueue(text: string): QueuedJob[] {
  return text.split('\n').flatMap((line) => {
    const [id = '', name = '', state = '', reason = '', node = '', priority = ''] = line.split('|');
    return /^\d+$/.test(id)
      ? [{ jobId: Number(id), name, state, reason, node: node || null, priority: Number(priority) || 0 }]
      : [];
  });
}

/** How many jobs stand before one that waits: those of a higher priority, and older ones of the same. */
export function positionOf(job: QueuedJob, queue: readonly QueuedJob[]): number {
  return queue.filter(
    (other) =>
      other.state === 'PENDING' &&
      (other.priority > job.priority || (other.priority === job.priority && other.jobId < job.jobId)),
  ).length;
}
