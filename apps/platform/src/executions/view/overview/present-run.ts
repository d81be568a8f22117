import type { Reason, Run } from '@fusion-platform/contract';
import { and, asc, eq, inArray } from 'drizzle-orm';

import { tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import type { AttemptRow, ComponentRow } from '../../rows.ts';
import { endOfExecution, reasonsOfComponent } from '../reasons.ts';
import { executionsWaiting } from '../waiting.ts';
import type { Limits } from '../waiting.ts';
import type { RunRow } from './run-rows.ts';

/** Why a run waits or failed takes queries of its own, so a list says it of this many runs. */
const explained = 50;

/** Runs as the API shows them. */
export async function presentRuns(queries: Queries, rows: readonly RunRow[], limits: Limits): Promise<Run[]> {
  const open = rows.filter(({ state }) => state === 'waiting' || state === 'running').slice(0, explained);
  const executions = await executionsOf(
    queries,
    open.map(({ execution_id: id }) => id),
  );
  const waiting = await executionsWaiting(queries, limits, executions);
  const failures = await failuresOf(
    queries,
    rows.flatMap(({ failed_execution_id: id }) => id ?? []).slice(0, explained),
  );
  return rows.map((row) => {
    const waits = row.running === 0 ? waiting.get(row.execution_id) : undefined;
    const failing = row.failed_execution_id ? failures.get(row.failed_execution_id) : undefined;
    const reasons = [...(failing ?? []), ...(waits?.reasons ?? [])];
    return {
      ...row,
      price: Number(row.price),
      charged: row.charged === null ? null : Number(row.charged),
      ...waits,
      ...(reasons.length > 0 ? { reasons } : {}),
    };
  });
}

const { processExecutions, processServiceExecutions, componentAttempts } = tables;

async function executionsOf(
  queries: Queries,
  ids: readonly string[],
): Promise<(typeof processExecutions.$inferSelect)[]> {
  if (ids.length === 0) return [];
  return await queries
    .select()
    .from(processExecutions)
    .where(inArray(processExecutions.id, [...ids]));
}

/** Why executions failed, by id: what their first component that failed says, which has the numbers, or else they themselves. */
async function failuresOf(queries: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, Reason[]>> {
  if (ids.length === 0) return new Map();
  const executions = await executionsOf(queries, ids);
  const failed: ComponentRow[] = await queries
    .select()
    .from(processServiceExecutions)
    .where(
      and(
        inArray(processServiceExecutions.process_execution_id, [...ids]),
        eq(processServiceExecutions.state, 'failed'),
      ),
    )
    .orderBy(asc(processServiceExecutions.ended_at), asc(processServiceExecutions.chain_index));
  const first = new Map(failed.toReversed().map((component) => [component.process_execution_id, component]));
  const attempts = await attemptsOf(
    queries,
    [...first.values()].map(({ id }) => id),
  );
  return new Map(
    executions.map((execution) => {
      const own = endOfExecution(execution);
      const component = first.get(execution.id);
      // Of aggregations, and of executions that the platform gave up, the execution itself knows more.
      if (!component || own[0]?.code !== 'component_failed') return [execution.id, own] as const;
      const said = reasonsOfComponent(component, attempts.get(component.id) ?? []);
      return [execution.id, said.filter(({ kind }) => kind === 'failing')] as const;
    }),
  );
}

async function attemptsOf(
  queries: Queries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AttemptRow[]>> {
  if (ids.length === 0) return new Map();
  const rows: AttemptRow[] = await queries
    .select()
    .from(componentAttempts)
    .where(inArray(componentAttempts.component_id, [...ids]))
    .orderBy(asc(componentAttempts.number));
  return Map.groupBy(rows, (attempt) => attempt.component_id);
}
