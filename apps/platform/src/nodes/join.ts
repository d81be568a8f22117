import { and, eq, ne, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { heartbeatSeconds, isAlive } from './heartbeat.ts';
import { refuseOtherStore } from './store-rule.ts';

export interface NewNode {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly store: string;
}

/** What a node has to give, once it is known. */
export interface Offer {
  readonly address: string;
  readonly slots: number;
  readonly memoryMb: number;
  readonly runtime: string;
  readonly isolation: string;
}

export interface Membership {
  /** The ids of the services in the folders of the other nodes that are alive. */
  readonly servicesElsewhere: () => Promise<readonly string[]>;
  /** Before others that start look which services are anywhere. */
  readonly offerServices: (ids: readonly string[]) => Promise<void>;
  readonly offer: (offer: Offer) => Promise<void>;
  readonly leave: () => Promise<void>;
}

/**
 * Enters a platform among those of its database, and says from then on that it is alive.
 * @param failed told when that could not be said
 * @throws NodeRefusedError when it keeps its files elsewhere than those that run
 */
export async function joinNodes(
  { kind, queries, transaction }: Pick<Database, 'kind' | 'queries' | 'transaction'>,
  { id, ...node }: NewNode,
  failed: (error: unknown) => void,
): Promise<Membership> {
  const { nodes } = tables;
  const others = and(ne(nodes.id, id), isAlive);
  await transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('fusion-platform nodes'))`);
    // An embedded database has one platform: any other row came with a backup.
    const gone =
      kind === 'pglite' ? ne(nodes.id, id) : sql`heartbeat_at < clock_timestamp() - interval '7 days'`;
    await tx.delete(nodes).where(gone);
    refuseOtherStore(node.store, await tx.select().from(nodes).where(others));
    const row = {
      ...node,
      address: null,
      started_at: sql`clock_timestamp()`,
      heartbeat_at: sql`clock_timestamp()`,
    };
    await tx
      .insert(nodes)
      .values({ ...row, id })
      .onConflictDoUpdate({ target: nodes.id, set: row });
  });
  const beat = (): void => {
    queries
      .update(nodes)
      .set({ heartbeat_at: sql`clock_timestamp()` })
      .where(eq(nodes.id, id))
      .catch(failed);
  };
  const timer = setInterval(beat, heartbeatSeconds * 1000);
  return {
    servicesElsewhere: async () =>
      (await queries.select({ services: nodes.services }).from(nodes).where(others)).flatMap(
        ({ services }) => services,
      ),
    offerServices: async (ids) =>
      void (await queries
        .update(nodes)
        .set({ services: [...ids] })
        .where(eq(nodes.id, id))),
    offer: async ({ memoryMb, ...rest }) =>
      void (await queries
        .update(nodes)
        .set({ ...rest, memory_mb: memoryMb })
        .where(eq(nodes.id, id))),
    leave: async () => {
      clearInterval(timer);
      await queries.delete(nodes).where(eq(nodes.id, id));
    },
  };
}
