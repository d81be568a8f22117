import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { and, asc, eq, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Work } from './component.ts';
import type { Context, Standby } from './context.ts';
import { attemptSpec, layOutAhead } from './prepare.ts';
import { workColumns } from './rows.ts';

/** Whether an attempt that the database does not know stands ready. */
export const standsReady = ({ standbys }: Context, attemptId: string): boolean =>
  [...standbys.all].some((standby) => standby.attemptId === attemptId);

/**
 * Has an attempt stand ready for the component that waits for this one alone. To start a sandbox takes 10 to 20 ms, and to
 * lay out its folder a few: while a component runs, this is done for the next one of its chain, which then only has to be
 * given its files. When the platform is killed meanwhile, `cleanUp` finds an attempt that nobody knows.
 * @returns a function to be called when this one has ended, with the components that were taken up by that
 */
export function standUp(context: Context, work: Work): (taken: readonly string[]) => Promise<void> {
  const { ready, all } = context.standbys;
  const standby: Standby = { attemptId: randomUUID(), dismissed: false };
  all.add(standby);
  const standing = prepare(context, work, standby).catch((error: unknown) => {
    // It will be started in its turn, and that says what is wrong.
    context.log.debug({ err: error, component: work.component.id }, 'nothing stands ready after a component');
  });
  return async (taken) => {
    const next = [...ready].find(([, of]) => of === standby)?.[0];
    standby.dismissed = next === undefined || !taken.includes(next);
    if (next !== undefined) ready.delete(next);
    await standing;
    if (standby.dismissed) await dismiss(context, standby.attemptId);
    all.delete(standby);
  };
}

async function prepare(context: Context, { component, execution }: Work, standby: Standby): Promise<void> {
  const { processServiceExecutions: components } = tables;
  if (execution.reuse || component.kind !== 'service') return;
  const [next] = await context.database.queries
    .select(workColumns.component)
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
  if (!next) return;
  const manifest = await context.catalogue.manifest(context.database.queries, next.service_id);
  const id = standby.attemptId;
  const attempt = { id, folder: join(context.settings.attemptsFolder, id) };
  const standing = { execution, component: next, attempt };
  if (standby.dismissed) return;
  await layOutAhead(context, standing, manifest);
  await context.runtime.standUp(attemptSpec(context, standing, manifest));
  if (!standby.dismissed) context.standbys.ready.set(next.id, standby);
}

async function dismiss({ runtime, settings, log }: Context, id: string): Promise<void> {
  const folder = join(settings.attemptsFolder, id);
  const handle = { runtime: runtime.name, attemptId: id, folder };
  try {
    await runtime.stop(handle, { graceSeconds: 0 });
    await runtime.remove(handle);
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    log.debug({ err: error, attempt: id }, 'an attempt that stood ready is cleaned up later');
  }
}
