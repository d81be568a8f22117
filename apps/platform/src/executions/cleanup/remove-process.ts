import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { eachInTurn, firstTurn, selectRows } from '../../database/index.ts';
import { createWaker } from '../../events/index.ts';
import type { Context } from '../context.ts';
import { stopRuns, unfinished } from '../run/index.ts';
import { refuseProtected, removeExecution, removeWith } from './remove.ts';

const stopWithinMilliseconds = 60_000;
/** Executions in one transaction, or in one turn. */
const atOnce = 100;

/**
 * Deletes a process with its executions, their outputs and logs, after stopping it. The process goes first and at once, its
 * executions one after the other: `removeLeft` goes on with them where that is interrupted.
 * @throws CallError `conflict` as for an execution; `unavailable` when it takes too long to stop
 */
export async function removeProcess(
  context: Pick<Context, 'database' | 'events' | 'objects' | 'data' | 'processes' | 'onEnded' | 'log'>,
  organisationId: string,
  processId: string,
  userId: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, processes, data } = context;
  await processes.load(database.queries, organisationId, processId);
  await refuseAny(context, processId);
  await stopAll(context, organisationId, processId, userId);
  await allEnded(context, processId, signal);
  await refuseAny(context, processId);
  await removeWith(context, async (tx) => {
    await processes.load(tx, organisationId, processId, { lock: true });
    if ((await unfinished(tx, processId)) > 0)
      throw new CallError('conflict', 'The process was executed again: delete it again');
    const keys = await data.removeKept(tx, processId);
    await processes.remove(tx, processId);
    return keys;
  });
  const turn = firstTurn();
  const later = (error: unknown): boolean => {
    // The process is gone, and the maintenance goes on.
    context.log.error(
      { err: error, process: processId },
      'not all executions of a deleted process are deleted',
    );
    return false;
  };
  while (!signal.aborted && (await removeLeft(context, turn, processId).catch(later)));
}

/**
 * Deletes executions whose process was deleted: so many in one turn. One whose outputs another process has begun to use, or
 * that was protected meanwhile, stays until that is over.
 * @param processId of one process, or of all
 * @returns and @throws as `eachInTurn`
 */
export async function removeLeft(
  context: Pick<Context, 'database' | 'events' | 'objects' | 'data' | 'log'>,
  turn = firstTurn(),
  processId: string | null = null,
): Promise<boolean> {
  const { database, log } = context;
  // By the index of processes: there are far fewer of them than of executions.
  const taken = await selectRows<{ id: string; organisation_id: string }>(
    database.queries,
    sql`with recursive known(id) as (
        (select process_id from process_executions where ${processId}::uuid is null order by process_id limit 1)
        union all
        select (select process_id from process_executions where process_id > known.id order by process_id limit 1)
          from known where known.id is not null),
      gone as (
        select id from (select id from known where id is not null union all select ${processId}::uuid) as owners
        where id is not null and not exists (select from processes where processes.id = owners.id))
      select e.id, e.organisation_id from gone join process_executions e on e.process_id = gone.id
      where e.ended_at is not null and (${turn.after}::uuid is null or e.id > ${turn.after}::uuid)
      order by e.id limit ${atOnce}`,
  );
  const list = { turn, taken, most: atOnce, fault: 'an execution of a deleted process cannot be deleted' };
  return await eachInTurn(log, list, async ({ id, organisation_id: organisationId }) => {
    try {
      await removeExecution(context, organisationId, id);
    } catch (error) {
      // Another node, or a user, was faster.
      if (error instanceof CallError && error.code === 'not_found') return;
      if (!(error instanceof CallError)) throw error;
      log.warn({ execution: id, reason: error.message }, list.fault);
    }
  });
}

/** @throws CallError `conflict` for an execution that is protected or whose outputs are in use */
async function refuseAny(context: Pick<Context, 'database' | 'data'>, processId: string): Promise<void> {
  let after: string | null = null;
  do {
    const page: readonly { readonly id: string; readonly delete_protection: boolean }[] = await selectRows(
      context.database.queries,
      sql`select id, delete_protection from process_executions where process_id = ${processId}
        and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${atOnce}`,
    );
    page.forEach(refuseProtected);
    await context.database.transaction(async (tx) => {
      for (const { id } of page) await context.data.refuseRemoval(tx, id, { exceptProcess: processId });
    });
    after = page.length === atOnce ? page.at(-1)!.id : null;
  } while (after !== null);
}

/** Stops a process, so many executions in one transaction. None begins any more once the first has been committed. */
async function stopAll(
  context: Pick<Context, 'database' | 'events' | 'processes' | 'onEnded'>,
  organisationId: string,
  processId: string,
  userId: string,
): Promise<void> {
  const { database, processes } = context;
  await database.transaction(async (tx) => {
    await processes.load(tx, organisationId, processId, { lock: true });
    await processes.setStatus(tx, processId, 'stop', userId);
  });
  let after: string | null = null;
  do {
    const page = { after, most: atOnce };
    const asked: readonly { readonly id: string }[] = await database.transaction(
      async (tx) => await stopRuns(tx, context, processId, userId, page),
    );
    after = asked.length === atOnce ? asked.at(-1)!.id : null;
  } while (after !== null);
}

async function allEnded(
  context: Pick<Context, 'database' | 'events'>,
  processId: string,
  signal: AbortSignal,
): Promise<void> {
  const waker = createWaker();
  const unsubscribe = context.events.subscribe('execution', undefined, waker.wake);
  const until = AbortSignal.any([signal, AbortSignal.timeout(stopWithinMilliseconds)]);
  try {
    while ((await unfinished(context.database.queries, processId)) > 0) {
      if (until.aborted) {
        throw new CallError('unavailable', 'The process is still being stopped: delete it again in a while', {
          retryAfterSeconds: 10,
        });
      }
      await waker.sleep(2000, until);
    }
  } finally {
    unsubscribe();
  }
}
