import { sql } from 'drizzle-orm';

import { statement } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';

/**
 * Computes the progress of an execution from its components, of which each weighs the same. It never goes back, and stays
 * below 100 until the execution has ended: at 100 its success is final.
 * @param ended how many components have just ended
 */
export async function updateProgress(tx: Queries, executionId: string, ended = 0): Promise<void> {
  await countProgress(tx, { execution: executionId, ended });
}

const countProgress = statement<never, { readonly execution: string; readonly ended: number }>(
  'count_progress',
  () => sql`update process_executions e set updated_at = clock_timestamp(),
      open_components = open_components - ${sql.placeholder('ended')}::int,
      progress = case when ended_at is null then greatest(progress, (
        select least(99, floor(avg(case state when 'waiting' then 0 when 'preparing' then 0 when 'queued' then 0
          when 'running' then greatest(0, least(99, progress)) when 'publishing' then 99 else 100 end)))::int
        from process_service_executions where process_execution_id = e.id)) else progress end
    where id = ${sql.placeholder('execution')}`,
);
