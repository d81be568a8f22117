import { and, eq, exists, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { LogRecord, MetricsRecord } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { LeaseLostError, updateProgress } from './component.ts';
import type { Work } from './component.ts';
import type { Context } from './context.ts';
import type { AttemptRow } from './rows.ts';

/** Large enough that storing 100,000 records takes a few transactions, small enough that one takes little memory. */
const batchSize = 5000;

/** How far the records of an attempt, and its progress, are stored. */
export interface Position {
  readonly logs: number;
  readonly metrics: number;
  readonly progress: number;
}

export const positionOf = ({ attempt, component }: Work): Position => ({
  logs: attempt.log_offset,
  metrics: attempt.metrics_offset,
  progress: component.progress,
});

/** What an attempt has logged, sampled and reported from one position on. */
export interface Gathered {
  readonly from: Position;
  readonly to: Position;
  readonly logs: readonly LogRecord[];
  readonly metrics: readonly MetricsRecord[];
  /** Whether there may be more than this. */
  readonly full: boolean;
}

/** @returns null when there is nothing new */
export async function gather(context: Context, { attempt }: Work, from: Position): Promise<Gathered | null> {
  const { runtime } = context;
  const handle = handleOf(context, attempt);
  const [logs, metrics, status] = await Promise.all([
    runtime.readLogs(handle, from.logs, { limit: batchSize }),
    runtime.readMetrics(handle, from.metrics, { limit: batchSize }),
    runtime.readStatus(handle),
  ]);
  const progress = Math.floor(status?.progress ?? 0);
  const to = {
    logs: logs.nextOffset,
    metrics: metrics.nextOffset,
    progress: Math.max(from.progress, progress),
  };
  if (to.logs === from.logs && to.metrics === from.metrics && to.progress === from.progress) return null;
  const full = logs.more === true || metrics.more === true;
  return { from, to, logs: logs.records, metrics: metrics.records, full };
}

/** Gathers and stores. @returns the position after it, null when there was nothing. @throws LeaseLostError */
export async function collect(context: Context, work: Work, from: Position): Promise<Position | null> {
  const gathered = await gather(context, work, from);
  if (gathered)
    await context.database.transaction(async (tx) => {
      if (gathered.to.progress > from.progress)
        await tx.execute(
          sql`select id from process_executions where id = ${work.component.process_execution_id} for update`,
        );
      await store(tx, context, work, gathered);
    });
  return gathered && gathered.to;
}

/**
 * Stores what was gathered, and moves the offsets in the same transaction: each record is stored exactly once, whenever
 * the platform is killed.
 * @param fields what else there is to note of the attempt
 * @throws LeaseLostError when the offsets are not those that it was gathered from
 */
export async function store(
  tx: Queries,
  context: Context,
  work: Work,
  gathered: Gathered,
  fields: PgUpdateSetSource<typeof tables.componentAttempts> = {},
): Promise<AttemptRow> {
  const { component, attempt } = work;
  const { from, to, logs, metrics } = gathered;
  const { events } = context;
  const further = to.progress > from.progress;
  const { componentAttempts: attempts, processServiceExecutions: components } = tables;
  const [held] = await tx
    .update(attempts)
    .set({ ...fields, log_offset: to.logs, metrics_offset: to.metrics })
    .where(
      and(
        eq(attempts.id, attempt.id),
        eq(attempts.log_offset, from.logs),
        eq(attempts.metrics_offset, from.metrics),
        exists(
          tx
            .select({ id: components.id })
            .from(components)
            .where(and(eq(components.id, component.id), eq(components.lease_owner, context.host))),
        ),
      ),
    )
    .returning();
  if (!held) throw new LeaseLostError(component.id);
  if (logs.length > 0) {
    await insertLogs(tx, component.id, attempt.number, logs);
    await events.tell(tx, { kind: 'log', id: component.id });
  }
  if (metrics.length > 0) await insertMetrics(tx, component.id, attempt.number, metrics);
  if (further) {
    await tx.execute(
      sql`update process_service_executions set progress = ${to.progress}, updated_at = clock_timestamp() where id = ${component.id}`,
    );
    await updateProgress(tx, component.process_execution_id);
  }
  if (further || metrics.length > 0)
    await events.tell(tx, { kind: 'execution', id: component.process_execution_id });
  return held;
}

/** Adds records in their order: they are listed by `seq`, which counts up in the order of the rows. */
export async function insertLogs(
  tx: Queries,
  componentId: string,
  attempt: number,
  records: readonly { readonly loggedAt: string; readonly stream: string; readonly message: string }[],
): Promise<void> {
  const list = (pick: (record: (typeof records)[number]) => string) => sql.param(records.map(pick));
  await tx.execute(
    sql`insert into component_logs (component_id, attempt, stream, logged_at, message)
      select ${componentId}, ${attempt}, stream, logged_at, message
      from unnest(${list((r) => r.stream)}::text[], ${list((r) => r.loggedAt)}::timestamptz[], ${list((r) => r.message)}::text[])
        with ordinality as record (stream, logged_at, message, place) order by place`,
  );
}

/** A remark of the platform's own in a component's log. */
export async function remark(
  tx: Queries,
  { events }: Context,
  { component, attempt }: Work,
  message: string,
): Promise<void> {
  const record: LogRecord = {
    loggedAt: new Date().toISOString(),
    stream: 'stderr',
    message: `[platform] ${message}`,
  };
  await insertLogs(tx, component.id, attempt.number, [record]);
  await events.tell(tx, { kind: 'log', id: component.id });
}

async function insertMetrics(
  tx: Queries,
  componentId: string,
  attempt: number,
  records: readonly MetricsRecord[],
): Promise<void> {
  await tx.execute(
    sql`insert into component_metrics (component_id, attempt, sample)
      select ${componentId}, ${attempt}, sample from unnest(${sql.param(records.map((record) => JSON.stringify(record)))}::jsonb[])
        with ordinality as record (sample, place) order by place`,
  );
}
