import type { Process, ProcessExecutionStatus } from 'fusion-platform';

export type RunState = 'never run' | 'running' | 'succeeded' | 'failed' | 'stopped' | 'scheduled';

/** A process in a line. Its keys are those of `list --json`. */
export interface ProcessSummary {
  readonly id: string;
  readonly name: string;
  readonly process_status: string;
  readonly run_type: string;
  /** How its last run stands. */
  readonly state: RunState;
  /** Of its last run, in per cent. */
  readonly progress: number;
  /** How many executions it has had, over all runs. */
  readonly executions: number;
  readonly groups: number;
  /** How many executions its last run has; more than one for a sliced region. */
  readonly last_run_executions: number;
  readonly last_run_failed: number;
  readonly last_execution_id: string | null;
  readonly last_started_at: string | null;
  readonly last_ended_at: string | null;
  readonly next_run_at: string | null;
  readonly price: number | null;
}

export async function summarise(process: Process): Promise<ProcessSummary> {
  const statuses = process.executionStatuses;
  const lastRun = executionsOfLastRun(statuses);
  const running = lastRun.filter(({ ended_at }) => !ended_at);
  const [newest] = lastRun;
  return {
    id: process.id,
    name: process.name,
    process_status: process.process_status,
    run_type: process.run_type,
    state: stateOf(process, lastRun),
    progress: await progressOf(process, lastRun, running.length),
    executions: statuses.length,
    groups: new Set(statuses.map(({ group_id }) => group_id).filter(Boolean)).size,
    last_run_executions: lastRun.length,
    last_run_failed: lastRun.filter(failed).length,
    last_execution_id: newest?.process_execution_id ?? null,
    last_started_at: newest?.started_at ?? null,
    last_ended_at: running.length > 0 ? null : (newest?.ended_at ?? null),
    next_run_at: process.process_status === 'execute' ? process.repeat_start : null,
    price: process.price ?? null,
  };
}

/** The newest execution and, when it is one of a group, all others of that group. */
export function executionsOfLastRun(
  statuses: readonly ProcessExecutionStatus[],
): readonly ProcessExecutionStatus[] {
  const [newest] = statuses;
  if (!newest?.group_id) return newest ? [newest] : [];
  return statuses.filter(({ group_id }) => group_id === newest.group_id);
}

const failed = ({ ended_at, job_status }: ProcessExecutionStatus): boolean =>
  Boolean(ended_at) && job_status !== 'success';

function stateOf(process: Process, lastRun: readonly ProcessExecutionStatus[]): RunState {
  if (lastRun.length === 0) return process.process_status === 'execute' ? 'scheduled' : 'never run';
  if (lastRun.some(({ ended_at }) => !ended_at)) return 'running';
  if (lastRun.some(({ job_status }) => /stop/i.test(job_status))) return 'stopped';
  return lastRun.some(failed) ? 'failed' : 'succeeded';
}

/** Only what runs is asked for its progress: what has ended is at 100. */
async function progressOf(
  process: Process,
  lastRun: readonly ProcessExecutionStatus[],
  running: number,
): Promise<number> {
  if (lastRun.length === 0) return 0;
  if (running === 0) return 100;
  const [newest] = lastRun;
  const which = newest?.group_id ? { groupId: newest.group_id } : { id: newest!.process_execution_id };
  const { all } = await process.findExecutions(which);
  const executions = await all.toArray();
  if (executions.length === 0) return 0;
  return Math.floor(executions.reduce((sum, { progress }) => sum + progress, 0) / executions.length);
}
