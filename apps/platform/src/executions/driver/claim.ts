import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { activeStates, addAttempts, claimComponents } from '../component/index.ts';

const active = sql.raw(activeStates.map((state) => `'${state}'`).join(', '));

/** What there is to be done, as one look at the database tells. */
export interface Pending {
  /** Components that are this platform's, or nobody's any more, and have no driver. */
  readonly left: boolean;
  /** Components that can begin, slots permitting. */
  readonly runnable: boolean;
  /** Executions of which nothing runs any more. */
  readonly over: boolean;
}

/** @param driven components that this process is busy with */
export async function lookForWork(context: Context, driven: readonly string[]): Promise<Pending> {
  const [pending] = await selectRows<Pending>(
    context.database.queries,
    sql`select exists (select from process_service_executions where ${isLeft(context, driven)}) as left,
      exists (select from process_service_executions where ${isReady}) as runnable,
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

const isLeft = ({ nodeId }: Context, driven: readonly string[]) =>
  sql`state in (${active})
    and (lease_owner = ${nodeId} or lease_until is null or lease_until < clock_timestamp())
    and (retry_at is null or retry_at <= clock_timestamp()) and id <> all (${sql.param([...driven])}::uuid[])`;

const isReady = sql`state = 'waiting' and runnable and (retry_at is null or retry_at <= clock_timestamp())`;

const leaseOf = ({ nodeId, settings }: Context) =>
  sql`lease_owner = ${nodeId}, lease_until = clock_timestamp() + make_interval(secs => ${settings.leaseSeconds})`;

/** Takes up waiting components for which there are slots and memory. @returns their ids */
export async function claimWaiting(tx: Queries, context: Context): Promise<readonly string[]> {
  const { database, settings, nodeId } = context;
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
  const claimed = await claimComponents(tx, chosen, { nodeId, seconds: settings.leaseSeconds });
  await addAttempts(tx, nodeId, claimed);
  return claimed.map(({ id }) => id);
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

/** Says that this platform is alive and at work on its components. */
export async function renewLeases(context: Context, driven: readonly string[]): Promise<void> {
  if (driven.length === 0) return;
  await context.database.queries.execute(
    sql`update process_service_executions
      set lease_until = clock_timestamp() + make_interval(secs => ${context.settings.leaseSeconds})
      where lease_owner = ${context.nodeId} and id::text = any (${sql.param([...driven])}::text[])`,
  );
}
