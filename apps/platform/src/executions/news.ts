import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import type { ExecutionRow } from './rows.ts';

/** Tells of the end of a run: of a group once, when the last of it has ended. */
export async function tellOfEnd(tx: Queries, context: Context, execution: ExecutionRow): Promise<void> {
  let { success, abort_reason: reason, exit_type: exitType } = execution;
  if (execution.group_id !== null) {
    const [group] = await selectRows<{ open: number; failed: number; count: number; reason: string | null }>(
      tx,
      sql`select count(*) filter (where ended_at is null)::int as open, count(*)::int as count,
        count(*) filter (where ended_at is not null and not success)::int as failed,
        min(abort_reason) filter (where not success) as reason
        from process_executions where group_id = ${execution.group_id}`,
    );
    if (!group || group.open > 0) return;
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

/**
 * Warns of executions that are deleted soon: of a group once. Where nobody was there to warn in time, the platform being
 * down, they stay for another day.
 */
export async function warnOfExpiry(context: Context): Promise<void> {
  const { database, settings } = context;
  const expiry =
    settings.warningDays > 0
      ? sql`(case when not delete_expiry_chosen and delete_expiry < platform_now() + interval '1 hour'
          then platform_now() + interval '1 day' else delete_expiry end)`
      : sql`delete_expiry`;
  const due = await selectRows<{
    run: string;
    organisation_id: string;
    process_id: string;
    process_name: string;
    group_id: string | null;
    id: string;
    delete_expiry: string;
  }>(
    database.queries,
    sql`select distinct on (coalesce(group_id, id)) coalesce(group_id, id) as run, organisation_id, process_id, process_name,
        group_id, id, to_char(${expiry} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as delete_expiry
      from process_executions
      where delete_expiry <= (${settings.warningDays}::float8 * interval '1 day') + platform_now() and ended_at is not null
        and not delete_protection and delete_warning_status = 'delete_warning_not_sent'
      order by coalesce(group_id, id), group_index limit 100`,
  );
  for (const warned of due) {
    await database.transaction(async (tx) => {
      await context.notify(tx, {
        organisationId: warned.organisation_id,
        event: 'execution.expiring',
        once: `expiry:${warned.run}:${warned.delete_expiry}`,
        payload: {
          process_id: warned.process_id,
          process_name: warned.process_name,
          execution_id: warned.id,
          group_id: warned.group_id,
          delete_expiry: warned.delete_expiry,
        },
      });
      await tx.execute(
        sql`update process_executions set delete_warning_status = 'delete_warning_sent', updated_at = clock_timestamp(),
            delete_expiry = ${expiry}
          where coalesce(group_id, id) = ${warned.run} and delete_warning_status = 'delete_warning_not_sent'`,
      );
      await context.events.tell(tx, { kind: 'execution', id: warned.id });
    });
  }
}
