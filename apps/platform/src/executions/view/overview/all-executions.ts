import type { ListQuery, ProcessExecution } from '@fusion-platform/contract';
import { eq } from 'drizzle-orm';

import { selectPage, tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { presentExecution } from '../present.ts';
import type { Listed } from '../read.ts';
import { stoppersOf } from '../stoppers.ts';
import { executionsWaiting } from '../waiting.ts';
import type { Limits } from '../waiting.ts';

const { processExecutions: columns } = tables;

export async function listAllExecutions(
  queries: Queries,
  organisationId: string,
  query: ListQuery,
  limits: Limits,
): Promise<Listed<ProcessExecution>> {
  const { rows, last } = await selectPage(queries, columns, {
    query,
    where: eq(columns.organisation_id, organisationId),
    filterable: {
      id: columns.id,
      process_id: columns.process_id,
      group_id: columns.group_id,
      role: columns.role,
      success: columns.success,
      stopped: columns.stopped,
      started_at: columns.started_at,
      ended_at: columns.ended_at,
      exit_type: columns.exit_type,
    },
    searchable: [columns.process_name, columns.abort_reason],
  });
  const waiting = await executionsWaiting(queries, limits, rows);
  const stoppers = await stoppersOf(queries, rows);
  return {
    list: rows.map((row) => presentExecution(row, waiting.get(row.id), stoppers)),
    ...(last ? { last } : {}),
  };
}
