import { eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../../database/index.ts';
import type { Queries, StoredReason } from '../../../database/index.ts';
import { RuntimeError } from '../../../runtimes/index.ts';
import type { Collected, Observation, RuntimeReason } from '../../../runtimes/index.ts';
import { handleOf, logFromPlatform, positionFields, store, storeRecords } from '../../records/index.ts';
import {
  addAttempts,
  decide,
  endAttempt,
  endComponent,
  haltFor,
  LeaseLostError,
  noteOfAttempt,
  postponeComponent,
  publishComponent,
  readWork,
  repeatComponent,
  withdrawAttempt,
} from '../../component/index.ts';
import { cleanAttempts } from '../../cleanup/index.ts';
import type { Facts, Retried, Decision, Work } from '../../component/index.ts';
import type { Context } from '../../context.ts';
import { manifestIfOffered } from '../manifest-cache.ts';
import { findReuse } from './reuse.ts';
import { beginRunning } from './queue.ts';
import type { Step } from './step.ts';
import { watchAttempt } from './watch.ts';

/** Waits for the end of a running attempt, and writes down what follows from it. */
export async function finishAttempt(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  const reuseKey = keyOf(context, work);
  // It is awaited below, where its error counts.
  reuseKey.catch(() => undefined);
  return await finishWith(context, work, reuseKey, signal);
}

/**
 * The key by which its outputs are found for reuse. It is worked out while the component runs, unless it was needed before
 * to decide whether to run it. A component that was found running after a restart gets none: what its inputs were when it
 * began is not known.
 */
async function keyOf(
  context: Pick<Context, 'database' | 'data' | 'catalogue'>,
  work: Work,
): Promise<string | null> {
  const { component } = work;
  if (component.reuse_key !== null || component.kind === 'dispatch' || !work.justBegun)
    return component.reuse_key;
  const manifest = await manifestIfOffered(context.database.queries, context, component.service_id);
  return manifest && (await findReuse(context, work, manifest)).key;
}

async function finishWith(
  context: Context,
  work: Work,
  reuseKeyWorkedOut: Promise<string | null>,
  signal: AbortSignal,
): Promise<Step> {
  const last = await watchAttempt(context, work, signal);
  const { component, attempt } = work;
  const ended = last.observation;
  const well = ended.state === 'ended' && ended.exitCode === 0 && ended.reason?.code === 'exited';
  const collected = well || ended.state === 'gone' ? nothing : await outcomeAlone(context, work, signal);
  const reuseKey = well ? await reuseKeyWorkedOut : null;
  const step = await context.database.transaction(async (tx): Promise<Finish> => {
    const found = await readWork(tx, context, component.id, { lock: true });
    const { state } = found.component;
    if ((state !== 'running' && state !== 'queued') || found.attempt.id !== attempt.id)
      return { next: 'read' };
    if (found.attempt.cursor !== last.from.cursor) throw new LeaseLostError(component.id);
    const gone = ended.state === 'gone';
    // The cursor of one that has ended is written with its end.
    if (gone) await store(tx, context, found, last);
    else await storeRecords(tx, context, found, last);
    // It may have begun and ended between two looks.
    const begun = well || ended.startedAt !== null;
    const locked = begun ? await beginRunning(tx, context, found, ended.startedAt) : found;
    const row = gone
      ? await withdrawAttempt(tx, attempt)
      : await endAttempt(tx, attempt, { ...exitFacts(ended), ...positionFields(last) }, last.from.cursor);
    // A stopped component is charged by its progress, the last that it reported included.
    const { progress } = last.to;
    const now = { ...locked, attempt: row, component: { ...locked.component, progress } };
    if (well && haltFor(now.component, now.execution.state) === null) {
      const fields = { reuse_key: reuseKey };
      const moved = await publishComponent(tx, context, now.component, fields);
      return { next: { ...now, component: moved } };
    }
    await noteOutcome(tx, context, now, collected);
    const decision = decide({
      attempt: ended,
      outcome: collected.outcome,
      missing: [],
      ...(await policy(tx, context, now)),
      logTail: await logTail(tx, component.id, attempt.number),
    });
    const next = await applyDecision(tx, context, now, { decision });
    return { next, attempt: row, again: decision.to === 'preparing' };
  });
  // Another attempt replaces this one.
  if (step.again) await cleanAttempts(context, [attempt]);
  return step;
}

/** What an attempt that failed says of itself. Nothing, where what it left is gone. */
async function outcomeAlone(
  context: Pick<Context, 'runtime'>,
  { attempt }: Work,
  signal: AbortSignal,
): Promise<Collected> {
  const plan = { outputPrefix: null, storageKey: null };
  try {
    return await context.runtime.collect(handleOf(context, attempt), plan, { signal });
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'invalid_attempt') return nothing;
    throw error;
  }
}

/** Writes down what an attempt says of itself besides how it ended. */
export async function noteOutcome(
  tx: Queries,
  context: Pick<Context, 'events'>,
  work: Work,
  { warnings, dispatched }: Collected,
): Promise<void> {
  for (const warning of warnings) await logFromPlatform(tx, context, work, warning);
  if (dispatched.length > 0)
    await tx
      .update(tables.processServiceExecutions)
      .set({ dispatched: dispatched.map((sent) => ({ ...sent })) })
      .where(eq(tables.processServiceExecutions.id, work.component.id));
}

/** Outputs that have to have a file and have none. */
export const missingOf = ({ component }: Pick<Work, 'component'>, { outputs }: Collected): string[] =>
  component.job_outputs
    .filter(({ number, optional }) => optional !== true && !outputs.has(number))
    .map(({ number, name }) => `output ${number} (${name})`);

interface Finish extends Step {
  readonly again?: boolean;
}

/** What decides whether a component is tried again. */
export async function policy(
  tx: Queries,
  context: Pick<Context, 'catalogue' | 'settings' | 'runtime'>,
  { component, execution, attempt }: Work,
): Promise<Omit<Facts, 'attempt' | 'outcome' | 'missing' | 'logTail'>> {
  const rows =
    attempt.number > component.first_attempt
      ? await selectRows<{ exit_type: Retried; count: number }>(
          tx,
          sql`select exit_type, count(*)::int as count from component_attempts
            where component_id = ${component.id} and number >= ${component.first_attempt} and number < ${attempt.number}
              and exit_type in ('lost', 'out_of_memory', 'transient') group by exit_type`,
        )
      : [];
  const times = (reason: Retried): number => rows.find((row) => row.exit_type === reason)?.count ?? 0;
  const manifest = await manifestIfOffered(tx, context, component.service_id);
  return {
    halt: haltFor(component, execution.state),
    runtime: context.runtime.name,
    inputs: component.job_inputs,
    resources: { memoryMb: component.memory, storageGb: component.storage },
    earlier: {
      lost: times('lost'),
      out_of_memory: times('out_of_memory'),
      transient: times('transient'),
    },
    retries: manifest?.retries ?? { lost: 2, out_of_memory: 0, transient: 0 },
    mostMemoryMb: context.settings.memoryMb,
    delaySeconds: context.settings.retryDelaySeconds,
  };
}

export async function applyDecision(
  tx: Queries,
  context: Pick<Context, 'events' | 'nodeId' | 'onEnded'>,
  work: Work,
  { decision }: { readonly decision: Decision },
): Promise<Step['next']> {
  switch (decision.to) {
    case 'publishing':
      throw new Error('a component that ended well is published');
    case 'preparing': {
      const { reason } = decision;
      await noteOfAttempt(tx, work.attempt, { exit_type: 'lost', reason });
      await tryAgain(tx, context, work, reason);
      return 'read';
    }
    case 'waiting':
      await noteOfAttempt(tx, work.attempt, { exit_type: decision.exitType, reason: decision.reason });
      await postpone(tx, context, work, decision);
      return 'done';
    case 'failed':
    case 'stopped':
      await noteOfAttempt(tx, work.attempt, { exit_type: decision.exitType, reason: decision.reason });
      await endComponent(tx, context, work, decision.to === 'failed' ? 'fail' : 'stop', {
        exitType: decision.exitType,
        reason: decision.reason,
        why: decision.why,
      });
      return 'done';
  }
}

async function tryAgain(
  tx: Queries,
  context: Pick<Context, 'events' | 'nodeId'>,
  work: Work,
  reason: string,
): Promise<void> {
  const number = work.attempt.number + 1;
  await logFromPlatform(
    tx,
    context,
    work,
    `The attempt was lost: ${reason}. Trying again: this is attempt ${number}.`,
  );
  await addAttempts(tx, context.nodeId, [work.component]);
  await repeatComponent(tx, context, work.component);
}

/** Lets a component wait for its next attempt. It releases its slot until then. */
async function postpone(
  tx: Queries,
  context: Pick<Context, 'events'>,
  work: Work,
  { reason, delaySeconds, memoryMb }: Extract<Decision, { to: 'waiting' }>,
): Promise<void> {
  const more = memoryMb > work.component.memory ? ` with ${memoryMb} MiB of memory` : '';
  const later = delaySeconds > 0 ? ` in ${Math.round(delaySeconds)} s` : '';
  await logFromPlatform(tx, context, work, `${reason}. It is tried again${later}${more}.`);
  if (delaySeconds > 0) await context.events.publish(tx, { kind: 'time', id: work.component.id });
  await postponeComponent(tx, context, work.component, { memoryMb, delaySeconds });
}

/** The node that started this attempt is lost, or what the attempt left is: it does not count. */
export async function giveUpAttempt(
  context: Pick<Context, 'database' | 'events' | 'catalogue' | 'nodeId' | 'settings' | 'runtime' | 'onEnded'>,
  componentId: string,
  reason: string,
): Promise<Step> {
  return await context.database.transaction(async (tx): Promise<Step> => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await withdrawAttempt(tx, work.attempt);
    const decision = decide({
      attempt: {
        state: 'gone',
        reason: { code: 'node_lost', evidence: { node: null, message: reason } },
        exitCode: null,
      },
      ...(await policy(tx, context, work)),
      outcome: nothing.outcome,
      missing: [],
      logTail: null,
    });
    return { next: await applyDecision(tx, context, work, { decision }) };
  });
}

/** Ends a component that the platform cannot run. @param why the same as data, where more is known */
export async function failPlatform(
  context: Pick<Context, 'database' | 'events' | 'nodeId' | 'onEnded'>,
  componentId: string,
  reason: string,
  why?: StoredReason,
): Promise<Step> {
  await context.database.transaction(async (tx) => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await withdrawAttempt(tx, work.attempt, { exit_type: 'platform_error', reason });
    await logFromPlatform(tx, context, work, reason);
    await endComponent(tx, context, work, 'fail', { exitType: 'platform_error', reason, why });
  });
  return { next: 'done' };
}

const nothing: Collected = {
  outcome: { success: null, exitType: null, abortReason: null },
  outputs: new Map(),
  storage: null,
  dispatched: [],
  warnings: [],
};

const endedBy: Partial<Record<RuntimeReason['code'], string>> = {
  out_of_memory: 'memory',
  storage_exceeded: 'storage',
  timed_out: 'timeout',
  cancelled: 'stop',
  cannot_start: 'launch-failure',
};

function exitFacts({ reason, exitCode, startedAt, endedAt, usage }: Observation) {
  return {
    started_at: startedAt,
    ended_at: endedAt,
    exit_code: exitCode,
    signal: reason?.code === 'signalled' ? reason.evidence.signal : null,
    ended_by: (reason && endedBy[reason.code]) ?? 'itself',
    out_of_memory: reason?.code === 'out_of_memory',
    peak_memory_bytes: usage.peakMemoryBytes,
    peak_storage_bytes: usage.peakStorageBytes,
    cpu_seconds: usage.cpuSeconds,
  } as const;
}

/** The last lines on standard error, or of the whole log where there are none: mostly they say what went wrong. */
async function logTail(tx: Queries, componentId: string, attempt: number): Promise<string | null> {
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
