import type { Process, ProcessExecution, ProcessExecutionStatus } from 'fusion-platform';

import { executionState } from '../../watching/index.ts';

export type RunState = 'never run' | 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped' | 'scheduled';

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
  /** What a run waits for of which nothing has begun, as the platform tells it: a code, and a sentence. */
  readonly waiting_for: string | null;
  readonly waiting_reason: string | null;
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
  const open = running.length > 0 ? await readOpenRun(process, lastRun) : undefined;
  return {
    id: process.id,
    name: process.name,
    process_status: process.process_status,
    run_type: process.run_type,
    state: open?.state ?? stateOf(process, lastRun),
    progress: open?.progress ?? (lastRun.length > 0 ? 100 : 0),
    waiting_for: open?.waitsFor?.waiting_for ?? null,
    waiting_reason: open?.waitsFor?.waiting_reason ?? null,
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
  if (lastRun.some(({ job_status }) => /stop/i.test(job_status))) return 'stopped';
  return lastRun.some(failed) ? 'failed' : 'succeeded';
}

interface OpenRun {
  readonly state: 'waiting' | 'running';
  readonly progress: number;
  /** The execution that tells what the run waits for. */
  readonly waitsFor: ProcessExecution | undefined;
}

/** Only a run that has not ended is asked for: what has ended is at 100 %. It waits where none of its executions has begun. */
async function readOpenRun(process: Process, [newest]: readonly ProcessExecutionStatus[]): Promise<OpenRun> {
  const which = newest?.group_id ? { groupId: newest.group_id } : { id: newest!.process_execution_id };
  const { all } = await process.findExecutions(which);
  const executions = await all.toArray();
  const sum = executions.reduce((total, { progress }) => total + progress, 0);
  const waits = executions.length > 0 && executions.every((one) => executionState(one) === 'waiting');
  return {
    state: waits ? 'waiting' : 'running',
    progress: executions.length > 0 ? Math.floor(sum / executions.length) : 0,
    waitsFor: waits ? executions[0] : undefined,
  };
}
