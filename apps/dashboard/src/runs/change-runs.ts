import type { Organisation, ProcessExecution, Run } from 'fusion-platform';

import { asState, isOpen, stateOfExecution } from '../platform/states.ts';

export type RunChange = 'stop' | 'retry' | 'delete';

/** The executions of a run. */
export async function executionsOfRun(
  organisation: Organisation,
  run: Run,
): Promise<readonly ProcessExecution[]> {
  if (!run.group_id) return [await organisation.execution(run.execution_id)];
  const process = await organisation.process(run.process_id);
  const { all } = await process.findExecutions({ groupId: run.group_id });
  return await all.toArray();
}

/**
 * Does the same with several runs, one after the other: what one of them refuses does not keep the others from it.
 * @throws Error that tells of all that were refused
 */
export async function changeRuns(
  organisation: Organisation,
  runs: readonly Run[],
  change: RunChange,
): Promise<void> {
  const refused: string[] = [];
  for (const run of runs) {
    try {
      await changeRun(organisation, run, change);
    } catch (error) {
      refused.push(`${run.process_name}: ${(error as Error).message}`);
    }
  }
  if (refused.length > 0) throw new Error(refused.join('\n'));
}

export async function changeRun(organisation: Organisation, run: Run, change: RunChange): Promise<void> {
  const state = asState(run.state);
  switch (change) {
    case 'stop':
      if (isOpen(state)) await (await organisation.process(run.process_id)).stop();
      return;
    case 'retry':
      if (isOpen(state) || state === 'succeeded') return;
      for (const execution of await executionsOfRun(organisation, run)) {
        // What puts slices together follows by itself.
        const again = stateOfExecution(execution) === 'failed' || stateOfExecution(execution) === 'stopped';
        if (again && (execution.role !== 'aggregator' || execution.exit_type !== 'slices_failed'))
          await execution.retry();
      }
      return;
    case 'delete':
      if (isOpen(state)) return;
      for (const execution of await executionsOfRun(organisation, run)) await execution.delete();
  }
}
