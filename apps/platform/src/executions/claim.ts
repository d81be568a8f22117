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
  const waiting = await selectRows<{ id: string }>(
    tx,
    sql`select id from process_service_executions where state = 'waiting' and ready
      and (retry_at is null or retry_at <= clock_timestamp()) limit 1`,
  );
  if (waiting.length === 0) return [];
  // Two platforms that count the free slots at once would both take the last one.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('fusion-platform slots'))`);
  const [busy] = await selectRows<{ count: number; memory: number }>(
    tx,
    sql`select count(*)::int as count, coalesce(sum(memory), 0)::float8 as memory
      from process_service_executions where state in ('preparing', 'running')`,
  );
  const free = context.settings.slots - (busy?.count ?? 0);
  if (free <= 0) return [];
  const candidates = await selectRows<Candidate>(
    tx,
    sql`select id, memory from process_service_executions
      where state = 'waiting' and ready and (retry_at is null or retry_at <= clock_timestamp())
      order by seq limit ${free + lookedPast} for update skip locked`,
  );
  const chosen = choose(candidates, free, context.settings.memoryMb - (busy?.memory ?? 0), busy?.count === 0);
  if (chosen.length === 0) return [];
  const taken = await selectRows<Candidate & { readonly attempts: number }>(
    tx,
    sql`update process_service_executions set state = 'preparing', retry_at = null, updated_at = clock_timestamp(), ${lease}
      where id = any (${sql.param(chosen)}::uuid[])
      returning id, memory, (select coalesce(max(number), 0)::int from component_attempts a
        where a.component_id = process_service_executions.id) as attempts`,
  );
  for (const { id, memory, attempts } of taken) await addAttempt(tx, context, id, attempts + 1, memory);
  return taken;
}

/** How many components that need more memory than is free are looked past for one that does not. */
const lookedPast = 20;

interface Candidate {
  readonly id: string;
  readonly memory: number;
}

/** The first ones for which there are slots and memory. One that needs more than there is at all runs alone. */
function choose(candidates: readonly Candidate[], slots: number, memory: number, idle: boolean): string[] {
  const chosen: string[] = [];
  let left = memory;
  for (const candidate of candidates) {
    if (chosen.length >= slots) break;
    const alone = idle && chosen.length === 0;
    if (candidate.memory > left && !alone) continue;
    chosen.push(candidate.id);
    left -= candidate.memory;
  }
  return chosen;
}

/** Writes down that a component is about to be tried, before anything of it exists. */
export async function addAttempt(
  tx: Queries,
  { host, settings }: Context,
  componentId: string,
  number: number,
  memory: number,
): Promise<void> {
  const id = randomUUID();
  await tx.insert(tables.componentAttempts).values({
    id,
    component_id: componentId,
    number,
    host,
    state: 'preparing',
    memory,
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
