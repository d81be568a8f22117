import { and, eq, sql } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { workColumns } from '../rows.ts';
import type { AttemptRow, EngineComponent, EngineExecution } from '../rows.ts';
import { LeaseLostError } from './lease.ts';

/** A component with its execution and attempt, as a step of the driver reads it. */
export interface Work {
  readonly execution: EngineExecution;
  readonly component: EngineComponent;
  /** The latest one. */
  readonly attempt: AttemptRow;
  /** Whether this process has begun the attempt itself. */
  readonly justBegun?: boolean;
}

/**
 * Reads a component with its execution and latest attempt, and in a transaction keeps both rows for it. Rows are always
 * locked in this order, execution first, so that no two transactions wait for each other.
 * @throws LeaseLostError when it is another node's, or no longer there
 */
export async function readWork(
  queries: Queries,
  { nodeId }: Pick<Context, 'nodeId'>,
  componentId: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<Work> {
  const { processExecutions, processServiceExecutions, componentAttempts } = tables;
  const query = queries
    .select(workColumns)
    .from(processExecutions)
    .innerJoin(
      processServiceExecutions,
      eq(processServiceExecutions.process_execution_id, processExecutions.id),
    )
    .innerJoin(
      componentAttempts,
      and(
        eq(componentAttempts.component_id, processServiceExecutions.id),
        sql`${componentAttempts.number} = (select max(number) from component_attempts where component_id = ${componentId})`,
      ),
    )
    .where(
      and(eq(processServiceExecutions.id, componentId), eq(processServiceExecutions.lease_owner, nodeId)),
    );
  const [found] = await (lock
    ? query.for('update', { of: [processExecutions, processServiceExecutions] })
    : query);
  if (!found) throw new LeaseLostError(componentId);
  return found;
}
