import { and, eq, exists, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { selectRows, statement, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { LogRecord, MetricsRecord, Observation } from '../../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { insertLogs } from './insert-logs.ts';
import { LeaseLostError, updateProgress } from '../component/index.ts';
import type { Work } from '../component/index.ts';
import type { Context } from '../context.ts';

/** How far the records of an attempt, and its progress, are stored. */
export interface Position {
  /** The runtime's; null at first. */
  readonly cursor: string | null;
  readonly progress: number;
}

export const positionOf = ({ attempt, component }: Work): Position => ({
  cursor: attempt.cursor,
  progress: component.progress,
});

/** How an attempt stands, and what it has logged, sampled and reported from one position on. */
export interface Gathered {
  readonly observation: Observation;
  readonly from: Position;
  readonly to: Position;
  /** Whether there is anything to be stored. */
  readonly isNew: boolean;
}

/**
 * So many records are stored in one transaction, beside which the embedded database answers nobody else: 5,000 took it a
 * third of a second on a busy machine. With 1,000 a line takes a tenth less time than with 500, and each transaction twice as
 * long. On a server, which answers others meanwhile, most of the time goes by with the transactions.
 */
const recordsAtOnce = { pglite: 500, postgresql: 2500 } as const;

export async function gather(
  context: Pick<Context, 'runtime' | 'database'>,
  { attempt }: Pick<Work, 'attempt'>,
  from: Position,
  signal?: AbortSignal,
): Promise<Gathered> {
  const records = recordsAtOnce[context.database.kind];
  const request = { handle: handleOf(context, attempt), cursor: from.cursor, records };
  const [observation] = await context.runtime.observe([request], { signal });
  const { cursor, logs, metrics, status } = observation!;
  const progress = Math.max(from.progress, Math.floor(status?.progress ?? 0));
  const isNew = logs.length > 0 || metrics.length > 0 || progress > from.progress;
  return { observation: observation!, from, to: { cursor, progress }, isNew };
}

/** Stores what was gathered while it runs. @throws LeaseLostError */
export async function storeGathered(
  context: Pick<Context, 'database' | 'events' | 'nodeId'>,
  work: Work,
  gathered: Gathered,
): Promise<void> {
  await context.database.transaction(async (tx) => {
    if (gathered.to.progress > gathered.from.progress)
      await tx.execute(
        sql`select id from process_executions where id = ${work.component.process_execution_id} for update`,
      );
    await store(tx, context, work, gathered);
  });
}

/**
 * Stores what was gathered, and the cursor in the same transaction: each record is stored exactly once, whenever
 * the platform is killed.
 * @throws LeaseLostError when the cursor is not the one that it was gathered from
 */
export async function store(
  tx: Queries,
  context: Pick<Context, 'events' | 'nodeId'>,
  work: Work,
  gathered: Gathered,
): Promise<void> {
  const { component, attempt } = work;
  const { from } = gathered;
  const { componentAttempts: attempts, processServiceExecutions: components } = tables;
  const [held] = await tx
    .update(attempts)
    .set(positionFields(gathered))
    .where(
      and(
        eq(attempts.id, attempt.id),
        sql`${attempts.cursor} is not distinct from ${from.cursor}`,
        exists(
          tx
            .select({ id: components.id })
            .from(components)
            .where(and(eq(components.id, component.id), eq(components.lease_owner, context.nodeId))),
        ),
      ),
    )
    .returning({ id: attempts.id });
  if (!held) throw new LeaseLostError(component.id);
  await storeRecords(tx, context, work, gathered);
}

/** What is written of an attempt as far as its records are stored, in the transaction that stores them. */
export const positionFields = ({
  to,
  observation,
}: Gathered): PgUpdateSetSource<typeof tables.componentAttempts> => ({
  ...digestNoted(observation.imageDigest),
  cursor: to.cursor,
});

/** Stores what was gathered, without the cursor: the caller writes that in the same transaction. */
export async function storeRecords(
  tx: Queries,
  { events }: Pick<Context, 'events'>,
  { component, attempt }: Work,
  { from, to, observation: { logs, metrics } }: Gathered,
): Promise<void> {
  const further = to.progress > from.progress;
  if (logs.length > 0) {
    await insertLogs(tx, component.id, attempt.number, logs);
    await events.publish(tx, { kind: 'log', id: component.id });
  }
  if (metrics.length > 0) await insertMetrics(tx, component.id, attempt.number, metrics);
  if (further) {
    await tx.execute(
      sql`update process_service_executions set progress = ${to.progress}, updated_at = clock_timestamp() where id = ${component.id}`,
    );
    await updateProgress(tx, component.process_execution_id);
  }
  if (further || metrics.length > 0)
    await events.publish(tx, { kind: 'execution', id: component.process_execution_id });
}

/** Which image an attempt runs is part of its handle: a tag may be another image tomorrow. */
function digestNoted(imageDigest: string | null): PgUpdateSetSource<typeof tables.componentAttempts> {
  if (imageDigest === null) return {};
  const { handle } = tables.componentAttempts;
  return {
    handle: sql`coalesce(${handle}, '{}'::jsonb) || jsonb_build_object('imageDigest', ${imageDigest}::text)`,
  };
}

/** The image that an earlier attempt of the same component ran: a later one runs the very same. */
export async function earlierDigest(
  { database }: Pick<Context, 'database'>,
  { component, attempt }: Pick<Work, 'component' | 'attempt'>,
): Promise<string | null> {
  const [row] = await selectRows<{ digest: string }>(
    database.queries,
    sql`select handle ->> 'imageDigest' as digest from component_attempts
      where component_id = ${component.id} and number >= ${component.first_attempt} and number < ${attempt.number}
        and handle ->> 'imageDigest' is not null order by number desc limit 1`,
  );
  return row?.digest ?? null;
}

/** A logFromPlatform of the platform's own in a component's log. */
export async function logFromPlatform(
  tx: Queries,
  { events }: Pick<Context, 'events'>,
  { component, attempt }: Work,
  message: string,
): Promise<void> {
  const record: LogRecord = {
    loggedAt: new Date().toISOString(),
    stream: 'stderr',
    message: `[platform] ${message}`,
  };
  await insertLogs(tx, component.id, attempt.number, [record]);
  await events.publish(tx, { kind: 'log', id: component.id });
}

async function insertMetrics(
  tx: Queries,
  componentId: string,
  attempt: number,
  records: readonly MetricsRecord[],
): Promise<void> {
  await addMetrics(tx, { componentId, attempt, records: records.map((record) => JSON.stringify(record)) });
}

const addMetrics = statement<
  never,
  { readonly componentId: string; readonly attempt: number; readonly records: readonly string[] }
>(
  'add_metrics',
  () => sql`insert into component_metrics (component_id, attempt, sample)
    select ${sql.placeholder('componentId')}, ${sql.placeholder('attempt')}, sample
    from unnest(${sql.placeholder('records')}::jsonb[]) with ordinality as record (sample, place) order by place`,
);
