import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';

import { and, asc, eq, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { AttemptHandle, AttemptSpec } from '../runtimes/index.ts';
import type { Work } from './component.ts';
import type { Context, EngineManifest, Follower, Standby, StoredOutputs } from './context.ts';
import { attemptSpec, fill, gatherGiven, layOutAhead } from './prepare.ts';
import type { Given, Standing } from './prepare.ts';
import { workColumns } from './rows.ts';
import type { EngineComponent } from './rows.ts';

/** Whether an attempt that the database does not know stands ready. */
export const standsReady = ({ standbys }: Context, attemptId: string): boolean =>
  [...standbys.all].some((standby) => standby.attemptId === attemptId);

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
  { standbys: { followers, hurried } }: Context,
  { component, execution }: Predecessor,
  taken: readonly string[],
): Promise<void> {
  const follower = followers.get(component.id);
  followers.delete(component.id);
  await follower?.settle(taken);
  if (taken.length === 0) hurried.delete(execution.id);
}

function follow(context: Context, work: Predecessor): Follower {
  const { ready, all, hurried } = context.standbys;
  const standby: Standby = { attemptId: randomUUID(), dismissed: false };
  all.add(standby);
  let next: Ready | undefined;
  const stand = async (): Promise<EngineComponent | undefined> => {
    try {
      const found = await prepare(context, work, standby);
      if (!found || standby.dismissed) return undefined;
      next = found;
      ready.set(found.component.id, standby);
      return found.component;
    } catch (error) {
      // It will be started in its turn, and that says what is wrong.
      context.log.debug(
        { err: error, component: work.component.id },
        'nothing stands ready after a component',
      );
      return undefined;
    }
  };
  let isStanding = false;
  const prepared = stand().finally(() => {
    isStanding = true;
  });
  return {
    prepared,
    beginWith: async (region, store) => {
      if (!isStanding) hurried.add(work.execution.id);
      const mayBegin = next && !next.spec.network && context.sandboxed ? next : undefined;
      if (!mayBegin) return await store();
      const [stored, given] = await Promise.all([store(), gatherFor(context, work, { ...mayBegin, region })]);
      if (given) {
        standby.next = { ...mayBegin, region: { geometry: given.region } };
        standby.begun = begin(context, mayBegin, given, stored);
        // It is asked to begin before the database takes the processor.
        await breath();
      }
      return stored;
    },
    settle: async (taken) => {
      standby.dismissed = next === undefined || !taken.includes(next.component.id);
      if (next) ready.delete(next.component.id);
      await prepared;
      if (standby.dismissed) {
        await dismiss(context, standby);
        if (next) await settleFollower(context, next, []);
      }
      all.delete(standby);
    },
  };
}

interface Ready extends Standing {
  readonly manifest: EngineManifest;
  readonly spec: AttemptSpec;
}

async function prepare(
  context: Context,
  { component, execution }: Predecessor,
  standby: Standby,
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
  const id = standby.attemptId;
  const attempt = { id, folder: join(context.settings.attemptsFolder, id), number: next.attempts + 1 };
  const standing = { execution, component: next.component, attempt };
  if (standby.dismissed) return undefined;
  layOutAhead(context, standing, manifest);
  const spec = attemptSpec(context, standing, manifest);
  await context.runtime.standUp(spec);
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
  return await gatherGiven(context, next, new Map(component.job_outputs.map(({ data_id }) => [data_id, []])));
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
    return await context.runtime.start(next.spec, { onTrial: true });
  } catch (error) {
    context.log.debug({ err: error, component: next.component.id }, 'a component begins in its turn');
    return null;
  }
}

async function dismiss({ runtime, settings, log }: Context, { attemptId, begun }: Standby): Promise<void> {
  const folder = join(settings.attemptsFolder, attemptId);
  const handle = { runtime: runtime.name, attemptId, folder };
  try {
    await begun;
    await runtime.stop(handle, { graceSeconds: 0 });
    await runtime.remove(handle);
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    log.debug({ err: error, attempt: attemptId }, 'an attempt that stood ready is cleaned up later');
  }
}
