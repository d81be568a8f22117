import { buildReason } from '@fusion-platform/contract/reasons';
import type { Reason, ReasonCode, ReasonEvidence } from '@fusion-platform/contract';
import { and, asc, inArray, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { isAlive, useOfNodes } from '../../nodes/index.ts';
import type { NodeUse } from '../../nodes/index.ts';
import type { ComponentRow, ShownComponent, ShownExecution } from '../rows.ts';
import { faultReason, goesOn } from './platform-fault.ts';
import { readReason } from './read-reason.ts';

/** What something waits for, the same in a sentence, and both as data. */
export interface Waiting {
  readonly waiting_for: string;
  readonly waiting_reason: string;
  readonly reasons: Reason[];
}

/** What the answers need to know of the platform. */
export interface Limits {
  readonly slots: number;
  readonly memoryMb: number;
  readonly groupExecutions: number;
}

function waiting<C extends ReasonCode>(code: C, evidence: ReasonEvidence<C>): Waiting {
  return asWaiting(buildReason(code, evidence));
}

const asWaiting = (reason: Reason): Waiting => ({
  // Clients know one that is about to begin as one that waits for a slot.
  waiting_for: reason.code === 'turn' ? 'slot' : reason.code,
  waiting_reason: reason.sentence,
  reasons: [reason],
});

/** What executions wait for, by id: those that wait for nothing are not in it. */
export async function executionsWaiting(
  queries: Queries,
  limits: Limits,
  executions: readonly ShownExecution[],
): Promise<ReadonlyMap<string, Waiting>> {
  const found = new Map<string, Waiting>();
  const open = executions.filter(({ ended_at }) => ended_at === null);
  for (const execution of open) {
    if (!isNotAdmitted(execution)) continue;
    found.set(execution.id, await executionWait(queries, limits, execution));
  }
  const admitted = open.filter((execution) => !isNotAdmitted(execution));
  if (admitted.length === 0) return found;
  // Only the columns that decide, of the components that decide: chains are long, and clients ask often.
  const columns = tables.processServiceExecutions;
  const components = await queries
    .select({
      process_execution_id: columns.process_execution_id,
      state: columns.state,
      runnable: columns.runnable,
      memory: columns.memory,
      retry_at: columns.retry_at,
      faults: columns.faults,
      fault: columns.fault,
      service_id: columns.service_id,
      queue_reason: columns.queue_reason,
    })
    .from(tables.processServiceExecutions)
    .where(
      and(
        inArray(
          columns.process_execution_id,
          admitted.map(({ id }) => id),
        ),
        sql`(state in ('preparing', 'queued', 'running', 'publishing') or (state = 'waiting' and runnable))`,
      ),
    )
    .orderBy(asc(columns.chain_index));
  for (const execution of admitted) {
    if (execution.open_components === 0) {
      const analysis = await analysing(queries, execution.id);
      if (analysis) found.set(execution.id, analysis);
      continue;
    }
    const own = components.filter((component) => component.process_execution_id === execution.id);
    const faulty = own.filter((one) => !goesOn(one) && faultReason(one) !== null);
    if (own.some((one) => isUnderWay(one) && !faulty.includes(one))) continue;
    const fault = faulty[0] && faultReason(faulty[0]);
    if (fault) {
      found.set(execution.id, asWaiting(fault));
      continue;
    }
    const queued = own.find(({ state }) => state === 'queued');
    if (queued) {
      found.set(execution.id, queueWait(queued));
      continue;
    }
    const next = own.find(({ state, runnable }) => state === 'waiting' && runnable);
    if (next) found.set(execution.id, await componentWait(queries, limits, next));
  }
  return found;
}

const isUnderWay = ({ state }: Pick<ComponentRow, 'state'>): boolean =>
  state === 'preparing' || state === 'running' || state === 'publishing';

/** All components have ended, and the execution waits for the analysis of its outputs. */
async function analysing(queries: Queries, executionId: string): Promise<Waiting | null> {
  const [files] = await selectRows<{ open: number; count: number }>(
    queries,
    sql`select count(*) filter (where f.analysed_at is null)::int as open, count(*)::int as count
      from data_files f join data d on d.id = f.data_id where d.execution_id = ${executionId}`,
  );
  const { open = 0, count = 0 } = files ?? {};
  return open === 0 ? null : waiting('analysis', { analysed: count - open, files: count });
}

/** What a component waits for; undefined when it does not. */
export async function componentWaiting(
  queries: Queries,
  limits: Limits,
  execution: ShownExecution,
  component: ShownComponent,
  siblings: readonly ShownComponent[],
): Promise<Waiting | undefined> {
  if (component.state === 'queued') return queueWait(component);
  if (component.state !== 'waiting') return faultWait(component);
  if (isNotAdmitted(execution)) return await executionWait(queries, limits, execution);
  if (component.runnable) return await componentWait(queries, limits, component);
  const before = siblings
    .filter(({ chain_index, state }) => component.depends_on.includes(chain_index) && state !== 'succeeded')
    .map(({ name }) => `"${name}"`);
  return waiting('component', { components: before.join(' and ') });
}

const isNotAdmitted = ({ state }: ShownExecution): boolean => state === 'unpaid' || state === 'waiting';

async function executionWait(
  queries: Queries,
  { groupExecutions }: Limits,
  execution: ShownExecution,
): Promise<Waiting> {
  if (execution.state === 'unpaid') return waiting('credits', { price: Number(execution.price) });
  const [moment] = await selectRows<{ early: boolean }>(
    queries,
    sql`select ${execution.started_at}::timestamptz > platform_now() as early`,
  );
  if (moment?.early) return waiting('start_time', { starts_at: execution.started_at });
  if (execution.role === 'aggregator') {
    const [slices] = await selectRows<{ open: number; count: number }>(
      queries,
      sql`select count(*) filter (where ended_at is null)::int as open, count(*)::int as count
        from process_executions where group_id = ${execution.group_id} and role = 'slice'`,
    );
    return waiting('slices', { open: slices?.open ?? 0, slices: slices?.count ?? 0 });
  }
  return waiting('group', { limit: groupExecutions });
}

async function componentWait(
  queries: Queries,
  limits: Limits,
  component: Pick<ComponentRow, 'memory' | 'retry_at' | 'service_id'>,
): Promise<Waiting> {
  const [now] = await selectRows<{ busy: number; memory: number; again: boolean }>(
    queries,
    sql`select count(*)::int as busy, coalesce(sum(memory), 0)::float8 as memory,
        coalesce(${component.retry_at}::timestamptz > clock_timestamp(), false) as again
      from process_service_executions where state in ('preparing', 'queued', 'running')`,
  );
  const { busy = 0, memory = 0, again = false } = now ?? {};
  if (again && component.retry_at !== null) return waiting('retry', { retry_at: component.retry_at });
  const nodes = await nodesWithout(queries, component.service_id);
  if (nodes > 0) return waiting('node', { service: component.service_id, nodes });
  const several = await useOfNodes(queries);
  const own = { slots: limits.slots, busy, memoryMb: limits.memoryMb, busyMemoryMb: memory };
  return waitOnNodes(several.length > 1 ? several : [own], component.memory);
}

/** What a component that the platform could not start, or could not publish, waits for. */
export function faultWait(component: ShownComponent): Waiting | undefined {
  const fault = goesOn(component) ? null : faultReason(component);
  return fault === null ? undefined : asWaiting(fault);
}

const queueWait = ({ queue_reason: reason }: Pick<ComponentRow, 'queue_reason'>): Waiting =>
  asWaiting(readReason(reason) ?? buildReason('queue', { runtime: 'cluster' }));

/** How many nodes are alive, if the service is in a folder and none of them has it; 0 otherwise. */
async function nodesWithout(queries: Queries, serviceId: string): Promise<number> {
  const [found] = await selectRows<{ nodes: number }>(
    queries,
    sql`select case when count(*) filter (where services @> to_jsonb(${serviceId}::text)) > 0 then 0 else count(*)::int end as nodes
      from nodes where ${isAlive} and exists (
        select from services s where s.id = ${serviceId} and s.present and s.source <> 'published')`,
  );
  return found?.nodes ?? 0;
}

/** What it waits for on the nodes: each with a free slot and enough memory would take it. */
function waitOnNodes(nodes: readonly NodeUse[], needed: number): Waiting {
  const sum = (of: (node: NodeUse) => number): number => nodes.reduce((total, node) => total + of(node), 0);
  const [slots, busy] = [sum((node) => node.slots), sum((node) => node.busy)];
  const open = nodes.filter((node) => node.busy < node.slots);
  if (open.length === 0) return waiting('slot', { slots, busy });
  // A node that is idle takes one that needs more than it has, too.
  if (open.some((node) => node.busy === 0 || needed <= node.memoryMb - node.busyMemoryMb))
    return waiting('turn', { slots, busy });
  return waiting('memory', {
    needed,
    free: Math.max(0, ...open.map((node) => node.memoryMb - node.busyMemoryMb)),
    total: Math.max(...open.map((node) => node.memoryMb)),
  });
}
