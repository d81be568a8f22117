import { CallError } from '@fusion-platform/contract';
import { eq } from 'drizzle-orm';

import { tables } from '../../../database/index.ts';
import type { Queries, StoredReason } from '../../../database/index.ts';
import { ExpressionError } from '../../../processes/index.ts';
import { RuntimeError } from '../../../runtimes/index.ts';
import type { AttemptHandle, Job } from '../../../runtimes/index.ts';
import {
  endComponent,
  haltEnding,
  haltFor,
  LeaseLostError,
  notAccepted,
  queueAttempt,
  queueComponent,
  queueReason,
  readWork,
  sentenceOf,
  startAttempt,
  startComponent,
  storedReason,
  withdrawAttempt,
} from '../../component/index.ts';
import { logFromPlatform } from '../../records/index.ts';
import type { Work } from '../../component/index.ts';
import { failPlatform } from './finish-attempt.ts';
import type { Manifest } from '../../../catalogue/index.ts';
import type { Context } from '../../context.ts';
import { dispatchReason, jobOf } from '../job/index.ts';
import { findReuse } from './reuse.ts';
import type { Reuse } from './reuse.ts';
import type { Step } from './step.ts';

/** Starts the attempt of a component, or ends the component where there is nothing to run. */
export async function begin(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  const { database, runtime } = context;
  const { component, execution } = work;
  const why = haltFor(component, execution.state);
  if (why !== null) {
    await database.transaction(async (tx) => {
      const locked = await readWork(tx, context, component.id, { lock: true });
      await withdrawAttempt(tx, locked.attempt);
      await endComponent(tx, context, locked, 'stop', haltEnding(why));
    });
    return { next: 'done' };
  }
  let manifest: Manifest;
  try {
    manifest = await context.catalogue.manifest(database.queries, component.service_id);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return await failPlatform(context, component.id, `Its service cannot be run: ${error.message}`);
  }
  let reuse: Reusing | undefined;
  try {
    const decision =
      execution.reuse || component.dispatch ? await decide(context, work, manifest) : undefined;
    if (decision && 'next' in decision) return decision;
    reuse = decision;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return await failPlatform(context, component.id, error.message);
  }
  const job = await jobOf(context, work, manifest);
  let handle: AttemptHandle;
  try {
    handle = await runtime.submit(job, { signal });
  } catch (error) {
    const refusal = refusalOf(error, runtime.name, job);
    if (refusal === null) throw error;
    return await failPlatform(context, component.id, sentenceOf(refusal), refusal);
  }
  const waits = await isQueued(context, handle, signal);
  return await database.transaction(async (tx): Promise<Step> => {
    if (waits !== null) {
      const queued = await queueComponent(tx, context, component, { ...reuse, reason: waits });
      const attempt = await queueAttempt(tx, work.attempt, handle);
      return { next: { execution, component: queued, attempt, justBegun: true } };
    }
    const running = await startComponent(tx, context, component, reuse ?? {});
    const attempt = await startAttempt(tx, work.attempt, handle);
    return { next: { execution, component: running, attempt, justBegun: true } };
  });
}

/** Why a runtime will never run a job, however often it is asked; null where it may. */
function refusalOf(error: unknown, runtime: string, { service, resources }: Job): StoredReason | null {
  if (!(error instanceof RuntimeError)) return null;
  if (error.code === 'service_gone')
    return storedReason('service_gone', { service: service.name, version: service.version });
  return error.code === 'invalid_attempt' ? notAccepted(runtime, error.message, resources.memoryMb) : null;
}

/** What an accepted attempt waits for; null when it does not wait. Its records are read again later, and then stored. */
async function isQueued(
  { runtime }: Pick<Context, 'runtime'>,
  handle: AttemptHandle,
  signal: AbortSignal,
): Promise<StoredReason | null> {
  if (!runtime.queues) return null;
  const [seen] = await runtime.observe([{ handle, cursor: null }], { signal });
  // One that has ended without having begun was never running: the next step tells.
  return seen?.state === 'running' ? null : queueReason(runtime.name, seen?.reason ?? null);
}

type Reusing = Pick<
  typeof tables.processServiceExecutions.$inferInsert,
  'reuse_key' | 'reuse_note' | 'reuse_differs'
>;

/**
 * Ends a component that has no need to run: there is nothing to send, or the outputs of an earlier one are taken over.
 * @returns what to write down of one that has to run
 */
async function decide(
  context: Pick<Context, 'database' | 'events' | 'objects' | 'data' | 'nodeId' | 'onEnded'>,
  work: Work,
  manifest: Manifest,
): Promise<Reusing | Step> {
  const nothingToSend = await dispatchReason(context, work);
  const { key, found } = nothingToSend
    ? { key: null, found: null }
    : await findReuse(context, work, manifest);
  const why = found && 'note' in found ? found : null;
  const noted = {
    reuse_key: key,
    reuse_note: why?.note ?? null,
    reuse_differs: why?.differs ? [...why.differs] : null,
  };
  if (nothingToSend !== null)
    return await endUnrun(context, work, noted, async (tx, locked) => {
      await logFromPlatform(tx, context, locked, nothingToSend);
      await endComponent(tx, context, locked, 'succeed', { exitType: 'skipped', reason: nothingToSend });
    });
  return found && 'outputs' in found ? await reuseOutputs(context, work, noted, found) : noted;
}

/** Ends a component with copies of the outputs of an earlier one. */
async function reuseOutputs(
  context: Pick<Context, 'database' | 'events' | 'data' | 'nodeId' | 'onEnded'>,
  work: Work,
  noted: Reusing,
  { from, outputs }: Extract<Reuse, { outputs: unknown }>,
): Promise<Step> {
  const { data } = context;
  const copied: { from: string; to: string; copies: Awaited<ReturnType<typeof data.copyFiles>> }[] = [];
  const discard = async (): Promise<void> => {
    for (const { copies } of copied) await data.discardCopies(copies);
  };
  let writing = false;
  try {
    for (const [index, { data_id: to }] of work.component.job_outputs.entries()) {
      const source = outputs[index]!;
      copied.push({ from: source, to, copies: await data.copyFiles(source, to) });
    }
    writing = true;
    const step = await endUnrun(context, work, noted, async (tx, locked) => {
      for (const copy of copied) await data.addCopies(tx, copy);
      const note = `The outputs of component ${from} are taken over`;
      await logFromPlatform(
        tx,
        context,
        locked,
        `${note}: it ran the same version of the service with equal options and inputs.`,
      );
      const reuse = { reused_from: from, reuse_note: note };
      await endComponent(tx, context, locked, 'succeed', undefined, reuse);
    });
    if (step.next === 'read') await discard();
    return step;
  } catch (error) {
    // The answer of a commit can be lost though it was made: then the bytes are needed. Those that are not are swept.
    if (!writing || error instanceof LeaseLostError) await discard();
    throw error;
  }
}

/** Ends a component without running it, unless it is no longer where it was. */
async function endUnrun(
  context: Pick<Context, 'database' | 'nodeId'>,
  { component, attempt }: Work,
  noted: Reusing,
  end: (tx: Queries, locked: Work) => Promise<void>,
): Promise<Step> {
  return await context.database.transaction(async (tx): Promise<Step> => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'preparing' || locked.attempt.id !== attempt.id) return { next: 'read' };
    await tx
      .update(tables.processServiceExecutions)
      .set(noted)
      .where(eq(tables.processServiceExecutions.id, component.id));
    await withdrawAttempt(tx, locked.attempt);
    await end(tx, locked);
    return { next: 'done' };
  });
}
