import { sql } from 'drizzle-orm';

import { statement } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { workRows } from '../rows.ts';
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
  const [found] = await (lock ? lockedWork : work)(queries, { component: componentId, node: nodeId });
  if (!found) throw new LeaseLostError(componentId);
  return {
    execution: workRows.execution.decode(found.execution),
    component: workRows.component.decode(found.component),
    attempt: workRows.attempt.decode(found.attempt),
  };
}

type Held = Readonly<Record<'execution' | 'component' | 'attempt', readonly unknown[]>>;

const selectWork =
  () => sql`select ${workRows.execution.sql} as execution, ${workRows.component.sql} as component,
    ${workRows.attempt.sql} as attempt
  from process_executions
    join process_service_executions on process_service_executions.process_execution_id = process_executions.id
    join component_attempts on component_attempts.component_id = process_service_executions.id
      and component_attempts.number = (
        select max(number) from component_attempts where component_id = process_service_executions.id)
  where process_service_executions.id = ${sql.placeholder('component')}
    and process_service_executions.lease_owner = ${sql.placeholder('node')}`;

type Asked = Readonly<Record<'component' | 'node', string>>;
const work = statement<Held, Asked>('work', selectWork);
const lockedWork = statement<Held, Asked>(
  'locked_work',
  () => sql`${selectWork()} for update of process_executions, process_service_executions`,
);
