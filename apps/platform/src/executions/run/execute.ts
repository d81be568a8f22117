import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { platformNow, selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { catchUp } from '../../processes/index.ts';
import type { ProcessRow } from '../../processes/index.ts';
import type { Context } from '../context.ts';
import { withPreparedRun } from './prepare-run.ts';
import type { PreparedRun } from './prepare-run.ts';
import { startRun, unfinished } from './start-run.ts';

const timestamp = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'`);

/**
 * Executes a process: its run is there when this returns, if it is due. A later one begins by itself at `repeat_start`.
 * @throws CallError `conflict` while it executes, `insufficient_credits`, `invalid_model`
 */
export async function execute(
  context: Pick<Context, 'database' | 'events' | 'data' | 'processes' | 'settings'>,
  organisationId: string,
  processId: string,
  userId: string,
): Promise<void> {
  const { processes } = context;
  await withPreparedRun(
    context,
    { organisationId, processId },
    {
      isWanted: async (process) => {
        await refuseExecuting(context.database.queries, process);
        return (await momentOf(context.database.queries, process)).due;
      },
      start: async (tx, process, prepared) => {
        const over = await refuseExecuting(tx, process);
        await processes.setStatus(tx, processId, 'execute', userId);
        const { now } = await momentOf(tx, process);
        // One that is over begins again, from now on; one that was stopped half-way goes on where it was.
        const again = over || process.schedule_start === null;
        const fromNow = prepared !== undefined && again && (process.run_type === 'run_once' || over);
        const begun: ProcessRow = {
          ...process,
          ...(again ? { schedule_runs: 0, schedule_start: fromNow ? now : process.repeat_start } : {}),
          ...(fromNow ? { repeat_start: now } : {}),
        };
        const { schedule_runs, schedule_start, repeat_start } = begun;
        await processes.moveSchedule(tx, processId, {
          schedule_runs,
          schedule_start,
          repeat_start,
          advance_at: null,
        });
        await context.events.publish(tx, { kind: 'time', id: processId });
        return prepared
          ? await startDue(tx, context, { ...prepared, process: begun }, now, { requestedBy: userId })
          : false;
      },
    },
  );
}

/** @returns whether its runs are over @throws CallError `conflict` */
async function refuseExecuting(queries: Queries, process: ProcessRow): Promise<boolean> {
  const over = process.schedule_runs >= process.repeat_count;
  if ((await unfinished(queries, process.id)) > 0 || (process.process_status === 'execute' && !over)) {
    throw new CallError(
      'conflict',
      'The process is being executed already: wait for it to end, or stop it first',
    );
  }
  return over;
}

async function momentOf(
  queries: Queries,
  { repeat_start }: Pick<ProcessRow, 'repeat_start'>,
): Promise<{ readonly due: boolean; readonly now: string }> {
  const [moment] = await selectRows<{ due: boolean; now: string }>(
    queries,
    sql`select ${repeat_start}::timestamptz <= now as due,
      to_char(now at time zone 'UTC', ${timestamp}) as now from platform_now() as now`,
  );
  return moment!;
}

/**
 * Begins the prepared run that is due, for the latest due time where several have gone by. `repeat_start` moves on to the
 * next a while later: clients take a run that started no earlier than `repeat_start` for the one they wait for.
 */
export async function startDue(
  tx: Queries,
  context: Pick<Context, 'events' | 'data' | 'processes' | 'settings'>,
  prepared: PreparedRun,
  now: string,
  { requestedBy }: { readonly requestedBy: string | null },
): Promise<boolean> {
  const { process } = prepared;
  const start = process.schedule_start ?? process.repeat_start;
  const late = catchUp(context.processes.scheduleOf(process, start), process.schedule_runs, now);
  if (!late) return false;
  const { due, missed } = late;
  const offset = offsetSeconds(process);
  const [times] = await selectRows<{ started: string }>(
    tx,
    sql`select to_char(greatest(${now}::timestamptz, ${due}::timestamptz + make_interval(secs => ${offset}::float8))
      at time zone 'UTC', ${timestamp}) as started`,
  );
  await startRun(tx, context, prepared, {
    startedAt: times!.started,
    requestedBy,
    dueAt: process.run_type === 'run_schedule' ? due : null,
    missed,
    // No user waits for an answer here, so it is not refused: it waits for credits.
    patient: requestedBy === null,
  });
  await context.processes.moveSchedule(tx, process.id, {
    schedule_runs: process.schedule_runs + missed + 1,
    repeat_start: due,
    schedule_start: start,
    advance_at: await delayed(tx, context.settings.stopDelaySeconds),
  });
  return true;
}

async function delayed(tx: Queries, seconds: number): Promise<string> {
  const [row] = await selectRows<{ at: string }>(
    tx,
    sql`select to_char((${platformNow} + make_interval(secs => ${seconds}::float8)) at time zone 'UTC', ${timestamp}) as at`,
  );
  return row!.at;
}

function offsetSeconds({ repeat_offset: offset }: ProcessRow): number {
  if (!offset) return 0;
  const { days = 0, seconds = 0, microseconds = 0 } = offset;
  return Math.max(0, days * 86_400 + seconds + microseconds / 1e6);
}
