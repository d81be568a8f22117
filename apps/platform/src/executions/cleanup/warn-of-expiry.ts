import { sql } from 'drizzle-orm';

import { eachInTurn, firstTurn, selectRows } from '../../database/index.ts';
import type { Context } from '../context.ts';

const warnedAtOnce = 100;

/**
 * Warns of executions that are deleted soon: of a group once. Where the platform was not running
 * in time to warn, they stay for another day. So many in one turn.
 * @returns and @throws as `eachInTurn`
 */
export async function warnOfExpiry(
  context: Pick<Context, 'database' | 'events' | 'settings' | 'notify' | 'log'>,
  turn = firstTurn(),
): Promise<boolean> {
  const { database, settings, log } = context;
  const expiry =
    settings.warningDays > 0
      ? sql`(case when not delete_expiry_chosen and delete_expiry < platform_now() + interval '1 hour'
          then platform_now() + interval '1 day' else delete_expiry end)`
      : sql`delete_expiry`;
  const taken = await selectRows<{
    /** That of its group; of a single execution its own. */
    id: string;
    organisation_id: string;
    process_id: string;
    process_name: string;
    group_id: string | null;
    /** Of a group, its first. */
    execution_id: string;
    delete_expiry: string;
  }>(
    database.queries,
    sql`select distinct on (coalesce(group_id, id)) coalesce(group_id, id) as id, organisation_id, process_id, process_name,
        group_id, id as execution_id, to_char(${expiry} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as delete_expiry
      from process_executions
      where delete_expiry <= (${settings.warningDays}::float8 * interval '1 day') + platform_now() and ended_at is not null
        and not delete_protection and delete_warning_status = 'delete_warning_not_sent'
        and (${turn.after}::uuid is null or coalesce(group_id, id) > ${turn.after}::uuid)
      order by coalesce(group_id, id), group_index limit ${warnedAtOnce}`,
  );
  const list = { turn, taken, most: warnedAtOnce, fault: 'nobody could be warned of what expires' };
  return await eachInTurn(log, list, async ({ id: run, organisation_id: organisationId, ...warned }) => {
    await database.transaction(async (tx) => {
      await context.notify(tx, {
        organisationId,
        event: 'execution.expiring',
        once: `expiry:${run}:${warned.delete_expiry}`,
        payload: warned,
      });
      await tx.execute(
        sql`update process_executions set delete_warning_status = 'delete_warning_sent', updated_at = clock_timestamp(),
            delete_expiry = ${expiry}
          where coalesce(group_id, id) = ${run} and delete_warning_status = 'delete_warning_not_sent'`,
      );
      await context.events.publish(tx, { kind: 'execution', id: warned.execution_id });
    });
  });
}
