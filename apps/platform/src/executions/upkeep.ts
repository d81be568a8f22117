import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Context } from './context.ts';
import { removeExpired } from './remove.ts';
import { startRun, unfinished } from './start-run.ts';

const expiryEveryMilliseconds = 60_000;

/**
 * What is to be done on time: runs that are due begin, run-once processes turn to stop a while after their last execution
 * has ended, expired executions go.
 * @returns a function that does what is due and tells after how many milliseconds the next is
 */
export function createUpkeep(context: Context): () => Promise<number> {
  let expiredAt = Number.NEGATIVE_INFINITY;
  return async () => {
    await startDueRuns(context);
    await stopDoneProcesses(context);
    if (performance.now() - expiredAt >= expiryEveryMilliseconds) {
      await removeExpired(context);
      expiredAt = performance.now();
    }
    return await nextDue(context);
  };
}

interface ProcessKey {
  readonly id: string;
  readonly organisation_id: string;
}

/** The run due at `repeat_start` is there once an execution has started no earlier than that. */
const runIsMissing = sql`p.process_status = 'execute' and not exists (
  select from process_executions e where e.process_id = p.id and e.started_at >= p.repeat_start)`;

const doneAt = (context: Context) =>
  sql`(select max(e.ended_at) + make_interval(secs => ${context.settings.stopDelaySeconds})
    from process_executions e where e.process_id = p.id)`;

/** A process whose run is over: it was begun for `repeat_start`, and nothing runs any more. */
const runIsOver = sql`p.process_status = 'execute' and p.run_type = 'run_once'
  and exists (select from process_executions e where e.process_id = p.id and e.started_at >= p.repeat_start)
  and not exists (select from process_executions e where e.process_id = p.id and e.ended_at is null)`;

async function startDueRuns(context: Context): Promise<void> {
  const { database, processes, log } = context;
  const due = await selectRows<ProcessKey>(
    database.queries,
    sql`select id, organisation_id from processes p where p.repeat_start <= clock_timestamp() and ${runIsMissing}`,
  );
  for (const { id, organisation_id: organisationId } of due) {
    try {
      await database.transaction(async (tx) => {
        const process = await processes.load(tx, organisationId, id, { lock: true });
        const [still] = await selectRows<{ now: string }>(
          tx,
          sql`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as now
            from processes p where p.id = ${id} and p.repeat_start <= clock_timestamp() and ${runIsMissing}`,
        );
        if (still) await startRun(tx, context, process, still.now);
      });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // It cannot be paid, or its data has gone meanwhile: trying every few seconds would change nothing.
      log.warn(
        { process: id, reason: error.message },
        'a run that is due cannot begin: its process is stopped',
      );
      await database.transaction(async (tx) => {
        await processes.load(tx, organisationId, id, { lock: true });
        await processes.setStatus(tx, id, 'stop', null);
      });
    }
  }
}

async function stopDoneProcesses(context: Context): Promise<void> {
  const { database, processes } = context;
  const done = await selectRows<ProcessKey>(
    database.queries,
    sql`select id, organisation_id from processes p where ${runIsOver} and ${doneAt(context)} <= clock_timestamp()`,
  );
  for (const { id, organisation_id: organisationId } of done) {
    await database.transaction(async (tx) => {
      await processes.load(tx, organisationId, id, { lock: true });
      // It may have been executed again meanwhile.
      const [still] = await selectRows(tx, sql`select id from processes p where id = ${id} and ${runIsOver}`);
      if (still && (await unfinished(tx, id)) === 0) await processes.setStatus(tx, id, 'stop', null);
    });
  }
}

/** After how many milliseconds something is due; a day when nothing is. */
async function nextDue(context: Context): Promise<number> {
  const [row] = await selectRows<{ milliseconds: number | null }>(
    context.database.queries,
    sql`select extract(epoch from min(at) - clock_timestamp())::float8 * 1000 as milliseconds from (
      select p.repeat_start as at from processes p where ${runIsMissing}
      union all select ${doneAt(context)} from processes p where ${runIsOver}
      union all select retry_at from process_service_executions where lease_owner = ${context.host}) as due`,
  );
  return Math.max(0, Math.min(row?.milliseconds ?? dayMilliseconds, dayMilliseconds));
}

const dayMilliseconds = 86_400_000;
