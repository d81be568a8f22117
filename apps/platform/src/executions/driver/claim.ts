import { sql } from 'drizzle-orm';
import type { Placeholder } from 'drizzle-orm';

import { claimRows, isUnclaimed, renewClaims, statement, unseenIds } from '../../database/index.ts';
import type { Lease, Queries } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { activeStates, addAttempts, claimComponents } from '../component/index.ts';
import { chooseComponents } from './choose-components.ts';
import type { Candidate } from './choose-components.ts';

const active = sql.raw(activeStates.map((state) => `'${state}'`).join(', '));

/** The work that one look at the database has found. */
export interface Pending {
  /** Components that are this node's, or whose lease is over, and that have no driver. */
  readonly left: boolean;
  /** Components that can begin, and a slot for one. */
  readonly runnable: boolean;
  /** Executions all of whose components have ended. */
  readonly over: boolean;
}

/** @param driven components that this process is busy with */
export async function lookForWork(
  context: Pick<Context, 'database' | 'nodeId' | 'settings'>,
  driven: readonly string[],
): Promise<Pending> {
  const { database, nodeId: node, settings } = context;
  const { slots, services } = settings;
  const ask = services === undefined ? lookEverywhere : lookHere;
  const [pending] = await ask(database.queries, { node, driven, slots, services });
  return pending!;
}

interface Looker {
  readonly [name: string]: unknown;
  readonly node: string;
  readonly slots: number;
  readonly services: readonly string[] | undefined;
}

const [node, slots, here] = [sql.placeholder('node'), sql.placeholder('slots'), sql.placeholder('services')];

const look = (name: string, services: Placeholder | undefined) =>
  statement<Pending, Looker & { readonly driven: readonly string[] }>(
    name,
    () => sql`select exists (select from process_service_executions where ${isActive(sql.placeholder('driven'))}
        and (lease_owner = ${node} or ${isUnclaimed}) and ${isForHere(node, services)}) as left,
      exists (select from process_service_executions where ${isRunnable} and ${isHere(services)})
        and (select count from ${busyOn(node)}) < ${slots}::int as runnable,
      exists (select from process_executions where ended_at is null and open_components = 0) as over`,
  );
const lookHere = look('look_for_work_here', here);
const lookEverywhere = look('look_for_work', undefined);

/**
 * Claims the components that are this node's already (it was restarted, or a step failed and is due again) or whose
 * platform has been silent for the length of a lease.
 * @returns their ids
 */
export async function claimLeft(
  context: Pick<Context, 'database' | 'nodeId' | 'settings'>,
  driven: readonly string[],
): Promise<readonly string[]> {
  return await claimRows(context.database.queries, 'process_service_executions', {
    lease: leaseOf(context),
    own: true,
    where: sql`${isActive(driven)} and ${isForHere(context.nodeId, context.settings.services)}`,
    order: sql`seq`,
    limit: mostLeft,
  });
}

const mostLeft = 1000;

const leaseOf = ({ nodeId, settings }: Pick<Context, 'nodeId' | 'settings'>): Lease => ({
  owner: nodeId,
  seconds: settings.leaseSeconds,
});

const isDue = sql`(retry_at is null or retry_at <= clock_timestamp())`;

const isActive = (driven: readonly string[] | Placeholder) =>
  sql`state in (${active}) and ${isDue} and id <> all (${unseenIds(driven)})`;

const isRunnable = sql`state = 'waiting' and runnable and ${isDue}`;

/** What a node has under way. */
const busyOn = (nodeId: Placeholder) =>
  sql`(select count(*)::int as count, coalesce(sum(memory), 0)::float8 as memory
      from process_service_executions b where state in ('preparing', 'queued', 'running') and exists (
        select from component_attempts a where a.component_id = b.id and a.node_id = ${nodeId}
          and a.state in ('preparing', 'queued', 'running'))) as busy`;

const waiting = (name: string, services: Placeholder | undefined) =>
  statement<Candidate & { readonly busy: number; readonly busy_memory: number }, Looker>(
    name,
    () => sql`select c.id, c.memory, c.overtaken, busy.count as busy, busy.memory as busy_memory
      from process_service_executions c, ${busyOn(node)}
      where ${isRunnable} and busy.count < ${slots}::int and ${isHere(services)}
      order by seq limit ${slots}::int + ${lookedPast}::int for update of c skip locked`,
  );
const waitingHere = waiting('waiting_here', here);
const anyWaiting = waiting('waiting', undefined);

/** Claims waiting components for which there are slots and memory. @returns their ids */
export async function claimWaiting(
  tx: Queries,
  context: Pick<Context, 'database' | 'nodeId' | 'settings'>,
): Promise<readonly string[]> {
  const { database, settings, nodeId } = context;
  // One that claims while another does would see none of what the other looks at, and be idle until its next look.
  if (database.kind === 'postgresql')
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('fusion-platform slots'))`);
  const { services } = settings;
  const ask = services === undefined ? anyWaiting : waitingHere;
  const candidates = await ask(tx, { node: nodeId, slots: settings.slots, services });
  const { busy, busy_memory: taken } = candidates[0] ?? { busy: 0, busy_memory: 0 };
  const { chosen, overtaken } = chooseComponents(candidates, {
    slots: settings.slots - busy,
    memoryMb: settings.memoryMb - taken,
    idle: busy === 0,
  });
  if (chosen.length === 0) return [];
  const claimed = await claimComponents(tx, chosen, leaseOf(context));
  await countOvertaken(tx, overtaken);
  await addAttempts(
    tx,
    nodeId,
    candidates.filter(({ id }) => claimed.includes(id)),
  );
  return claimed;
}

/**
 * Whether this node can run a component. Any node can fetch a published service; a service in a folder runs only on nodes that
 * have the folder. A component whose service no node has any more is taken by the first node, and fails with a sentence
 * instead of waiting.
 */
const isHere = (services: readonly string[] | Placeholder | undefined) =>
  services === undefined
    ? sql`true`
    : sql`(service_id = any (${unseenIds(services)}) or exists (
        select from services s where s.id = service_id and (s.source = 'published' or not s.present)))`;

/** Whether this node goes on with a component: it is its own, it can run it, or the component only has to be ended. */
const isForHere = (nodeId: string | Placeholder, services: readonly string[] | Placeholder | undefined) =>
  sql`(lease_owner = ${nodeId} or ${isHere(services)} or exists (
    select from process_executions e where e.id = process_execution_id and e.state in ('stopping', 'failing')))`;

/** How many components that need more memory than is free are looked past for one that does not. */
const lookedPast = 20;

async function countOvertaken(tx: Queries, overtaken: ReadonlyMap<string, number>): Promise<void> {
  if (overtaken.size === 0) return;
  const [ids, counts] = [[...overtaken.keys()], [...overtaken.values()]];
  await tx.execute(
    sql`update process_service_executions c set overtaken = c.overtaken + o.count
      from unnest(${sql.param(ids)}::uuid[], ${sql.param(counts)}::int[]) as o (id, count) where c.id = o.id`,
  );
}

/** Says that this node is alive and at work on its components. */
export async function renewLeases(
  context: Pick<Context, 'database' | 'nodeId' | 'settings'>,
  driven: readonly string[],
): Promise<void> {
  await renewClaims(context.database.queries, 'process_service_executions', driven, leaseOf(context));
}
