import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import type { ExecutionRow } from '../rows.ts';

/** Tells of the end of a run: of a group once, when the last of it has ended. */
export async function tellOfEnd(
  tx: Queries,
  context: Pick<Context, 'notify'>,
  execution: ExecutionRow,
): Promise<void> {
  let { success, abort_reason: reason, exit_type: exitType } = execution;
  if (execution.group_id !== null) {
    // Asked at each end: to count a thousand of them each time took a tenth of what they took themselves.
    const [group] = await selectRows<{ failed: number; count: number; reason: string | null }>(
      tx,
      sql`select count(*)::int as count, count(*) filter (where not success)::int as failed,
        min(abort_reason) filter (where not success) as reason
        from process_executions where group_id = ${execution.group_id} and not exists (
          select from process_executions where group_id = ${execution.group_id} and ended_at is null)`,
    );
    if (!group || group.count === 0) return;
    success = group.failed === 0;
    if (!success) {
      reason = `${group.failed} of ${group.count} executions of the group failed; one of them: ${group.reason ?? ''}`;
      exitType = 'failed';
    }
  }
  if (execution.stopped) return;
  const run = execution.group_id ?? execution.id;
  await context.notify(tx, {
    organisationId: execution.organisation_id,
    event: success ? 'execution.ended' : 'execution.failed',
    // Executed again, it ends again.
    once: `end:${run}:${execution.ended_at}`,
    payload: {
      process_id: execution.process_id,
      process_name: execution.process_name,
      execution_id: execution.id,
      group_id: execution.group_id,
      success,
      exit_type: exitType,
      reason,
      started_at: execution.started_at,
      ended_at: execution.ended_at,
    },
  });
  await tx.execute(
    execution.group_id === null
      ? sql`update process_executions set notified = true where id = ${execution.id}`
      : sql`update process_executions set notified = true where group_id = ${execution.group_id}`,
  );
}
