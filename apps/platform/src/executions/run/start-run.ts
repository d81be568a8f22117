import { sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { reserveMany } from '../../accounts/index.ts';
import { selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { admit } from './admit.ts';
import { newExecution } from '../component/index.ts';
import type { ProcessRow } from '../../processes/index.ts';
import type { Context } from '../context.ts';
import { inputIds } from '../rows.ts';
import type { Run } from './make-run.ts';
import type { PreparedRun } from './prepare-run.ts';

const defaultStorageDays = 30;
const rowsAtOnce = 500;

export interface StartOptions {
  /** When it is to begin; later than now for a run with an offset. */
  readonly startedAt: string;
  readonly requestedBy: string | null;
  readonly dueAt: string | null;
  /** How many due times before that were missed, since the platform was not running. */
  readonly missed: number;
  /** Whether a run that cannot be paid waits for credits instead of being refused. */
  readonly patient: boolean;
}

/**
 * Writes the rows of a prepared run, paid for. Nothing starts before the transaction is committed.
 * @throws CallError `insufficient_credits` unless it is patient; `conflict` when an input has been deleted meanwhile
 */
export async function startRun(
  tx: Queries,
  context: Pick<Context, 'events' | 'data' | 'processes' | 'settings'>,
  { process, run, regions, contents }: PreparedRun,
  options: StartOptions,
): Promise<void> {
  const paid = await pay(tx, process, run, options.patient);
  await insertExecutions(tx, process, run, paid, options);
  await context.data.addRegions(tx, regions);
  await context.data.prepareOutputs(tx, run.outputs);
  await context.data.hold(tx, run.components.flatMap(inputIds));
  for (const rows of batches(run.components)) await tx.insert(tables.processServiceExecutions).values(rows);
  await rememberInputs(tx, context, process, contents);
  const [first] = run.executions;
  await admit(tx, context, first!.group_id ?? null, first!.id);
  for (const { id } of run.executions) await context.events.publish(tx, { kind: 'execution', id });
  await context.events.publish(tx, { kind: 'time', id: process.id });
  await context.events.publish(tx, { kind: 'work', id: first!.id });
}

async function pay(tx: Queries, process: ProcessRow, run: Run, patient: boolean): Promise<boolean> {
  try {
    await reserveMany(tx, {
      organisationId: process.organisation_id,
      use: { kind: 'execution', ssdId: process.ssd_id },
      parts: run.executions.map(({ id, price }) => ({ reference: id, amount: price })),
      idempotencyKey: `execution:${run.executions[0]!.id}`,
      note: process.name,
    });
    return true;
  } catch (error) {
    if (patient && error instanceof CallError && error.code === 'insufficient_credits') return false;
    throw error;
  }
}

async function insertExecutions(
  tx: Queries,
  process: ProcessRow,
  run: Run,
  paid: boolean,
  { startedAt, requestedBy, dueAt, missed }: StartOptions,
): Promise<void> {
  const days = process.output_storage_period ?? defaultStorageDays;
  for (const rows of batches(run.executions))
    await tx.insert(tables.processExecutions).values(
      rows.map((row) => ({
        ...row,
        ...newExecution(paid),
        // Lists are by age: the executions of a group stand in its order.
        created_at: sql`clock_timestamp() + ${row.group_index ?? 0} * interval '1 microsecond'`,
        requested_by: requestedBy,
        started_at: startedAt,
        due_at: dueAt,
        missed: missed || null,
        output_storage_days: days,
        delete_expiry: sql`${startedAt}::timestamptz + make_interval(days => ${days})`,
      })),
    );
}

function* batches<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}

/** Writes down the contents of inputs that start runs: the next run begins once they have changed. */
async function rememberInputs(
  tx: Queries,
  { processes }: Pick<Context, 'processes'>,
  process: ProcessRow,
  contents: PreparedRun['contents'],
): Promise<void> {
  if (!process.inputs.some(({ change_trigger: trigger }) => trigger)) return;
  const inputs = process.inputs.map((input) =>
    input.change_trigger ? { ...input, change_hash: contents.get(input.id) ?? null } : input,
  );
  await processes.moveSchedule(tx, process.id, { inputs });
}

export async function unfinished(tx: Queries, processId: string): Promise<number> {
  const [row] = await selectRows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from process_executions where process_id = ${processId} and ended_at is null`,
  );
  return row?.count ?? 0;
}
