import { CallError } from '@fusion-platform/contract';
import { asc, inArray, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

/**
 * Holds items that something needs until the end of the transaction: nobody deletes them before.
 * @throws CallError `conflict` where one has been deleted
 */
export async function hold(tx: Queries, dataIds: readonly string[]): Promise<void> {
  const ids = [...new Set(dataIds)];
  if (ids.length === 0) return;
  const { data } = tables;
  const held = await tx
    .select({ id: data.id })
    .from(data)
    .where(sql`${data.id} = any (${sql.param(ids)}::uuid[])`)
    .orderBy(asc(data.id))
    .for('key share');
  if (held.length === ids.length) return;
  const known = new Set(held.map(({ id }) => id));
  const lost = ids.filter((id) => !known.has(id));
  throw new CallError(
    'conflict',
    `The data ${lost.slice(0, 5).join(', ')} of an input has been deleted: choose another input`,
  );
}

/**
 * Locks items that are to be deleted, and refuses while an execution needs one of them: a component that has not ended
 * reads its inputs when it begins, and again when it is tried again.
 * @param exceptProcess of which the executions do not count: they go with it
 * @throws CallError `conflict` naming the execution
 */
export async function refuseInUse(
  tx: Queries,
  dataIds: readonly string[],
  { exceptProcess = null }: { readonly exceptProcess?: string | null } = {},
): Promise<void> {
  if (dataIds.length === 0) return;
  const { data } = tables;
  // Locked before it is asked who needs them: an execution that begins now holds them, or finds them gone.
  const locked = await tx
    .select({ id: data.id })
    .from(data)
    .where(inArray(data.id, [...dataIds]))
    .orderBy(asc(data.id))
    .for('update');
  const ids = locked.map(({ id }) => id);
  const [use] = await selectRows<{ execution: string; process: string; name: string }>(
    tx,
    sql`select e.id as execution, e.process_name as process, d.name
      from process_executions e
        join process_service_executions c on c.process_execution_id = e.id
          and c.state not in ('succeeded', 'failed', 'stopped')
        cross join lateral jsonb_array_elements(c.job_inputs) as input
        join data d on d.id = any (${sql.param(ids)}::uuid[])
          and (input ->> 'data_id' = d.id::text or input -> 'data_ids' ? d.id::text)
      where e.ended_at is null and e.process_id is distinct from ${exceptProcess}::uuid
      order by e.created_at, e.id limit 1`,
  );
  if (use)
    throw new CallError(
      'conflict',
      `"${use.name}" is an input of the execution ${use.execution} of "${use.process}", which has not ended: wait for it, or stop it first`,
    );
}
