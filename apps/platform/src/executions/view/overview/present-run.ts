import type { Run } from '@fusion-platform/contract';
import { inArray } from 'drizzle-orm';

import { tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { executionsWaiting } from '../waiting.ts';
import type { Limits } from '../waiting.ts';
import type { RunRow } from './run-rows.ts';

/** Why something waits takes questions of its own: it is told of this many runs of a list. */
const explained = 50;

/** Runs as the API shows them. */
export async function presentRuns(queries: Queries, rows: readonly RunRow[], limits: Limits): Promise<Run[]> {
  const open = rows.filter(({ state }) => state === 'waiting' || state === 'running').slice(0, explained);
  const { processExecutions } = tables;
  const executions =
    open.length === 0
      ? []
      : await queries
          .select()
          .from(processExecutions)
          .where(
            inArray(
              processExecutions.id,
              open.map(({ execution_id: id }) => id),
            ),
          );
  const waiting = await executionsWaiting(queries, limits, executions);
  return rows.map((row) => ({
    ...row,
    price: Number(row.price),
    charged: row.charged === null ? null : Number(row.charged),
    ...(row.running === 0 ? waiting.get(row.execution_id) : undefined),
  }));
}
