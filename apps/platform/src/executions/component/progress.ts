import { sql } from 'drizzle-orm';

import type { Queries } from '../../database/index.ts';

/**
 * Computes the progress of an execution from its components, of which each weighs the same. It never goes back, and stays
 * below 100 until the execution has ended: at 100 its success is final.
 * @param ended how many components have just ended
 */
export async function updateProgress(tx: Queries, executionId: string, ended = 0): Promise<void> {
  await tx.execute(
    sql`update process_executions set updated_at = clock_timestamp(), open_components = open_components - ${ended}::int,
        progress = case when ended_at is null then greatest(progress, (
          select least(99, floor(avg(case state when 'waiting' then 0 when 'preparing' then 0 when 'queued' then 0
            when 'running' then greatest(0, least(99, progress)) when 'publishing' then 99 else 100 end)))::int
          from process_service_executions where process_execution_id = ${executionId})) else progress end
      where id = ${executionId}`,
  );
}
