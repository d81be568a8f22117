import { CallError } from '@fusion-platform/contract';
import type {
  ListQuery,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionAttempt,
  ProcessServiceExecutionLog,
  Scalar,
} from '@fusion-platform/contract';
import { and, asc, eq, getTableColumns, inArray } from 'drizzle-orm';

import { selectPage, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ProcessValue } from '../../processes/index.ts';
import { jobStatus, presentAttempt, presentComponent, presentExecution, presentLog } from './present.ts';
import { shownColumns } from '../rows.ts';
import type { AttemptRow, ComponentRow, ExecutionRow, ShownComponent, ShownExecution } from '../rows.ts';
import { reasonsOfComponent } from './reasons.ts';
import { faultReason, goesOn } from './platform-fault.ts';
import { silentNodes } from './silent-nodes.ts';
import { stoppersOf } from './stoppers.ts';
import { finderOf } from './find.ts';
import type { SampleReader } from './sample-reader.ts';
import { componentRow, executionRow } from './statements.ts';
import type { ComponentFound, ExecutionInPart } from './statements.ts';
import { componentWaiting, executionsWaiting, faultWait } from './waiting.ts';
import type { Limits } from './waiting.ts';

/** What is needed to describe components besides their rows. */
export interface Reading {
  readonly limits: Limits;
  /** For how long a node holds a component unless it renews its lease. */
  readonly leaseSeconds: number;
  /** The calls that can be made with the results of a component that succeeded. */
  readonly actionsOf: (component: ShownComponent) => Promise<ProcessServiceExecution['actions']>;
}

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
  limits: Limits,
): Promise<Listed<ProcessExecution>> {
  const { rows, last } = await selectPage(queries, processExecutions, {
    query,
    where: and(
      eq(processExecutions.organisation_id, organisationId),
      eq(processExecutions.process_id, processId),
    ),
    row: shownColumns.execution,
    filterable: { id: processExecutions.id, group_id: processExecutions.group_id },
  });
  const waiting = await executionsWaiting(queries, limits, rows);
  const stoppers = await stoppersOf(queries, rows);
  return {
    list: rows.map((row) => presentExecution(row, waiting.get(row.id), stoppers)),
    ...(last ? { last } : {}),
  };
}

/** @throws CallError `not_found` */
export async function findExecution(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<ExecutionRow> {
  const row = await executionRow(queries, organisationId, id);
  if (!row) throw noExecution(id);
  return row;
}

const noExecution = (id: string): CallError =>
  new CallError('not_found', `There is no execution ${id} in this organisation`);

/** An execution as the API shows it. @throws CallError `not_found` */
export async function getExecution(
  queries: Queries,
  organisationId: string,
  id: string,
  limits: Limits,
): Promise<ProcessExecution> {
  const row = await finderOf(queries).execution({ organisation: organisationId, id });
  if (!row) throw noExecution(id);
  return await describeExecution(queries, row, limits);
}

export async function describeExecution(
  queries: Queries,
  row: ShownExecution,
  limits: Limits,
): Promise<ProcessExecution> {
  const waiting = await executionsWaiting(queries, limits, [row]);
  return presentExecution(row, waiting.get(row.id), await stoppersOf(queries, [row]));
}

/** @throws CallError `not_found` */
export async function findComponent(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<ComponentRow> {
  const row = await componentRow(queries, organisationId, id);
  if (!row) throw noComponent(id);
  return row;
}

const noComponent = (id: string): CallError =>
  new CallError('not_found', `There is no component ${id} in this organisation`);

export async function listComponents(
  queries: Queries,
  organisationId: string,
  executionId: string,
  query: ListQuery,
  reading: Reading,
): Promise<Listed<ProcessServiceExecution>> {
  const { limit = 100, reverse = false } = query;
  if (!query.last) {
    const page = { organisation: organisationId, id: executionId, reverse, limit: limit + 1 };
    const found = await finderOf(queries).executionWithComponents(page);
    if (!found) throw noExecution(executionId);
    const kept = found.components.slice(0, limit);
    const more = found.components.length > limit && kept.at(-1);
    return {
      list: await described(queries, inPart(queries, organisationId, found.execution), kept, reading),
      ...(more ? { last: { chain_index: more.component.chain_index } } : {}),
    };
  }
  const execution = await findExecution(queries, organisationId, executionId);
  const { rows, last } = await selectPage(queries, processServiceExecutions, {
    query,
    where: eq(processServiceExecutions.process_execution_id, executionId),
    order: [processServiceExecutions.chain_index],
  });
  const found = await withSamples(queries, rows);
  return { list: await described(queries, known(execution), found, reading), ...(last ? { last } : {}) };
}

/** All components of an execution, in chain order, with the samples that `samplesOf` gives. */
export async function componentsOf(
  queries: Queries,
  execution: ExecutionRow,
  reading: Reading,
  samplesOf: SampleReader,
): Promise<ProcessServiceExecution[]> {
  const rows = await queries
    .select()
    .from(processServiceExecutions)
    .where(eq(processServiceExecutions.process_execution_id, execution.id))
    .orderBy(asc(processServiceExecutions.chain_index));
  const samples = await samplesOf(rows.map(({ id }) => id));
  const found = rows.map((component) => ({ component, samples: samples.get(component.id) ?? [] }));
  return await described(queries, known(execution), found, reading);
}

export async function getComponent(
  queries: Queries,
  organisationId: string,
  id: string,
  reading: Reading,
): Promise<ProcessServiceExecution> {
  const found = await finderOf(queries).component({ organisation: organisationId, id });
  if (!found) throw noComponent(id);
  const execution = inPart(queries, organisationId, found.execution);
  const [component] = await described(queries, execution, [found], reading);
  return component!;
}

async function withSamples(queries: Queries, rows: readonly ComponentRow[]): Promise<ComponentFound[]> {
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
  const of = Map.groupBy(samples, ({ component_id }) => component_id);
  return rows.map((component) => ({
    component,
    samples: of.get(component.id)?.map(({ sample }) => sample) ?? [],
  }));
}

/** An execution, of which callers mostly need a few fields. */
interface Described extends ExecutionInPart {
  readonly whole: () => Promise<ShownExecution>;
}

const known = (execution: ExecutionRow): Described => ({ ...execution, whole: async () => execution });

const inPart = (queries: Queries, organisationId: string, execution: ExecutionInPart): Described => ({
  ...execution,
  whole: async () => await findExecution(queries, organisationId, execution.id),
});

async function described(
  queries: Queries,
  execution: Described,
  found: readonly ComponentFound[],
  { limits, leaseSeconds, actionsOf }: Reading,
): Promise<ProcessServiceExecution[]> {
  const waits = found.some(({ component: { state } }) => state === 'waiting' || state === 'queued');
  const whole = waits ? await execution.whole() : undefined;
  const siblings = waits
    ? await queries
        .select()
        .from(processServiceExecutions)
        .where(eq(processServiceExecutions.process_execution_id, execution.id))
    : [];
  const attempts = await attemptsBehind(
    queries,
    found.map(({ component }) => component),
  );
  const stoppers = await stoppersOf(queries, [execution]);
  const silent = await silentNodes(
    queries,
    leaseSeconds,
    found.map(({ component }) => component),
  );
  return await Promise.all(
    found.map(async ({ component, samples }) =>
      presentComponent(component, execution, samples, {
        waiting: whole
          ? await componentWaiting(queries, limits, whole, component, siblings)
          : faultWait(component),
        reasons: [
          ...[(goesOn(component) ? faultReason(component) : null) ?? []].flat(),
          ...[silent.get(component.id) ?? []].flat(),
          ...reasonsOfComponent(component, attempts.get(component.id) ?? [], {
            by: execution.stopped_by,
            stoppers,
          }),
        ],
        actions: component.state === 'succeeded' ? await actionsOf(component) : null,
      }),
    ),
  );
}

/** The attempts that reasons are made of. Those of components that succeeded are left out, which are most. */
async function attemptsBehind(
  queries: Queries,
  components: readonly ShownComponent[],
): Promise<ReadonlyMap<string, AttemptRow[]>> {
  const { componentAttempts: attempts } = tables;
  const open = components.filter(
    ({ state, runnable }) => state !== 'succeeded' && (state !== 'waiting' || runnable),
  );
  if (open.length === 0) return new Map();
  const rows = await queries
    .select()
    .from(attempts)
    .where(
      inArray(
        attempts.component_id,
        open.map(({ id }) => id),
      ),
    )
    .orderBy(asc(attempts.number));
  return Map.groupBy(rows, ({ component_id }) => component_id);
}

/** The attempts at a component, in order, each with its own samples. */
export async function listAttempts(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: ListQuery,
): Promise<Listed<ProcessServiceExecutionAttempt>> {
  await findComponent(queries, organisationId, componentId);
  const { rows, last } = await selectPage(queries, tables.componentAttempts, {
    query,
    where: eq(tables.componentAttempts.component_id, componentId),
    order: [tables.componentAttempts.number],
  });
  const samples = await queries
    .select()
    .from(componentMetrics)
    .where(eq(componentMetrics.component_id, componentId))
    .orderBy(asc(componentMetrics.seq));
  return {
    list: rows.map((row) =>
      presentAttempt(
        row,
        samples.filter(({ attempt }) => attempt === row.number).map(({ sample }) => sample),
      ),
    ),
    ...(last ? { last } : {}),
  };
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
    filterable: { logged_at: componentLogs.logged_at, attempt: componentLogs.attempt },
    order: [componentLogs.seq],
  });
  return { list: rows.map(presentLog), ...(last ? { last } : {}) };
}

type ListedExecution = NonNullable<Process['executions']>[number];

/** Processes as the API shows them, with the lists of their executions. */
export async function withExecutions(
  queries: Queries,
  processes: readonly ProcessValue[],
): Promise<ProcessValue[]> {
  const listed = await listedExecutions(
    queries,
    processes.flatMap(({ id }) => id ?? []),
  );
  return processes.map((process) => {
    const executions = listed.get(process.id ?? '') ?? [];
    if (executions.length === 0) return process;
    return {
      ...process,
      has_executions: 'executions',
      has_executions_organisation_id: process.organisation_id ?? '',
      executions,
    };
  });
}

/** The hidden lists of executions that processes carry, oldest first. */
async function listedExecutions(
  queries: Queries,
  processIds: readonly string[],
): Promise<Map<string, ListedExecution[]>> {
  const of = new Map<string, ListedExecution[]>(processIds.map((id) => [id, []]));
  if (processIds.length === 0) return of;
  const { chains: _chains, options: _options, ...columns } = getTableColumns(processExecutions);
  // Up to a thousand of them are listed with their process, so each with a few fields alone.
  const rows = await queries
    .select(columns)
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
      notified: row.notified,
    });
  }
  return of;
}
