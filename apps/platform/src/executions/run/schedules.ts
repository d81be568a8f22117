import { CallError, ModelError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { reserveMany } from '../../accounts/index.ts';
import { eachInTurn, firstTurn, platformNow, selectRows } from '../../database/index.ts';
import type { Queries, Turn } from '../../database/index.ts';
import { nextDueAt } from '../../processes/index.ts';
import { payExecutions } from '../component/index.ts';
import type { ProcessRow } from '../../processes/index.ts';
import type { Context } from '../context.ts';
import { startDue } from './execute.ts';
import { withPreparedRun } from './prepare-run.ts';
import type { PreparedRun } from './prepare-run.ts';
import { startRun, unfinished } from './start-run.ts';

interface ProcessKey {
  readonly id: string;
  readonly organisation_id: string;
}

const isDue = sql`p.process_status = 'execute' and p.schedule_runs < p.repeat_count and p.advance_at is null`;

const doneAt = (context: Pick<Context, 'settings'>) =>
  sql`coalesce((select max(e.ended_at) from process_executions e where e.process_id = p.id), p.process_status_at)
    + make_interval(secs => ${context.settings.stopDelaySeconds}::float8)`;

/** A schedule that data starts goes on until it is stopped, or its end. */
const watches = sql`p.run_type = 'run_schedule' and p.inputs @> '[{"change_trigger": true}]'
  and (p.repeat_end is null or p.repeat_end > ${platformNow})`;

/** A process whose runs are all over: they were begun, and nothing runs any more. */
const isOver = sql`p.process_status = 'execute' and p.schedule_runs >= p.repeat_count and not (${watches})
  and not exists (select from process_executions e where e.process_id = p.id and e.ended_at is null)`;

/** A kind of work that processes are due for, such as starting a run or stopping a process whose runs are over. */
interface Due {
  /** The condition that selects the processes, which are known as `p` in it. */
  readonly which: ReturnType<typeof sql>;
  readonly isWanted: (process: ProcessRow) => Promise<boolean>;
  readonly start: (
    tx: Queries,
    process: ProcessRow,
    prepared: PreparedRun | undefined,
    now: string,
  ) => Promise<boolean>;
}

const processesAtOnce = 50;

/** Takes so many processes in one turn. @returns and @throws as `eachInTurn` */
async function eachProcess(context: Needs, due: Due, turn: Turn): Promise<boolean> {
  const { database, log } = context;
  const taken = await selectRows<ProcessKey>(
    database.queries,
    sql`select id, organisation_id from processes p
      where ${due.which} and (${turn.after}::uuid is null or p.id > ${turn.after}::uuid)
      order by p.id limit ${processesAtOnce}`,
  );
  const list = { turn, taken, most: processesAtOnce, fault: 'what is due of a process cannot be done' };
  return await eachInTurn(log, list, async (key) => await startOrStop(context, key, due));
}

type Needs = Pick<Context, 'database' | 'data' | 'processes' | 'log' | 'notify'>;

async function startOrStop(
  context: Needs,
  { id, organisation_id: organisationId }: ProcessKey,
  { which, isWanted, start }: Due,
): Promise<void> {
  const { database, processes, log } = context;
  try {
    await withPreparedRun(
      context,
      { organisationId, processId: id },
      {
        isWanted,
        start: async (tx, process, prepared) => {
          // It may have been stopped, or begun by another platform, meanwhile.
          const [still] = await selectRows<{ now: string }>(
            tx,
            sql`select to_char(${platformNow} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as now
              from processes p where p.id = ${id} and ${which}`,
          );
          return still !== undefined && (await start(tx, process, prepared, still.now));
        },
      },
    );
  } catch (error) {
    if (!(error instanceof CallError || error instanceof ModelError)) throw error;
    // Its data has gone, or its service: trying every few seconds would change nothing.
    log.warn(
      { process: id, reason: error.message },
      'a run that is due cannot begin: its process is stopped',
    );
    await database.transaction(async (tx) => {
      const process = await processes.load(tx, organisationId, id, { lock: true });
      await processes.setStatus(tx, id, 'stop', null);
      await context.notify(tx, {
        organisationId,
        event: 'execution.failed',
        once: `start:${id}:${process.repeat_start}`,
        payload: {
          process_id: id,
          process_name: process.name,
          execution_id: null,
          group_id: null,
          success: false,
          exit_type: 'not_started',
          reason: `A run that was due could not begin, and the process is stopped: ${error.message}`,
        },
      });
    });
  }
}

export async function startDueRuns(context: Context, turn = firstTurn()): Promise<boolean> {
  const due: Due = {
    which: sql`p.repeat_start <= ${platformNow} and ${isDue}`,
    isWanted: async () => true,
    start: async (tx, process, prepared, now) =>
      prepared !== undefined &&
      (await startDue(tx, context, { ...prepared, process }, now, { requestedBy: null })),
  };
  return await eachProcess(context, due, turn);
}

/** Moves `repeat_start` on to the next run, once clients have seen the one before. */
export async function advanceSchedules(
  context: Pick<Context, 'database' | 'data' | 'processes' | 'log' | 'notify'>,
  turn = firstTurn(),
): Promise<boolean> {
  const { processes } = context;
  const due: Due = {
    which: sql`p.process_status = 'execute' and p.advance_at <= ${platformNow}`,
    isWanted: async () => false,
    start: async (tx, process) => {
      const first = process.schedule_start ?? process.repeat_start;
      const next = nextDueAt(processes.scheduleOf(process, first), process.schedule_runs);
      await processes.moveSchedule(tx, process.id, {
        advance_at: null,
        ...(next === null
          ? { schedule_runs: Math.max(process.schedule_runs, process.repeat_count) }
          : { repeat_start: next }),
      });
      return false;
    },
  };
  return await eachProcess(context, due, turn);
}

/** A run begins when what an input holds is no longer what it held at the last run. */
export async function startChangedRuns(context: Context, turn = firstTurn()): Promise<boolean> {
  const { data, database } = context;
  const hasChanged = async (queries: Queries, process: ProcessRow): Promise<boolean> => {
    const watched = process.inputs.filter(({ change_trigger: trigger }) => trigger);
    const ids = watched.map(({ id }) => id);
    const contents = await data.contentsOf(queries, ids);
    const changed = watched.some(
      ({ id, change_hash: hash }) => contents.has(id) && contents.get(id) !== hash,
    );
    return changed && (await data.ready(queries, ids));
  };
  const due: Due = {
    which: sql`p.process_status = 'execute' and p.schedule_runs > 0 and ${watches}
      and not exists (select from process_executions e where e.process_id = p.id and e.ended_at is null)`,
    isWanted: async (process) => await hasChanged(database.queries, process),
    start: async (tx, process, prepared, now) => {
      if (!prepared || !(await hasChanged(tx, process))) return false;
      const options = { startedAt: now, requestedBy: null, dueAt: null, missed: 0, patient: true };
      await startRun(tx, context, { ...prepared, process }, options);
      return true;
    },
  };
  return await eachProcess(context, due, turn);
}

interface UnpaidRun {
  /** That of its group; of a single execution its own. */
  readonly id: string;
  readonly organisation_id: string;
  readonly ssd_id: string;
  readonly name: string;
}

const paidAtOnce = 100;

/** Runs by schedule that could not be paid begin once they can: so many in one turn. @returns whether there may be more */
export async function payWaiting(
  context: Pick<Context, 'database' | 'log'>,
  turn = firstTurn(),
): Promise<boolean> {
  const { database, log } = context;
  const taken = await selectRows<UnpaidRun>(
    database.queries,
    sql`select distinct coalesce(e.group_id, e.id) as id, e.organisation_id, p.ssd_id, p.name
      from process_executions e join processes p on p.id = e.process_id
      where e.state = 'unpaid' and (${turn.after}::uuid is null or coalesce(e.group_id, e.id) > ${turn.after}::uuid)
      order by id limit ${paidAtOnce}`,
  );
  const list = { turn, taken, most: paidAtOnce, fault: 'a run that waits for credits cannot be paid' };
  return await eachInTurn(log, list, async (run) => {
    try {
      await pay(database, run);
    } catch (error) {
      // It goes on waiting.
      if (!(error instanceof CallError && error.code === 'insufficient_credits')) throw error;
    }
  });
}

async function pay(database: Context['database'], run: UnpaidRun): Promise<void> {
  await database.transaction(async (tx) => {
    // Locked in the order in which all lock executions; paid in that of the group, whose first names the payment.
    const parts = await selectRows<{ id: string; price: string }>(
      tx,
      sql`with unpaid as materialized (select id, price, group_index from process_executions
          where coalesce(group_id, id) = ${run.id} and state = 'unpaid' order by id for update)
        select id, price::text as price from unpaid order by group_index`,
    );
    if (parts.length === 0) return;
    await reserveMany(tx, {
      organisationId: run.organisation_id,
      use: { kind: 'execution', ssdId: run.ssd_id },
      parts: parts.map(({ id, price }) => ({ reference: id, amount: price })),
      idempotencyKey: `execution:${parts[0]!.id}`,
      note: run.name,
    });
    await payExecutions(
      tx,
      parts.map(({ id }) => id),
    );
  });
}

const stoppedAtOnce = 100;

/** Processes that are over turn to stop a while after their last execution: so many in one turn. @returns whether there may be more */
export async function stopDoneProcesses(
  context: Pick<Context, 'database' | 'processes' | 'settings' | 'log'>,
  turn = firstTurn(),
): Promise<boolean> {
  const { database, processes, log } = context;
  const taken = await selectRows<ProcessKey>(
    database.queries,
    sql`select id, organisation_id from processes p
      where ${isOver} and ${doneAt(context)} <= ${platformNow} and (${turn.after}::uuid is null or p.id > ${turn.after}::uuid)
      order by p.id limit ${stoppedAtOnce}`,
  );
  const list = { turn, taken, most: stoppedAtOnce, fault: 'a process that is over cannot be stopped' };
  return await eachInTurn(log, list, async ({ id, organisation_id: organisationId }) => {
    await database.transaction(async (tx) => {
      await processes.load(tx, organisationId, id, { lock: true });
      // It may have been executed again meanwhile.
      const [still] = await selectRows(tx, sql`select id from processes p where id = ${id} and ${isOver}`);
      if (still && (await unfinished(tx, id)) === 0) await processes.setStatus(tx, id, 'stop', null);
    });
  });
}

/** After how many milliseconds something is due; a day when nothing is. */
export async function nextDue(context: Pick<Context, 'database' | 'nodeId' | 'settings'>): Promise<number> {
  const [row] = await selectRows<{ milliseconds: number | null }>(
    context.database.queries,
    sql`select extract(epoch from min(at) - ${platformNow})::float8 * 1000 as milliseconds from (
      select p.repeat_start as at from processes p where ${isDue}
      union all select p.advance_at from processes p where p.process_status = 'execute'
      union all select ${doneAt(context)} from processes p where ${isOver}
      union all select e.started_at from process_executions e
        where e.state = 'waiting' and e.started_at > ${platformNow}
      union all select retry_at + (${platformNow} - clock_timestamp()) from process_service_executions
        where retry_at > clock_timestamp() - interval '50 milliseconds' and (state = 'waiting' or lease_owner = ${context.nodeId})) as due`,
  );
  return Math.max(0, Math.min(row?.milliseconds ?? dayMilliseconds, dayMilliseconds));
}

const dayMilliseconds = 86_400_000;
