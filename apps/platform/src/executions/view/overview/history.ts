import type { HistoryAnswer } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { findComponent, findExecution } from '../read.ts';
import { isoText } from './state-sql.ts';

const most = 21;

/** The last runs of the same place in the chain of the same process, slice by slice. @throws CallError `not_found` */
export async function componentHistory(
  queries: Queries,
  organisationId: string,
  componentId: string,
): Promise<HistoryAnswer> {
  const component = await findComponent(queries, organisationId, componentId);
  const execution = await findExecution(queries, organisationId, component.process_execution_id);
  const components = await selectRows<HistoryAnswer['components'][number]>(
    queries,
    sql`select c.id, c.process_execution_id, c.state, ${isoText('c.started_at')} as started_at,
        ${isoText('c.ended_at')} as ended_at, c.runtime::float8 as runtime, a.peak as peak_memory_bytes, c.memory,
        c.exit_type
      from process_executions e
      join process_service_executions c on c.process_execution_id = e.id
      cross join lateral (
        select max(t.peak_memory_bytes)::float8 as peak from component_attempts t where t.component_id = c.id
      ) a
      where e.organisation_id = ${organisationId} and e.process_id = ${component.process_id}
        and e.group_index is not distinct from ${execution.group_index}::int
        and e.role = ${execution.role} and c.ssd_id = ${component.ssd_id} and c.chain_index = ${component.chain_index}
      order by e.started_at desc, e.id limit ${most}`,
  );
  return { components };
}
