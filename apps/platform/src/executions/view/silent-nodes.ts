import { buildReason } from '@fusion-platform/contract/reasons';
import type { Reason } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { isAlive } from '../../nodes/index.ts';
import type { ComponentRow } from '../rows.ts';

type Held = Pick<ComponentRow, 'id' | 'ended_at' | 'lease_owner' | 'lease_until'>;

/** A node renews its leases four times in their length. When less than this share is left, it has missed a renewal. */
const shareAfterMissed = 0.75;

/** The reason `node_silent` of components whose node is silent, by their ids. Only leases that ran low are looked up. */
export async function silentNodes(
  queries: Queries,
  leaseSeconds: number,
  components: readonly Held[],
): Promise<ReadonlyMap<string, Reason>> {
  const soon = Date.now() + leaseSeconds * 1000 * shareAfterMissed;
  const doubtful = components.filter(
    ({ ended_at, lease_until }) =>
      ended_at === null && lease_until !== null && Date.parse(lease_until) < soon,
  );
  if (doubtful.length === 0) return new Map();
  const silent = await selectRows<{ id: string; since: string }>(
    queries,
    sql`select id, to_char(heartbeat_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since from nodes
      where not ${isAlive} and id = any(${sql.param(doubtful.flatMap(({ lease_owner: owner }) => owner ?? []))}::uuid[])`,
  );
  return new Map(
    doubtful.flatMap(({ id, lease_owner: node, lease_until: until }) => {
      const since = silent.find((one) => one.id === node)?.since;
      if (node === null || since === undefined) return [];
      return [[id, buildReason('node_silent', { node, since, until })]];
    }),
  );
}
