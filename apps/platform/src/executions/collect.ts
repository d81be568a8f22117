import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { LogRecord, MetricsRecord } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { LeaseLostError, updateProgress } from './component.ts';
import type { Work } from './component.ts';
import type { Context } from './context.ts';

/** Large enough that storing 100,000 records takes a few transactions, small enough that one takes little memory. */
const batchSize = 5000;

/**
 * Stores what the attempt has logged, sampled and reported since last time, and moves the offsets in the same
 * transaction: each record is stored exactly once, whenever the platform is killed.
 * @returns whether there was anything
 * @throws LeaseLostError
 */
export async function collect(context: Context, work: Work): Promise<boolean> {
  const { runtime, database, events } = context;
  const { component, attempt } = work;
  const handle = handleOf(context, attempt);
  const [position] = await selectRows<{ logs: number; metrics: number; progress: number }>(
    database.queries,
    sql`select a.log_offset::float8 as logs, a.metrics_offset::float8 as metrics, c.progress from component_attempts a
      join process_service_executions c on c.id = a.component_id where a.id = ${attempt.id}`,
  );
  if (!position) throw new LeaseLostError(component.id);
  const logs = await runtime.readLogs(handle, position.logs, { limit: batchSize });
  const metrics = await runtime.readMetrics(handle, position.metrics, { limit: batchSize });
  const progress = Math.floor((await runtime.readStatus(handle))?.progress ?? 0);
  const further = progress > position.progress;
  const moved = logs.nextOffset !== position.logs || metrics.nextOffset !== position.metrics;
  if (!moved && !further) return false;

  await database.transaction(async (tx) => {
    if (further)
      await tx.execute(
        sql`select id from process_executions where id = ${component.process_execution_id} for update`,
      );
    const held = await selectRows(
      tx,
      sql`update component_attempts a set log_offset = ${logs.nextOffset}, metrics_offset = ${metrics.nextOffset},
          updated_at = clock_timestamp()
        from process_service_executions c
        where a.id = ${attempt.id} and c.id = a.component_id and c.lease_owner = ${context.host}
          and a.log_offset = ${position.logs} and a.metrics_offset = ${position.metrics}
        returning a.id`,
    );
    if (held.length === 0) throw new LeaseLostError(component.id);
    if (logs.records.length > 0) {
      await insertLogs(tx, component.id, attempt.number, logs.records);
      await events.tell(tx, { kind: 'log', id: component.id });
    }
    if (metrics.records.length > 0) await insertMetrics(tx, component.id, attempt.number, metrics.records);
    if (further) {
      await tx.execute(
        sql`update process_service_executions set progress = ${progress}, updated_at = clock_timestamp() where id = ${component.id}`,
      );
      await updateProgress(tx, component.process_execution_id);
    }
    if (further || metrics.records.length > 0)
      await events.tell(tx, { kind: 'execution', id: component.process_execution_id });
  });
  return true;
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
