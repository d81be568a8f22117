import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { platformNow, selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { catchUp } from '../../processes/index.ts';
import type { Context, EngineProcess } from '../context.ts';
import { startRun, unfinished } from './start-run.ts';

const timestamp = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'`);

/**
 * Executes a process: its run is there when this returns, if it is due. A later one begins by itself at `repeat_start`.
 * @throws CallError `conflict` while it executes, `insufficient_credits`, `invalid_model`
 */
export async function execute(
  context: Context,
  organisationId: string,
  processId: string,
  userId: string,
): Promise<void> {
  const { database, processes } = context;
  await database.transaction(async (tx) => {
    const process = await processes.load(tx, organisationId, processId, { lock: true });
    const over = process.schedule_runs >= process.repeat_count;
    if ((await unfinished(tx, processId)) > 0 || (process.process_status === 'execute' && !over)) {
      throw new CallError(
        'conflict',
        'The process is being executed already: wait for it to end, or stop it first',
      );
    }
    await processes.setStatus(tx, processId, 'execute', userId);
    const [moment] = await selectRows<{ due: boolean; now: string }>(
      tx,
      sql`select ${process.repeat_start}::timestamptz <= now as due,
        to_char(now at time zone 'UTC', ${timestamp}) as now from platform_now() as now`,
    );
    const due = moment?.due ?? false;
    // One that is over begins anew, from now on; one that was stopped half-way goes on where it was.
    const anew = over || process.schedule_start === null;
    const fromNow = due && anew && (process.run_type === 'run_once' || over);
    const begin: EngineProcess = {
      ...process,
      ...(anew ? { schedule_runs: 0, schedule_start: fromNow ? moment!.now : process.repeat_start } : {}),
      ...(fromNow ? { repeat_start: moment!.now } : {}),
    };
    await tx.execute(
      sql`update processes set schedule_runs = ${begin.schedule_runs}, schedule_start = ${begin.schedule_start}::timestamptz,
        repeat_start = ${begin.repeat_start}::timestamptz, advance_at = null where id = ${processId}`,
    );
    await context.events.tell(tx, { kind: 'time', id: processId });
    if (due) await startDue(tx, context, begin, moment!.now, { requestedBy: userId });
  });
}

/**
 * Begins the run that is due, for the latest due time where several have gone by. `repeat_start` moves on to the next a
 * while later: clients take a run that started no earlier than `repeat_start` for the one they wait for.
 */
export async function startDue(
  tx: Queries,
  context: Context,
  process: EngineProcess,
  now: string,
  { requestedBy }: { readonly requestedBy: string | null },
): Promise<void> {
  const start = process.schedule_start ?? process.repeat_start;
  const late = catchUp(context.processes.scheduleOf(process, start), process.schedule_runs, now);
  if (!late) return;
  const { due, missed } = late;
  const offset = offsetSeconds(process);
  const [times] = await selectRows<{ started: string }>(
    tx,
    sql`select to_char(greatest(${now}::timestamptz, ${due}::timestamptz + make_interval(secs => ${offset}::float8))
      at time zone 'UTC', ${timestamp}) as started`,
  );
  await startRun(tx, context, process, {
    startedAt: times!.started,
    requestedBy,
    dueAt: process.run_type === 'run_schedule' ? due : null,
    missed,
    // Nobody is there to be told: it waits for credits.
    patient: requestedBy === null,
  });
  await tx.execute(
    sql`update processes set schedule_runs = ${process.schedule_runs + missed + 1}, repeat_start = ${due}::timestamptz,
      schedule_start = ${start}::timestamptz,
      advance_at = ${platformNow} + make_interval(secs => ${context.settings.stopDelaySeconds}::float8)
      where id = ${process.id}`,
  );
}

function offsetSeconds({ repeat_offset: offset }: EngineProcess): number {
  if (!offset) return 0;
  const { days = 0, seconds = 0, microseconds = 0 } = offset;
  return Math.max(0, days * 86_400 + seconds + microseconds / 1e6);
}
