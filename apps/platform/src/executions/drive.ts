import { eq, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { ExpressionError } from '../processes/index.ts';
import type { AttemptEnded, AttemptGone } from '../runtimes/index.ts';
import { addAttempt } from './claim.ts';
import { cleanAttempt } from './clean.ts';
import { collect, remark } from './collect.ts';
import { endComponent, haltFor, moveComponent, readWork } from './component.ts';
import type { Work } from './component.ts';
import type { Context, EngineManifest } from './context.ts';
import { dispatchReason } from './dispatch.ts';
import { haltEnding, judge } from './judge.ts';
import type { Facts, Retried, Verdict } from './judge.ts';
import { readOutcome, TooManyFilesError } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { attemptSpec, layOut } from './prepare.ts';
import { publish } from './publish.ts';
import { findReuse } from './reuse.ts';
import { hasEnded } from './states.ts';
import { watchAttempt } from './watch.ts';

/**
 * Takes a component from wherever it stands to its end, a step at a time, each as its state in the database says.
 * @throws LeaseLostError when another platform has taken over; whatever a step meets that is to be tried again later
 */
export async function drive(context: Context, componentId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const work = await readWork(context.database.queries, context, componentId);
    const { state } = work.component;
    if (hasEnded(state)) return;
    if (work.attempt.host !== context.host) {
      await giveUpAttempt(context, componentId, 'the platform that ran it has been silent for too long');
      continue;
    }
    switch (state) {
      case 'waiting':
      case 'succeeded':
      case 'failed':
      case 'stopped':
        return;
      case 'preparing':
        await prepare(context, work, signal);
        break;
      case 'running':
        await run(context, work, signal);
        break;
      case 'publishing':
        await publish(context, work);
        break;
    }
  }
}

async function prepare(context: Context, work: Work, signal: AbortSignal): Promise<void> {
  const { database, runtime } = context;
  const { component, execution } = work;
  const why = haltFor(component, execution.halt);
  if (why !== null) {
    await database.transaction(async (tx) => {
      const locked = await readWork(tx, context, component.id, { lock: true });
      await setAttempt(tx, locked, { state: 'gone', ended_at: sql`clock_timestamp()` });
      await endComponent(tx, context, locked, 'stopped', haltEnding(why));
    });
    await cleanAttempt(context, work.attempt);
    return;
  }
  let manifest: EngineManifest;
  try {
    manifest = await context.catalogue.manifest(database.queries, component.service_id);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    await failPlatform(context, component.id, `Its service cannot be run: ${error.message}`);
    return;
  }
  let reuse: Reusing;
  try {
    const decision = await decide(context, work, manifest);
    if (decision === 'skipped') return;
    reuse = decision;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    await failPlatform(context, component.id, error.message);
    return;
  }
  await layOut(context, work, manifest);
  const handle = await runtime.start(attemptSpec(context, work, manifest), { signal });
  await database.transaction(async (tx) => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'preparing') return;
    await setAttempt(tx, locked, { state: 'running', handle, started_at: sql`clock_timestamp()` });
    await moveComponent(tx, context, locked.component, 'running', {
      ...reuse,
      started_at: locked.component.started_at ?? sql`clock_timestamp()`,
    });
  });
}

type Reusing = Pick<typeof tables.processServiceExecutions.$inferInsert, 'reuse_key' | 'reuse_note'>;

/**
 * Ends a component that has no need to run: there is nothing to send, or the outputs of an earlier one are taken over.
 * @returns what is to be noted of one that has to run
 */
async function decide(context: Context, work: Work, manifest: EngineManifest): Promise<Reusing | 'skipped'> {
  const { component } = work;
  const { database } = context;
  const nothingToSend = await dispatchReason(context, work);
  const { key, found } = nothingToSend
    ? { key: null, found: null }
    : await findReuse(context, work, manifest);
  const noted = { reuse_key: key, reuse_note: found && 'note' in found ? found.note : null };
  if (nothingToSend === null && !(found && 'outputs' in found)) return noted;
  await database.transaction(async (tx) => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'preparing' || locked.attempt.id !== work.attempt.id) return;
    await tx
      .update(tables.processServiceExecutions)
      .set(noted)
      .where(eq(tables.processServiceExecutions.id, component.id));
    await setAttempt(tx, locked, { state: 'gone', ended_at: sql`clock_timestamp()` });
    if (nothingToSend !== null) {
      await remark(tx, context, locked, nothingToSend);
      await endComponent(tx, context, locked, 'succeeded', { exitType: 'skipped', reason: nothingToSend });
    } else if (found && 'outputs' in found) {
      const note = `The outputs of component ${found.from} are taken over`;
      for (const [index, output] of component.job_outputs.entries())
        await context.data.takeOver(tx, found.outputs[index]!, output.data_id);
      await remark(
        tx,
        context,
        locked,
        `${note}: it ran the same version of the service with equal options and inputs.`,
      );
      await endComponent(tx, context, locked, 'succeeded', undefined, { from: found.from, note });
    }
  });
  await cleanAttempt(context, work.attempt);
  return 'skipped';
}

async function run(context: Context, work: Work, signal: AbortSignal): Promise<void> {
  const ended = await watchAttempt(context, work, signal);
  while (await collect(context, work)) signal.throwIfAborted();
  const { component, attempt } = work;
  const outcome = ended.state === 'ended' ? await outcomeOf(attempt.folder, work) : nothing;
  let verdict: Verdict | undefined;
  await context.database.transaction(async (tx) => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'running' || locked.attempt.id !== attempt.id) return;
    await setAttempt(tx, locked, exitFacts(ended));
    for (const warning of outcome.warnings) await remark(tx, context, locked, warning);
    verdict = judge({
      attempt: ended,
      ...(await policy(tx, context, locked)),
      outcome,
      missing: component.job_outputs
        .filter(({ number, optional }) => optional !== true && !outcome.files.has(number))
        .map(({ number, name }) => `output ${number} (${name})`),
      lastWords: await lastWords(tx, component.id, attempt.number),
    });
    await obey(tx, context, locked, verdict, ended);
    if (outcome.dispatched.length > 0)
      await tx
        .update(tables.processServiceExecutions)
        .set({ dispatched: outcome.dispatched.map((sent) => ({ ...sent })) })
        .where(eq(tables.processServiceExecutions.id, component.id));
  });
  if (verdict && verdict.to !== 'publishing') await cleanAttempt(context, attempt);
}

/** What decides whether a component is tried again. */
async function policy(
  tx: Queries,
  { catalogue, settings }: Context,
  { component, execution, attempt }: Work,
): Promise<Pick<Facts, 'halt' | 'resources' | 'earlier' | 'retries' | 'mostMemoryMb' | 'delaySeconds'>> {
  const rows = await selectRows<{ exit_type: Retried; count: number }>(
    tx,
    sql`select exit_type, count(*)::int as count from component_attempts
      where component_id = ${component.id} and number >= ${component.first_attempt} and number < ${attempt.number}
        and exit_type in ('lost', 'out_of_memory', 'transient') group by exit_type`,
  );
  const times = (reason: Retried): number => rows.find((row) => row.exit_type === reason)?.count ?? 0;
  const manifest = await catalogue.manifest(tx, component.service_id).catch((error: unknown) => {
    if (error instanceof CallError) return undefined;
    throw error;
  });
  return {
    halt: haltFor(component, execution.halt),
    resources: { memoryMb: component.memory, storageGb: component.storage },
    earlier: {
      lost: times('lost'),
      out_of_memory: times('out_of_memory'),
      transient: times('transient'),
    },
    retries: manifest?.retries ?? { lost: 2, out_of_memory: 0, transient: 0 },
    mostMemoryMb: settings.memoryMb,
    delaySeconds: settings.retryDelaySeconds,
  };
}

async function obey(
  tx: Queries,
  context: Context,
  work: Work,
  verdict: Verdict,
  ended: AttemptEnded | AttemptGone,
): Promise<void> {
  switch (verdict.to) {
    case 'publishing':
      await moveComponent(tx, context, work.component, 'publishing');
      return;
    case 'preparing': {
      const reason = ended.state === 'gone' ? ended.reason : 'it was lost';
      await setAttempt(tx, work, { exit_type: 'lost', reason });
      await tryAgain(tx, context, work, reason);
      return;
    }
    case 'waiting':
      await setAttempt(tx, work, { exit_type: verdict.exitType, reason: verdict.reason });
      await postpone(tx, context, work, verdict);
      return;
    case 'failed':
    case 'stopped':
      await setAttempt(tx, work, { exit_type: verdict.exitType, reason: verdict.reason });
      await endComponent(tx, context, work, verdict.to, {
        exitType: verdict.exitType,
        reason: verdict.reason,
      });
      return;
  }
}

async function tryAgain(tx: Queries, context: Context, work: Work, reason: string): Promise<void> {
  const number = work.attempt.number + 1;
  await remark(
    tx,
    context,
    work,
    `The attempt was lost: ${reason}. Trying again: this is attempt ${number}.`,
  );
  await addAttempt(tx, context, work.component.id, number, work.component.memory);
  await moveComponent(tx, context, work.component, 'preparing', { progress: 0 });
}

/** Lets a component wait for its next attempt: it gives its slot back meanwhile. */
async function postpone(
  tx: Queries,
  context: Context,
  work: Work,
  { reason, delaySeconds, memoryMb }: Extract<Verdict, { to: 'waiting' }>,
): Promise<void> {
  const more = memoryMb > work.component.memory ? ` with ${memoryMb} MB of memory` : '';
  const later = delaySeconds > 0 ? ` in ${Math.round(delaySeconds)} s` : '';
  await remark(tx, context, work, `${reason}. It is tried again${later}${more}.`);
  if (delaySeconds > 0) await context.events.tell(tx, { kind: 'time', id: work.component.id });
  await moveComponent(tx, context, work.component, 'waiting', {
    progress: 0,
    memory: memoryMb,
    lease_owner: null,
    lease_until: null,
    retry_at:
      delaySeconds > 0 ? sql`clock_timestamp() + make_interval(secs => ${delaySeconds}::float8)` : null,
  });
}

/** Another platform began this attempt and is gone: nothing of it can be reached from here. */
async function giveUpAttempt(context: Context, componentId: string, reason: string): Promise<void> {
  await context.database.transaction(async (tx) => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await setAttempt(tx, work, { state: 'gone', ended_at: sql`clock_timestamp()` });
    const verdict = judge({
      attempt: { state: 'gone', reason },
      ...(await policy(tx, context, work)),
      outcome: nothing,
      missing: [],
      lastWords: null,
    });
    await obey(tx, context, work, verdict, { state: 'gone', reason });
  });
}

/** Ends a component that the platform cannot run, whatever is tried. */
export async function failPlatform(context: Context, componentId: string, reason: string): Promise<void> {
  const { attempt } = await context.database.transaction(async (tx) => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await setAttempt(tx, work, {
      state: 'gone',
      ended_at: sql`clock_timestamp()`,
      exit_type: 'platform_error',
      reason,
    });
    await remark(tx, context, work, reason);
    await endComponent(tx, context, work, 'failed', { exitType: 'platform_error', reason });
    return work;
  });
  await cleanAttempt(context, attempt);
}

const nothing: Outcome = {
  success: null,
  exitType: null,
  abortReason: null,
  files: new Map(),
  dispatched: [],
  warnings: [],
};

async function outcomeOf(folder: string, { component }: Work): Promise<Outcome> {
  try {
    return await readOutcome(folder, component.job_outputs);
  } catch (error) {
    if (error instanceof TooManyFilesError) return { ...nothing, success: false, abortReason: error.message };
    throw error;
  }
}

async function setAttempt(
  tx: Queries,
  { attempt }: Work,
  fields: Parameters<ReturnType<typeof tx.update<typeof tables.componentAttempts>>['set']>[0],
): Promise<void> {
  await tx.update(tables.componentAttempts).set(fields).where(eq(tables.componentAttempts.id, attempt.id));
}

function exitFacts(ended: AttemptEnded | AttemptGone) {
  if (ended.state === 'gone') return { state: 'gone', ended_at: sql`clock_timestamp()` } as const;
  return {
    state: 'ended',
    started_at: ended.startedAt,
    ended_at: ended.endedAt,
    exit_code: ended.exitCode,
    signal: ended.signal,
    ended_by: ended.endedBy,
    out_of_memory: ended.outOfMemory,
    peak_memory_bytes: ended.peakMemoryBytes,
    peak_storage_bytes: ended.peakStorageBytes,
    cpu_seconds: ended.cpuSeconds,
  } as const;
}

/** The last lines on standard error, or of the whole log where there are none: mostly they say what went wrong. */
async function lastWords(tx: Queries, componentId: string, attempt: number): Promise<string | null> {
  const rows = await selectRows<{ message: string; stream: string }>(
    tx,
    sql`select stream, message from component_logs
      where component_id = ${componentId} and attempt = ${attempt} order by seq desc limit 200`,
  );
  const said = rows.filter(({ message }) => message.trim() !== '').toReversed();
  const errors = said.filter(({ stream }) => stream === 'stderr');
  const words = (errors.length > 0 ? errors : said)
    .slice(-3)
    .map(({ message }) => message)
    .join('\n');
  return words ? words.slice(-1000) : null;
}
