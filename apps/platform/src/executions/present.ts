import type {
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
} from '@fusion-platform/contract';

import { logId } from './log-id.ts';
import type { ComponentRow, ExecutionRow, LogRow } from './rows.ts';

export function presentExecution(row: ExecutionRow): ProcessExecution {
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    organisation_id: row.organisation_id,
    process_id: row.process_id,
    group_id: row.group_id,
    group_index: row.group_index,
    group_count: row.group_count,
    options: row.options,
    chains: row.chains,
    started_at: row.started_at,
    ended_at: row.ended_at,
    stopped: row.stopped,
    abort: row.abort,
    abort_reason: row.abort_reason,
    exit_type: row.exit_type,
    success: row.success,
    progress: row.progress,
    delete_expiry: row.delete_expiry,
    delete_warning_status: row.delete_warning_status,
    deletable: row.delete_protection || row.ended_at === null ? null : 'deletable',
    delete_protection: row.delete_protection,
  };
}

export type Samples = NonNullable<ProcessServiceExecution['metrics']>;

export function presentComponent(
  row: ComponentRow,
  execution: Pick<ExecutionRow, 'started_at'>,
  metrics: Samples,
): ProcessServiceExecution {
  const failed = row.state === 'failed' || row.state === 'stopped';
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    organisation_id: row.organisation_id,
    process_execution_id: row.process_execution_id,
    process_id: row.process_id,
    service_id: row.service_id,
    image_id: row.image_id,
    chain_index: row.chain_index,
    name: row.name,
    // Every component has one, so one that waits has that of its execution.
    started_at: row.started_at ?? execution.started_at,
    ended_at: row.ended_at,
    runtime: row.runtime,
    architecture: row.architecture,
    cpu: row.cpu,
    memory: row.memory,
    storage: row.storage,
    instance_type: row.instance_type,
    options: row.options,
    inputs: row.job_inputs.flatMap(({ data_id }) => data_id ?? []),
    // What it did not make is not there to be read.
    outputs: failed ? [] : row.job_outputs.map(({ data_id }) => data_id),
    intermediate: row.intermediate,
    success: row.ended_at === null ? null : row.state === 'succeeded',
    metrics,
  };
}

export function presentLog(row: LogRow): ProcessServiceExecutionLog {
  return {
    id: logId(row.component_id, row.seq),
    created_at: row.created_at,
    updated_at: row.created_at,
    process_service_execution_id: row.component_id,
    logged_at: row.logged_at,
    message: row.message,
  };
}

/** What a listed execution of a process is doing, or how it ended. */
export function jobStatus(row: ExecutionRow): 'executing' | 'success' | 'stopped' | 'failed' {
  if (row.ended_at === null) return 'executing';
  if (row.success) return 'success';
  return row.stopped ? 'stopped' : 'failed';
}
