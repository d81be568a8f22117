import type { Process } from 'fusion-platform';

import { overall } from './lines.ts';
import type { Seen } from './observe.ts';
import { componentState, executionState } from './state.ts';

/** How a run stands, as `watch --json` prints it. */
export function seenAsJson(process: Process, seen: readonly Seen[]): object {
  return {
    process: { id: process.id, name: process.name },
    progress: overall(seen),
    executions: seen.map(({ execution, components }) => ({
      id: execution.id,
      group_index: execution.group_index ?? null,
      group_count: execution.group_count ?? null,
      state: executionState(execution),
      progress: execution.progress,
      started_at: execution.started_at,
      ended_at: execution.ended_at ?? null,
      waiting_for: execution.waiting_for ?? null,
      waiting_reason: execution.waiting_reason ?? null,
      abort_reason: execution.abort_reason ?? null,
      exit_type: execution.exit_type ?? null,
      reasons: execution.reasons ?? null,
      charged: execution.charged ?? null,
      components: components.map((component) => ({
        id: component.id,
        name: component.name,
        state: componentState(component),
        progress: component.progress ?? null,
        runtime: component.runtime ?? null,
        waiting_reason: component.waiting_reason ?? null,
        abort_reason: component.abort_reason ?? null,
        reasons: component.reasons ?? null,
      })),
    })),
  };
}
