import { NotFoundError } from 'fusion-platform';
import type {
  Organisation,
  ProcessExecution,
  ProcessServiceExecution,
  RunDetails,
  RunExecution,
} from 'fusion-platform';

import { runOf } from './runs-of-processes.ts';
import { stateOfComponent, stateOfExecution } from './states.ts';

export interface LoadedRun {
  readonly run: RunDetails['run'];
  readonly executions: readonly RunExecution[];
  readonly asOf: string;
  readonly gathered: boolean;
}

/** A run where the platform cannot tell of it in one answer: put together from its executions and their components. */
export async function gatherRun(
  organisation: Organisation,
  id: string,
  signal: AbortSignal,
): Promise<LoadedRun> {
  const executions = await executionsOf(organisation, id, signal);
  const process = await organisation.process(executions[0]!.process_id, { signal });
  const brief: RunExecution[] = [];
  for (const execution of executions) {
    const components = await execution.components().toArray({ signal });
    brief.push(briefOf(execution, components));
  }
  return {
    run: runOf(executions, process.name),
    executions: brief.toSorted((a, b) => (a.group_index ?? 0) - (b.group_index ?? 0)),
    asOf: '',
    gathered: true,
  };
}

/** The id is that of an execution, or of a group, of which only the processes know the members. */
async function executionsOf(
  organisation: Organisation,
  id: string,
  signal: AbortSignal,
): Promise<readonly ProcessExecution[]> {
  try {
    return [await organisation.execution(id, { signal })];
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    for (const process of (await organisation.processes().toArray({ signal })).toReversed()) {
      const { first, all } = await process.findExecutions({ groupId: id, signal });
      if (first) return await all.toArray({ signal });
    }
    throw error;
  }
}

function briefOf(execution: ProcessExecution, components: readonly ProcessServiceExecution[]): RunExecution {
  return {
    id: execution.id,
    role: execution.role ?? (execution.group_id ? 'slice' : 'whole'),
    group_index: execution.group_index ?? null,
    state: stateOfExecution(execution),
    progress: execution.progress,
    started_at: execution.started_at,
    ended_at: execution.ended_at ?? null,
    exit_type: execution.exit_type ?? null,
    abort_reason: execution.abort_reason ?? null,
    price: execution.price ?? 0,
    charged: execution.charged ?? null,
    bounds: null,
    outline: null,
    components: components.map((component, i) => ({
      id: component.id,
      name: component.name,
      chain_index: component.chain_index ?? i,
      after: i === 0 ? [] : [i - 1],
      kind: component.kind ?? 'service',
      intermediate: component.intermediate ?? false,
      state: component.state ?? stateOfComponent(component),
      progress: component.progress ?? (component.ended_at === undefined ? 0 : 100),
      started_at: component.started_at,
      ended_at: component.ended_at ?? null,
      peak_memory_bytes: peakMemory(component),
      exit_type: component.exit_type ?? null,
      abort_reason: component.abort_reason ?? null,
      attempts: 1,
      reused: component.reused_from !== undefined,
    })),
  };
}

function peakMemory({ metrics = [] }: ProcessServiceExecution): number | null {
  const used = metrics.map(
    ({ memory_total_bytes: total, memory_free_bytes: free }) => (total ?? 0) - (free ?? total ?? 0),
  );
  return used.length > 0 ? Math.max(...used) : null;
}
