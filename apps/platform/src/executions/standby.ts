import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as breath, setTimeout as pause } from 'node:timers/promises';

import { and, asc, eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import { removeTree } from '../runtimes/index.ts';
import type { AttemptHandle, AttemptSpec } from '../runtimes/index.ts';
import type { Work } from './component.ts';
import type { Context, EngineManifest, Follower, StandbyEnd, StoredOutputs } from './context.ts';
import { attemptSpec, fill, gatherGiven, layOutAhead } from './prepare.ts';
import type { Given, Standing } from './prepare.ts';
import { workColumns } from './rows.ts';
import type { EngineComponent } from './rows.ts';

/** Whether an attempt that the database does not know stands ready. */
export const standsReady = ({ standbys }: Context, attemptId: string): boolean =>
  standbys.attempts.has(attemptId);

/**
 * Has an attempt stand ready for the component that waits for this one alone, if none does yet. To start a sandbox and
 * Node in it takes 50 ms, and to lay out its folder a few: while a component runs, this is done for the next one of its
 * chain, which then only has to be given its files. When the platform is killed meanwhile, `cleanUp` finds an attempt that
 * nobody knows.
 */
export function standUp(context: Context, work: Predecessor): Follower {
  const { followers, hurried } = context.standbys;
  const { component, execution } = work;
  const follower = followers.get(component.id) ?? follow(context, work);
  follower.owned = true;
  followers.set(component.id, follower);
  if (hurried.has(execution.id)) void standUpNext(context, work, follower);
  return follower;
}

type Predecessor = Pick<Work, 'component' | 'execution'>;

/** In a chain of components so short that the next one is not ready when one ends, that after the next is made ready too. */
async function standUpNext(
  context: Context,
  { component, execution }: Predecessor,
  follower: Follower,
): Promise<void> {
  const next = await follower.prepared;
  const { followers } = context.standbys;
  if (next && followers.get(component.id) === follower && !followers.has(next.id))
    followers.set(next.id, follow(context, { component: next, execution }));
}

/**
 * To be called when a component needs no driver any more: what stands ready after it is ended and forgotten, unless this
 * platform has taken it up.
 */
export async function settleFollower(
  { standbys: { followers } }: Context,
  componentId: string,
  end: StandbyEnd,
): Promise<void> {
  const follower = followers.get(componentId);
  followers.delete(componentId);
  await follower?.settle(end);
}

/** How long the transaction that ends a component waits for the next one to have begun on trial. */
const trialMilliseconds = 100;
const callMilliseconds = 10_000;

function follow(context: Context, work: Predecessor): Follower {
  const { attempts, hurried, followers } = context.standbys;
  const id = randomUUID();
  attempts.add(id);
  let next: Ready | undefined;
  let dismissed = false;
  let isStanding = false;
  let trial: { readonly begun: Promise<AttemptHandle | null>; readonly region: unknown } | undefined;
  const stand = async (): Promise<EngineComponent | undefined> => {
    try {
      const found = await prepare(context, work, id, () => dismissed);
      if (found && !dismissed) next = found;
    } catch (error) {
      // It will be started in its turn, and that says what is wrong.
      context.log.debug(
        { err: error, component: work.component.id },
        'nothing stands ready after a component',
      );
    }
    isStanding = true;
    return next?.component;
  };
  const prepared = stand();
  const dismiss = async (): Promise<void> => {
    const { runtime, settings, log } = context;
    const folder = join(settings.attemptsFolder, id);
    const handle = { runtime: runtime.name, attemptId: id, folder };
    try {
      await trial?.begun;
      await runtime.stop(handle, { graceSeconds: 0 });
      await runtime.remove(handle);
      await removeTree(folder);
    } catch (error) {
      log.debug({ err: error, attempt: id }, 'an attempt that stood ready is cleaned up later');
    }
  };
  return {
    owned: false,
    prepared,
    beginWith: async (region, store) => {
      if (!isStanding) hurried.add(work.execution.id);
      if (!next || !mayBegin(context, work, next)) return await store();
      const [stored, given] = await Promise.all([store(), gatherFor(context, work, { ...next, region })]);
      if (given) {
        trial = { begun: begin(context, next, given, stored), region: given.region };
        // It is asked to begin before the database takes the processor.
        await breath();
      }
      return stored;
    },
    offer: async () => {
      if (!next) return undefined;
      if (!trial) return { ...next, handle: null, region: undefined };
      const late = pause(trialMilliseconds, null, { ref: false });
      const handle = await Promise.race([trial.begun, late]);
      return handle ? { ...next, handle, region: { geometry: trial.region } } : undefined;
    },
    settle: async ({ attempts: taken, closing }) => {
      const isTaken = taken?.includes(id) ?? false;
      dismissed = !isTaken;
      // At once, before anybody else can take them up.
      const after = isTaken || !next ? undefined : followers.get(next.component.id);
      const unused = after?.owned === false ? after : undefined;
      if (unused) followers.delete(next!.component.id);
      await prepared;
      if (isTaken && trial && closing) await keep(context, next!.spec);
      if (!isTaken && (taken !== null || !(await isKnown(context, id)))) await dismiss();
      await unused?.settle({ attempts: [], closing });
      attempts.delete(id);
    },
  };
}

/** Nobody will watch it here, and it goes on all the same. */
async function keep({ runtime, log }: Context, spec: AttemptSpec): Promise<void> {
  await runtime
    .start(spec, { signal: AbortSignal.timeout(callMilliseconds) })
    .catch((error: unknown) => log.warn({ err: error, attempt: spec.attemptId }, 'an attempt may be lost'));
}

/** Whether a transaction of which no answer came has taken an attempt up after all; what cannot be told is left as it is. */
async function isKnown({ database, log }: Context, attemptId: string): Promise<boolean> {
  try {
    const rows = await selectRows(
      database.queries,
      sql`select id from component_attempts where id = ${attemptId}`,
    );
    return rows.length > 0;
  } catch (error) {
    log.debug({ err: error, attempt: attemptId }, 'an attempt that stood ready is cleaned up later');
    return true;
  }
}

/** With no more memory than the one before it gives back. */
const mayBegin = ({ sandboxed }: Context, { component }: Predecessor, next: Ready): boolean =>
  sandboxed && !next.spec.network && next.component.memory <= component.memory;

interface Ready extends Standing {
  readonly manifest: EngineManifest;
  readonly spec: AttemptSpec;
}

async function prepare(
  context: Context,
  { component, execution }: Predecessor,
  id: string,
  isDismissed: () => boolean,
): Promise<Ready | undefined> {
  const { processServiceExecutions: components } = tables;
  if (execution.reuse || component.kind !== 'service') return undefined;
  const [next] = await context.database.queries
    .select({
      component: workColumns.component,
      attempts: sql<number>`(select coalesce(max(number), 0) from component_attempts where component_id = ${components.id})::int`,
    })
    .from(components)
    .where(
      and(
        eq(components.process_execution_id, execution.id),
        eq(components.kind, 'service'),
        sql`state = 'waiting' and waits_for = 1 and after @> to_jsonb(${component.chain_index}::int)`,
      ),
    )
    .orderBy(asc(components.chain_index))
    .limit(1);
  if (!next) return undefined;
  const manifest = await context.catalogue.manifest(context.database.queries, next.component.service_id);
  const attempt = { id, folder: join(context.settings.attemptsFolder, id), number: next.attempts + 1 };
  const standing = { execution, component: next.component, attempt };
  if (isDismissed()) return undefined;
  layOutAhead(context, standing, manifest);
  const spec = attemptSpec(context, standing, manifest);
  await context.runtime.standUp(spec, { signal: AbortSignal.timeout(callMilliseconds) });
  return { ...standing, manifest, spec };
}

/** What the next component is given besides the outputs of this one; undefined where that cannot be told yet. */
async function gatherFor(
  context: Context,
  { component }: Predecessor,
  next: Ready & Pick<Work, 'region'>,
): Promise<Given | undefined> {
  // Kept by this one for the next one, it is not in the store yet.
  if (component.storage_id !== null && component.storage_id === next.component.storage_id) return undefined;
  const given = await gatherGiven(
    context,
    next,
    new Map(component.job_outputs.map(({ data_id }) => [data_id, []])),
  );
  // To unpack takes as long as it takes.
  return given.storage ? undefined : given;
}

/** Asks nothing of the database: a transaction waits for it. */
async function begin(
  context: Context,
  next: Ready,
  given: Given,
  { files }: StoredOutputs,
): Promise<AttemptHandle | null> {
  try {
    const fresh = new Map(
      [...files].map(([dataId, list]) => [dataId, list.map((file) => ({ ...file, crs: null }))]),
    );
    await fill(context, next, next.manifest, given, fresh);
    return await context.runtime.start(next.spec, {
      onTrial: true,
      signal: AbortSignal.timeout(callMilliseconds),
    });
  } catch (error) {
    context.log.debug({ err: error, component: next.component.id }, 'a component begins in its turn');
    return null;
  }
}
