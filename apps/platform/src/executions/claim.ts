import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { activeStates } from './states.ts';

const active = sql.raw(activeStates.map((state) => `'${state}'`).join(', '));

/**
 * Takes work: first the components that are this platform's already (it was restarted, or a step failed and is due
 * again) or whose platform has been silent for the length of a lease, then waiting ones as slots are free.
 * @param driven components that this process is busy with
 * @returns ids of components, leased to this platform
 */
export async function claimComponents(context: Context, driven: readonly string[]): Promise<string[]> {
  const { host, settings } = context;
  const lease = sql`lease_owner = ${host}, lease_until = clock_timestamp() + make_interval(secs => ${settings.leaseSeconds})`;
  return await context.database.transaction(async (tx) => {
    const kept = await selectRows<{ id: string }>(
      tx,
      sql`update process_service_executions set ${lease} where id in (
        select id from process_service_executions
        where state in (${active})
          and (lease_owner = ${host} or lease_until is null or lease_until < clock_timestamp())
          and (retry_at is null or retry_at <= clock_timestamp())
          and not (id::text = any (${sql.param([...driven])}::text[]))
        for update skip locked)
      returning id`,
    );
    const started = await claimWaiting(tx, context, lease);
    return [...kept, ...started].map(({ id }) => id);
  });
}

async function claimWaiting(
  tx: Queries,
  context: Context,
  lease: ReturnType<typeof sql>,
): Promise<{ id: string }[]> {
  const [waiting] = await selectRows<{ id: string }>(
    tx,
    sql`select id from process_service_executions where state = 'waiting' limit 1`,
  );
  if (!waiting) return [];
  // Two platforms that count the free slots at once would both take the last one.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('fusion-platform slots'))`);
  const [busy] = await selectRows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from process_service_executions where state in ('preparing', 'running')`,
  );
  const free = context.settings.slots - (busy?.count ?? 0);
  if (free <= 0) return [];
  const taken = await selectRows<{ id: string }>(
    tx,
    sql`update process_service_executions set state = 'preparing', updated_at = clock_timestamp(), ${lease} where id in (
      select c.id from process_service_executions c join process_executions e on e.id = c.process_execution_id
      where c.state = 'waiting' and e.halt is null and not exists (
        select from process_service_executions before
        where before.process_execution_id = c.process_execution_id and before.state <> 'succeeded'
          and c.after @> to_jsonb(before.chain_index))
      order by c.created_at, c.chain_index limit ${free}
      for update of c skip locked)
    returning id`,
  );
  for (const { id } of taken) await addAttempt(tx, context, id, 1);
  return taken;
}

/** Writes down that a component is about to be tried, before anything of it exists. */
export async function addAttempt(
  tx: Queries,
  { host, settings }: Context,
  componentId: string,
  number: number,
): Promise<void> {
  const id = randomUUID();
  await tx.insert(tables.componentAttempts).values({
    id,
    component_id: componentId,
    number,
    host,
    state: 'preparing',
    folder: join(settings.attemptsFolder, id),
  });
}

/** Says that this platform is alive and at work on its components. */
export async function renewLeases(context: Context, driven: readonly string[]): Promise<void> {
  if (driven.length === 0) return;
  await context.database.queries.execute(
    sql`update process_service_executions
      set lease_until = clock_timestamp() + make_interval(secs => ${context.settings.leaseSeconds})
      where lease_owner = ${context.host} and id::text = any (${sql.param([...driven])}::text[])`,
  );
}
