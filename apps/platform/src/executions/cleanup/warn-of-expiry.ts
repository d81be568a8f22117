import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Context } from '../context.ts';

/**
 * Warns of executions that are deleted soon: of a group once. Where the platform was not running
 * in time to warn, they stay for another day.
 */
export async function warnOfExpiry(
  context: Pick<Context, 'database' | 'events' | 'settings' | 'notify'>,
): Promise<void> {
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
      await context.events.publish(tx, { kind: 'execution', id: warned.id });
    });
  }
}
