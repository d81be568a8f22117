import type {
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionAttempt,
  ProcessServiceExecutionLog,
  Reason,
} from '@fusion-platform/contract';

import { withoutSecrets } from '../../processes/index.ts';
import { logId } from '../records/index.ts';
import type { AttemptRow, ExecutionRow, LogRow, ShownComponent, ShownExecution } from '../rows.ts';
import { endOfExecution } from './reasons.ts';
import type { Stoppers } from './stoppers.ts';
import type { Waiting } from './waiting.ts';

export function presentExecution(
  row: ShownExecution,
  waiting: Waiting | undefined,
  stoppers: Stoppers,
): ProcessExecution {
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    organisation_id: row.organisation_id,
    process_id: row.process_id,
    group_id: row.group_id,
    group_index: row.group_index,
    group_count: row.group_count,
    // Rows of earlier versions hold them.
    options: withoutSecrets(row.options ?? []),
    chains:
      row.chains?.map((link) => ({ ...link, options: link.options && withoutSecrets(link.options) })) ?? null,
    started_at: row.started_at,
    ended_at: row.ended_at,
    stopped: row.state === 'stopped',
    abort: row.state === 'failed' || row.state === 'stopped',
    abort_reason: row.abort_reason,
    exit_type: row.exit_type,
    success: row.state === 'succeeded',
    progress: row.progress,
    delete_expiry: row.delete_expiry,
    delete_warning_status: row.delete_warning_status,
    deletable: row.delete_protection || row.ended_at === null ? null : 'deletable',
    delete_protection: row.delete_protection,
    requested_by: row.requested_by,
    role: row.role,
    price: Number(row.price),
    charged: row.charged === null ? null : Number(row.charged),
    ...waiting,
    reasons: orNull(waiting?.reasons ?? endOfExecution(row, stoppers)),
  };
}

const orNull = (reasons: Reason[]): Reason[] | null => (reasons.length > 0 ? reasons : null);

export type Samples = NonNullable<ProcessServiceExecution['metrics']>;

export function presentComponent(
  row: ShownComponent,
  execution: Pick<ExecutionRow, 'started_at'>,
  metrics: Samples,
  more: {
    readonly actions?: ProcessServiceExecution['actions'];
    readonly waiting?: Waiting | undefined;
    readonly reasons?: readonly Reason[] | undefined;
  } = {},
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
    // The API always has one, so a component that waits has that of its execution.
    started_at: row.started_at ?? execution.started_at,
    ended_at: row.ended_at,
    runtime: row.runtime,
    architecture: row.architecture,
    cpu: row.cpu,
    memory: row.memory,
    storage: row.storage,
    instance_type: null,
    options: withoutSecrets(row.options),
    actions: more.actions ?? null,
    inputs: row.job_inputs.flatMap(({ data_id, data_ids }) => data_ids ?? data_id ?? []),
    // What it did not make is not there to be read.
    outputs: failed ? [] : row.job_outputs.map(({ data_id }) => data_id),
    intermediate: row.intermediate,
    success: row.ended_at === null ? null : row.state === 'succeeded',
    metrics,
    ssd_id: row.ssd_id,
    kind: row.kind,
    state: row.state === 'queued' ? 'waiting' : row.state,
    progress: row.progress,
    exit_type: row.exit_type,
    abort_reason: row.abort_reason,
    price: Number(row.price),
    charged: row.charged === null ? null : Number(row.charged),
    reused_from: row.reused_from,
    reuse_note: row.reuse_note,
    dispatched: row.dispatched,
    ...more.waiting,
    reasons: orNull([...(more.waiting?.reasons ?? []), ...(more.reasons ?? [])]),
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
    attempt: row.attempt,
  };
}

export function presentAttempt(row: AttemptRow, metrics: Samples): ProcessServiceExecutionAttempt {
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    process_service_execution_id: row.component_id,
    number: row.number,
    state: row.state,
    started_at: row.started_at,
    ended_at: row.ended_at,
    memory: row.memory,
    exit_code: row.exit_code,
    signal: row.signal,
    exit_type: row.exit_type,
    reason: row.reason,
    peak_memory: row.peak_memory_bytes,
    peak_storage: row.peak_storage_bytes,
    cpu_seconds: row.cpu_seconds,
    metrics,
  };
}

/** What a listed execution of a process is doing, or how it ended. */
export function jobStatus({
  state,
}: Pick<ExecutionRow, 'state'>): 'executing' | 'success' | 'stopped' | 'failed' {
  switch (state) {
    case 'succeeded':
      return 'success';
    case 'failed':
    case 'stopped':
      return state;
    case 'unpaid':
    case 'waiting':
    case 'running':
    case 'stopping':
    case 'failing':
      return 'executing';
  }
}
