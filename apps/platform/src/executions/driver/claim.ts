import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';

import { selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { activeStates } from '../component/index.ts';

const active = sql.raw(activeStates.map((state) => `'${state}'`).join(', '));

/** What there is to be done, as one look at the database tells. */
export interface Pending {
  /** Components that are this platform's, or nobody's any more, and have no driver. */
  readonly left: boolean;
  /** Components that can begin, slots permitting. */
  readonly ready: boolean;
  /** Executions of which nothing runs any more. */
  readonly over: boolean;
}

/** @param driven components that this process is busy with */
export async function lookForWork(context: Context, driven: readonly string[]): Promise<Pending> {
  const [pending] = await selectRows<Pending>(
    context.database.queries,
    sql`select exists (select from process_service_executions where ${isLeft(context, driven)}) as left,
      exists (select from process_service_executions where ${isReady}) as ready,
      exists (select from process_executions where ended_at is null and open_components = 0) as over`,
  );
  return pending!;
}

/**
 * Takes the components that are this platform's already (it was restarted, or a step failed and is due again) or whose
 * platform has been silent for the length of a lease.
 * @returns their ids
 */
export async function claimLeft(context: Context, driven: readonly string[]): Promise<readonly string[]> {
  const rows = await selectRows<{ id: string }>(
    context.database.queries,
    sql`update process_service_executions set ${leaseOf(context)} where id in (
      select id from process_service_executions where ${isLeft(context, driven)} for update skip locked) returning id`,
  );
  return rows.map(({ id }) => id);
}

const isLeft = ({ host }: Context, driven: readonly string[]) =>
  sql`state in (${active})
    and (lease_owner = ${host} or lease_until is null or lease_until < clock_timestamp())
    and (retry_at is null or retry_at <= clock_timestamp()) and id <> all (${sql.param([...driven])}::uuid[])`;

const isReady = sql`state = 'waiting' and ready and (retry_at is null or retry_at <= clock_timestamp())`;

const leaseOf = ({ host, settings }: Context) =>
  sql`lease_owner = ${host}, lease_until = clock_timestamp() + make_interval(secs => ${settings.leaseSeconds})`;

/** Takes up waiting components for which there are slots and memory. @returns their ids */
export async function claimWaiting(tx: Queries, context: Context): Promise<readonly string[]> {
  const { database, settings, host } = context;
  // Two platforms that count the free slots at once would both take the last one. An embedded database has one platform.
  if (database.kind === 'postgresql')
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('fusion-platform slots'))`);
  const candidates = await selectRows<Candidate & { readonly busy: number; readonly busy_memory: number }>(
    tx,
    sql`select c.id, c.memory, busy.count as busy, busy.memory as busy_memory from process_service_executions c,
        (select count(*)::int as count, coalesce(sum(memory), 0)::float8 as memory
          from process_service_executions where state in ('preparing', 'running')) as busy (count, memory)
      where ${isReady} and busy.count < ${settings.slots}::int
      order by seq limit ${settings.slots + lookedPast} for update of c skip locked`,
  );
  const { busy, busy_memory: taken } = candidates[0] ?? { busy: 0, busy_memory: 0 };
  const chosen = choose(candidates, settings.slots - busy, settings.memoryMb - taken, busy === 0);
  if (chosen.length === 0) return [];
  const ids = chosen.map(() => randomUUID());
  // Written down before anything of an attempt begins.
  await tx.execute(
    sql`with taken as (
        update process_service_executions c
        set retry_at = null, updated_at = clock_timestamp(), state = 'preparing', ${leaseOf(context)}
        from unnest(${sql.param(chosen)}::uuid[], ${sql.param(ids)}::uuid[]) as attempt (component_id, id)
        where c.id = attempt.component_id
        returning c.id as component_id, c.memory, c.seq, attempt.id,
          (select coalesce(max(number), 0) + 1 from component_attempts a where a.component_id = c.id) as number)
      insert into component_attempts (id, component_id, number, host, state, memory)
      select id, component_id, number, ${host}::uuid, 'preparing', memory
      from taken order by seq`,
  );
  return chosen;
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
  { host }: Context,
  componentId: string,
  number: number,
  memory: number,
): Promise<void> {
  await tx.insert(tables.componentAttempts).values({
    id: randomUUID(),
    component_id: componentId,
    number,
    host,
    state: 'preparing',
    memory,
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
