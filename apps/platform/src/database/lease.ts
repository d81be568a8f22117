import { inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import type { Queries } from './queries.ts';
import { selectRows } from './rows.ts';
import { dataFiles, notifications, processServiceExecutions } from './tables/index.ts';

/**
 * Claims with a lease, for every queue alike: a row belongs to one worker until its lease is over. A worker renews the
 * lease while it works, and releases it when it gives up; one that dies is silent, and the row is claimed by another once
 * the lease is over. Rows that another transaction is claiming are passed over, so that no worker waits for another.
 */
export interface Lease {
  /** Who claims: a node, or a worker of one. The same after a restart where claims are to be found again. */
  readonly owner: string;
  readonly seconds: number;
}

const queues = { process_service_executions: processServiceExecutions, data_files: dataFiles, notifications };

/** The tables that have `lease_owner` and `lease_until`. */
export type Queue = keyof typeof queues;

const nameOf = (queue: Queue): SQL => sql.identifier(queue) as unknown as SQL;

/** Whether no lease holds a row. */
export const isUnclaimed = sql`(lease_until is null or lease_until < clock_timestamp())`;

const until = (seconds: number): SQL => sql`clock_timestamp() + make_interval(secs => ${seconds}::float8)`;

export interface Claim {
  readonly lease: Lease;
  readonly where: SQL;
  readonly order: SQL;
  readonly limit: number;
  /** Whether rows that are the owner's already are claimed too: those that it had before it was restarted. */
  readonly own?: boolean;
  /** What else is written, as assignments. */
  readonly set?: SQL;
}

/** Claims the first rows of a queue that are not claimed. @returns their ids, in the order asked for */
export async function claimRows(
  queries: Queries,
  queue: Queue,
  { lease, where, order, limit, own = false, set }: Claim,
): Promise<string[]> {
  const free = own ? sql`(lease_owner = ${lease.owner} or ${isUnclaimed})` : isUnclaimed;
  const rows = await selectRows<{ id: string }>(
    queries,
    sql`with free as (select id, row_number() over (order by ${order}) as place from (
          select * from ${nameOf(queue)} where ${where} and ${free}
            order by ${order} limit ${limit} for update skip locked) as row),
        claimed as (update ${nameOf(queue)} set lease_owner = ${lease.owner}, lease_until = ${until(lease.seconds)}
            ${set ? sql`, ${set}` : sql``}
          where id in (select id from free) returning id)
      select id from claimed join free using (id) order by place`,
  );
  return rows.map(({ id }) => id);
}

/** Holds rows for as long again. Those that are another's by now stay so. */
export async function renewClaims(
  queries: Queries,
  queue: Queue,
  ids: readonly string[],
  { owner, seconds }: Lease,
): Promise<void> {
  if (ids.length === 0) return;
  await queries.execute(
    sql`update ${nameOf(queue)} set lease_until = ${until(seconds)}
      where lease_owner = ${owner} and lease_until is not null and ${inArray(queues[queue].id, [...ids])}`,
  );
}

/**
 * Gives rows back before their lease is over.
 * @param options.afterSeconds how long nobody may claim them
 * @param options.set what else is written, as assignments
 */
export async function releaseClaims(
  queries: Queries,
  queue: Queue,
  ids: readonly string[],
  owner: string,
  { afterSeconds = 0, set }: { readonly afterSeconds?: number; readonly set?: SQL } = {},
): Promise<void> {
  if (ids.length === 0) return;
  await queries.execute(
    sql`update ${nameOf(queue)} set lease_owner = null,
        lease_until = ${afterSeconds > 0 ? until(afterSeconds) : sql`null`} ${set ? sql`, ${set}` : sql``}
      where lease_owner = ${owner} and ${inArray(queues[queue].id, [...ids])}`,
  );
}
