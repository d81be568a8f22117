import type { StacProcessing } from '@fusion-platform/geo';
import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

/** The run of a service that made an item. */
export interface Maker {
  readonly name: string;
  readonly version: number;
  readonly executionId: string;
}

/** How the files of an item came about, for their STAC items: nothing for those that were uploaded. */
export async function processingOf(queries: Queries, dataId: string): Promise<StacProcessing> {
  const output = JSON.stringify([{ data_id: dataId }]);
  const [maker] = await selectRows<Maker & Record<string, unknown>>(
    queries,
    sql`select s.name, s.version, d.execution_id as "executionId"
        from data d
        join process_service_executions c
          on c.process_execution_id = d.execution_id and c.job_outputs @> ${output}::jsonb
        join services s on s.id = c.service_id
        where d.id = ${dataId} limit 1`,
  );
  return maker ? processingBy(maker) : {};
}

export function processingBy({ name, version, executionId }: Maker): StacProcessing {
  return {
    software: { [name]: String(version) },
    lineage: `Made by version ${version} of the service "${name}" in the execution ${executionId}`,
  };
}
