import { asc, sql } from 'drizzle-orm';

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

/** What a node that is alive has, and how much of it components have taken. */
export interface NodeUse {
  readonly slots: number;
  readonly busy: number;
  readonly memoryMb: number;
  readonly busyMemoryMb: number;
}

export async function useOfNodes(queries: Queries): Promise<NodeUse[]> {
  return await selectRows<NodeUse>(
    queries,
    sql`select n.slots, n.memory_mb::float8 as "memoryMb", count(c.id)::int as busy,
        coalesce(sum(c.memory), 0)::float8 as "busyMemoryMb"
      from nodes n left join process_service_executions c
        on c.lease_owner = n.id and c.state in ('preparing', 'running')
      where ${isAlive} and n.slots > 0 group by n.id`,
  );
}
