import { CallError, ModelError } from '@fusion-platform/contract';
import type {
  ListQuery,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
  Scalar,
} from '@fusion-platform/contract';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';

import { selectPage, selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { jobStatus, presentComponent, presentExecution, presentLog } from './present.ts';
import type { Samples } from './present.ts';
import type { ComponentRow, ExecutionRow } from './rows.ts';

/** A page of a list call. */
export interface Listed<T> {
  readonly list: T[];
  readonly last?: Readonly<Record<string, Scalar>>;
}

const { processExecutions, processServiceExecutions, componentLogs, componentMetrics } = tables;

export async function listExecutions(
  queries: Queries,
  organisationId: string,
  processId: string,
  query: ListQuery,
): Promise<Listed<ProcessExecution>> {
  const { rows, last } = await selectPage(queries, processExecutions, {
    query,
    where: and(
      eq(processExecutions.organisation_id, organisationId),
      eq(processExecutions.process_id, processId),
    ),
    filterable: { id: processExecutions.id, group_id: processExecutions.group_id },
  });
  return { list: rows.map(presentExecution), ...(last ? { last } : {}) };
}

/** @throws CallError `not_found` */
export async function findExecution(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<ExecutionRow> {
  const [row] = await queries
    .select()
    .from(processExecutions)
    .where(and(eq(processExecutions.id, id), eq(processExecutions.organisation_id, organisationId)));
  if (!row) throw new CallError('not_found', `There is no execution ${id} in this organisation`);
  return row;
}

/** @throws CallError `not_found` */
export async function findComponent(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<ComponentRow> {
  const [row] = await queries
    .select()
    .from(processServiceExecutions)
    .where(
      and(eq(processServiceExecutions.id, id), eq(processServiceExecutions.organisation_id, organisationId)),
    );
  if (!row) throw new CallError('not_found', `There is no component ${id} in this organisation`);
  return row;
}

export async function listComponents(
  queries: Queries,
  organisationId: string,
  executionId: string,
  query: ListQuery,
): Promise<Listed<ProcessServiceExecution>> {
  const execution = await findExecution(queries, organisationId, executionId);
  const { rows, last } = await selectPage(queries, processServiceExecutions, {
    query,
    where: eq(processServiceExecutions.process_execution_id, executionId),
    order: [processServiceExecutions.chain_index],
  });
  return { list: await withMetrics(queries, execution, rows), ...(last ? { last } : {}) };
}

/** All components of an execution, in chain order. */
export async function componentsOf(
  queries: Queries,
  execution: ExecutionRow,
): Promise<ProcessServiceExecution[]> {
  const rows = await queries
    .select()
    .from(processServiceExecutions)
    .where(eq(processServiceExecutions.process_execution_id, execution.id))
    .orderBy(asc(processServiceExecutions.chain_index));
  return await withMetrics(queries, execution, rows);
}

export async function getComponent(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<ProcessServiceExecution> {
  const row = await findComponent(queries, organisationId, id);
  const execution = await findExecution(queries, organisationId, row.process_execution_id);
  const [component] = await withMetrics(queries, execution, [row]);
  return component!;
}

async function withMetrics(
  queries: Queries,
  execution: ExecutionRow,
  rows: readonly ComponentRow[],
): Promise<ProcessServiceExecution[]> {
  if (rows.length === 0) return [];
  const samples = await queries
    .select()
    .from(componentMetrics)
    .where(
      inArray(
        componentMetrics.component_id,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(componentMetrics.seq));
  const of = new Map<string, Samples>();
  for (const { component_id: id, sample } of samples) {
    const list = of.get(id);
    if (list) list.push(sample);
    else of.set(id, [sample]);
  }
  return rows.map((row) => presentComponent(row, execution, of.get(row.id) ?? []));
}

/** The records of a component's log in the order in which they were written. */
export async function listLogs(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: ListQuery,
): Promise<Listed<ProcessServiceExecutionLog>> {
  await findComponent(queries, organisationId, componentId);
  const { rows, last } = await selectPage(queries, componentLogs, {
    query,
    where: eq(componentLogs.component_id, componentId),
    filterable: { logged_at: componentLogs.logged_at },
    order: [componentLogs.seq],
  });
  return { list: rows.map(presentLog), ...(last ? { last } : {}) };
}

/** A user sets when an execution and the others of its group are deleted. @throws ModelError for a time that is over */
export async function changeDeleteExpiry(
  queries: Queries,
  organisationId: string,
  executionId: string,
  deleteExpiry: string,
): Promise<void> {
  const execution = await findExecution(queries, organisationId, executionId);
  const [moment] = await selectRows<{ over: boolean; same: boolean }>(
    queries,
    sql`select ${deleteExpiry}::timestamptz <= clock_timestamp() as over,
      ${deleteExpiry}::timestamptz = ${execution.delete_expiry}::timestamptz as same`,
  );
  if (moment?.same) return;
  if (moment?.over) {
    throw new ModelError('ProcessExecution', [
      {
        path: 'delete_expiry',
        message: `${deleteExpiry} is over: give a time to come, or delete the execution`,
      },
    ]);
  }
  await queries
    .update(processExecutions)
    .set({ delete_expiry: deleteExpiry, delete_expiry_chosen: true })
    .where(
      execution.group_id === null
        ? eq(processExecutions.id, executionId)
        : and(
            eq(processExecutions.organisation_id, organisationId),
            eq(processExecutions.group_id, execution.group_id),
          ),
    );
}

export type ListedExecution = NonNullable<Process['executions']>[number];

/** The hidden lists of executions that processes carry, oldest first. */
export async function executionsOf(
  queries: Queries,
  processIds: readonly string[],
): Promise<Map<string, ListedExecution[]>> {
  const of = new Map<string, ListedExecution[]>(processIds.map((id) => [id, []]));
  if (processIds.length === 0) return of;
  const rows = await queries
    .select()
    .from(processExecutions)
    .where(inArray(processExecutions.process_id, [...processIds]))
    .orderBy(asc(processExecutions.started_at), asc(processExecutions.id));
  for (const row of rows) {
    of.get(row.process_id)?.push({
      process_execution_id: row.id,
      group_id: row.group_id,
      group_index: row.group_index,
      group_count: row.group_count,
      job_status: jobStatus(row),
      abort_reason: row.abort_reason,
      exit_type: row.exit_type,
      started_at: row.started_at,
      ended_at: row.ended_at,
      delete_warning_status: row.delete_warning_status,
      delete_expiry: row.delete_expiry,
      notified: null,
    });
  }
  return of;
}
