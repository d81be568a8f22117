import type { NodesAnswer } from '@fusion-platform/contract';
import { asc, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { isAlive } from './heartbeat.ts';

export type Node = Omit<typeof tables.nodes.$inferSelect, 'services' | 'created_at' | 'updated_at'> & {
  /** `silent`: it has missed its heartbeats, because it was killed or cannot reach the database. */
  readonly state: 'alive' | 'silent';
};

/** The platforms on this database, the oldest first. One that was stopped in order is not among them. */
export async function listNodes(queries: Queries): Promise<Node[]> {
  const { nodes } = tables;
  const rows = await queries
    .select({ node: nodes, alive: sql<boolean>`${isAlive}` })
    .from(nodes)
    .orderBy(asc(nodes.started_at));
  return rows.map(({ node, alive }) => {
    const { services: _services, created_at: _created, updated_at: _updated, ...shown } = node;
    return { ...shown, state: alive ? 'alive' : 'silent' };
  });
}

/** The room of a node, and how much of it components have taken. */
export interface NodeUse {
  readonly slots: number;
  readonly busy: number;
  readonly memoryMb: number;
  readonly busyMemoryMb: number;
}

/** Of those that are alive. */
export async function useOfNodes(queries: Queries): Promise<NodeUse[]> {
  const nodes = await readNodes(queries);
  return nodes
    .filter(({ state, slots }) => state === 'alive' && slots > 0)
    .map(({ slots, busy, memory, busy_memory }) => ({
      slots,
      busy,
      memoryMb: memory,
      busyMemoryMb: busy_memory,
    }));
}

const isoText = (column: string): SQL =>
  sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;

/** What every member of an organisation may know of the nodes: not their names and addresses. */
export async function readNodes(queries: Queries): Promise<NodesAnswer['nodes']> {
  return await selectRows<NodesAnswer['nodes'][number]>(
    queries,
    sql`select n.id, case when ${isAlive} then 'alive' else 'silent' end as state, n.version, n.runtime, n.isolation,
        n.slots, count(c.id)::int as busy, n.memory_mb::float8 as memory,
        coalesce(sum(c.memory), 0)::float8 as busy_memory,
        ${isoText('n.started_at')} as started_at, ${isoText('n.heartbeat_at')} as heartbeat_at
      from nodes n left join process_service_executions c
        on c.lease_owner = n.id and c.state in ('preparing', 'queued', 'running')
      group by n.id order by n.started_at`,
  );
}
