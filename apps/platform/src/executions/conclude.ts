import { eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { AttemptEnded, AttemptGone } from '../runtimes/index.ts';
import { setAttempt } from './attempt-row.ts';
import { addAttempt } from './claim.ts';
import { cleanAttempts } from './clean.ts';
import { collect, gather, remark, store } from './collect.ts';
import type { Gathered, Position } from './collect.ts';
import { endComponent, haltFor, moveComponent, readWork } from './component.ts';
import type { Work } from './component.ts';
import type { Context } from './context.ts';
import { judge } from './judge.ts';
import type { Facts, Retried, Verdict } from './judge.ts';
import { manifestIfOffered } from './manifest-cache.ts';
import { readOutcome, TooManyFilesError } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { sizeOf } from './publish.ts';
import { findReuse } from './reuse.ts';
import type { Step } from './step.ts';
import { watchAttempt } from './watch.ts';

/** Waits for the end of a running attempt, and draws the conclusion. */
export async function conclude(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  const reuseKey = keyOf(context, work);
  // Asked for below, where its fault counts.
  reuseKey.catch(() => undefined);
  return await drawConclusion(context, work, reuseKey, signal);
}

/**
 * By what its outputs are found again: worked out while it runs, unless that decided whether it does. Of one that was found
 * running nobody knows any more what its inputs were when it began.
 */
async function keyOf(context: Context, work: Work): Promise<string | null> {
  const { component } = work;
  if (component.reuse_key !== null || component.kind === 'dispatch' || !work.justBegun)
    return component.reuse_key;
  const manifest = await manifestIfOffered(context.database.queries, context, component.service_id);
  return manifest && (await findReuse(context, work, manifest)).key;
}

async function drawConclusion(
  context: Context,
  work: Work,
  reuseKeyWorkedOut: Promise<string | null>,
  signal: AbortSignal,
): Promise<Step> {
  const { ended, position } = await watchAttempt(context, work, signal);
  const { component, attempt } = work;
  const outcome = ended.state === 'ended' ? outcomeOf(attempt.folder, work) : nothing;
  const facts = {
    attempt: ended,
    outcome,
    missing: component.job_outputs
      .filter(({ number, optional }) => optional !== true && !outcome.files.has(number))
      .map(({ number, name }) => `output ${number} (${name})`),
  };
  const looksWell = judge({ ...facts, ...untried(work) }).to === 'publishing';
  const [gathered, reuseKey] = await Promise.all([
    gatherLast(context, work, position, signal),
    looksWell ? reuseKeyWorkedOut : null,
  ]);
  const step = await context.database.transaction(async (tx): Promise<Conclusion> => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'running' || locked.attempt.id !== attempt.id) return { next: 'read' };
    const exit = exitFacts(ended);
    const row = gathered
      ? await store(tx, context, locked, gathered, exit)
      : await setAttempt(tx, locked, exit);
    // What a stopped component costs goes by how far it said that it had come, at the very last too.
    const progress = gathered?.to.progress ?? locked.component.progress;
    const now = { ...locked, attempt: row, component: { ...locked.component, progress } };
    for (const warning of outcome.warnings) await remark(tx, context, now, warning);
    if (outcome.dispatched.length > 0)
      await tx
        .update(tables.processServiceExecutions)
        .set({ dispatched: outcome.dispatched.map((sent) => ({ ...sent })) })
        .where(eq(tables.processServiceExecutions.id, component.id));
    let verdict = judge({ ...facts, ...untried(now) });
    // Only what went ill asks for more: how often it was tried, and what it said last.
    if (verdict.to !== 'publishing')
      verdict = judge({
        ...facts,
        ...(await policy(tx, context, now)),
        lastWords: await lastWords(tx, component.id, attempt.number),
      });
    const next = await obey(tx, context, now, { verdict, reuseKey });
    return { next, attempt: row, again: verdict.to === 'preparing' };
  });
  // Another attempt is on its way, so this one is nobody's any more.
  if (step.again) await cleanAttempts(context, [attempt]);
  return step;
}

/** The last records of an attempt that has ended. All before them go by themselves: no transaction grows beyond bounds. */
async function gatherLast(
  context: Context,
  work: Work,
  from: Position,
  signal: AbortSignal,
): Promise<Gathered | null> {
  let gathered = await gather(context, work, from);
  while (gathered?.full === true) {
    signal.throwIfAborted();
    const position = await collect(context, work, gathered.from);
    gathered = await gather(context, work, position ?? gathered.to);
  }
  return gathered;
}

interface Conclusion extends Step {
  readonly again?: boolean;
}

/** The facts of a component of which nothing else is known. */
const untried = ({ component, execution }: Pick<Work, 'component' | 'execution'>) => ({
  halt: haltFor(component, execution.halt),
  resources: { memoryMb: component.memory, storageGb: component.storage },
  earlier: { lost: 0, out_of_memory: 0, transient: 0 },
  retries: { lost: 0, out_of_memory: 0, transient: 0 },
  mostMemoryMb: component.memory,
  delaySeconds: 0,
  lastWords: null,
});

/** What decides whether a component is tried again. */
async function policy(
  tx: Queries,
  context: Context,
  { component, execution, attempt }: Work,
): Promise<Pick<Facts, 'halt' | 'resources' | 'earlier' | 'retries' | 'mostMemoryMb' | 'delaySeconds'>> {
  const rows = await selectRows<{ exit_type: Retried; count: number }>(
    tx,
    sql`select exit_type, count(*)::int as count from component_attempts
      where component_id = ${component.id} and number >= ${component.first_attempt} and number < ${attempt.number}
        and exit_type in ('lost', 'out_of_memory', 'transient') group by exit_type`,
  );
  const times = (reason: Retried): number => rows.find((row) => row.exit_type === reason)?.count ?? 0;
  const manifest = await manifestIfOffered(tx, context, component.service_id);
  return {
    halt: haltFor(component, execution.halt),
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

async function obey(
  tx: Queries,
  context: Context,
  work: Work,
  { verdict, reuseKey = null }: { readonly verdict: Verdict; readonly reuseKey?: string | null },
): Promise<Step['next']> {
  switch (verdict.to) {
    case 'publishing':
      return {
        ...work,
        component: await moveComponent(tx, context, work.component, 'publishing', { reuse_key: reuseKey }),
      };
    case 'preparing': {
      const { reason } = verdict;
      await setAttempt(tx, work, { exit_type: 'lost', reason });
      await tryAgain(tx, context, work, reason);
      return 'read';
    }
    case 'waiting':
      await setAttempt(tx, work, { exit_type: verdict.exitType, reason: verdict.reason });
      await postpone(tx, context, work, verdict);
      return 'done';
    case 'failed':
    case 'stopped':
      await setAttempt(tx, work, { exit_type: verdict.exitType, reason: verdict.reason });
      await endComponent(tx, context, work, verdict.to, {
        exitType: verdict.exitType,
        reason: verdict.reason,
      });
      return 'done';
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
export async function giveUpAttempt(context: Context, componentId: string, reason: string): Promise<Step> {
  return await context.database.transaction(async (tx): Promise<Step> => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await setAttempt(tx, work, { state: 'gone', ended_at: sql`clock_timestamp()` });
    const verdict = judge({
      attempt: { state: 'gone', reason },
      ...(await policy(tx, context, work)),
      outcome: nothing,
      missing: [],
      lastWords: null,
    });
    return { next: await obey(tx, context, work, { verdict }) };
  });
}

/** Ends a component that the platform cannot run, whatever is tried. */
export async function failPlatform(context: Context, componentId: string, reason: string): Promise<Step> {
  await context.database.transaction(async (tx) => {
    const work = await readWork(tx, context, componentId, { lock: true });
    await setAttempt(tx, work, {
      state: 'gone',
      ended_at: sql`clock_timestamp()`,
      exit_type: 'platform_error',
      reason,
    });
    await remark(tx, context, work, reason);
    await endComponent(tx, context, work, 'failed', { exitType: 'platform_error', reason });
  });
  return { next: 'done' };
}

const gigabytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1);

const nothing: Outcome = {
  success: null,
  exitType: null,
  abortReason: null,
  files: new Map(),
  dispatched: [],
  warnings: [],
};

function outcomeOf(folder: string, { component }: Work): Outcome {
  try {
    const outcome = readOutcome(folder, component.job_outputs);
    const [size, most] = [sizeOf(outcome), component.storage * 1024 ** 3];
    // Files with holes take less room than they say, but whoever reads them reads all of it.
    if (size > most)
      return {
        ...nothing,
        success: false,
        exitType: 'storage_exceeded',
        abortReason: `Its outputs are ${gigabytes(size)} GB long; ${gigabytes(most)} are allowed`,
      };
    return outcome;
  } catch (error) {
    if (error instanceof TooManyFilesError) return { ...nothing, success: false, abortReason: error.message };
    throw error;
  }
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
