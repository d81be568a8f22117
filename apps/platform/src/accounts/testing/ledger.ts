import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Database } from '../../database/index.ts';
import { balances, grant } from '../ledger.ts';
import type { Purse } from '../purses.ts';

/** Makes an organisation with these credits. */
export async function organisationWith(
  { queries }: Database,
  credits: Partial<Record<Purse, string>>,
): Promise<string> {
  const id = randomUUID();
  await queries.execute(sql`insert into organisations (id, name) values (${id}, 'Survey')`);
  for (const [purse, amount] of Object.entries(credits) as [Purse, string][])
    await grant(queries, { organisationId: id, purse, amount, idempotencyKey: `grant:${id}:${purse}` });
  return id;
}

/** Lets an organisation keep so many bytes. */
export async function keep({ queries }: Database, organisation: string, bytes: number): Promise<void> {
  const id = randomUUID();
  await queries.execute(
    sql`insert into data (id, organisation_id, name) values (${id}, ${organisation}, 'kept')`,
  );
  await queries.execute(
    sql`insert into data_files (id, organisation_id, data_id, file_id, file_type, file_name, stored_size)
      values (${randomUUID()}, ${organisation}, ${id}, ${id}, 'Other', 'kept', ${bytes})`,
  );
}

/** What is in the purses, as exact texts; empty ones are left out. */
export async function heldBy({ queries }: Database, organisation: string): Promise<Record<string, string>> {
  const sums = await balances(queries, organisation);
  return Object.fromEntries(
    [...sums].filter(([, sum]) => !sum.isZero()).map(([purse, sum]) => [purse, sum.toFixed()]),
  );
}

/** Makes it so late for the platform, an ISO date and time. The clock goes on from there. */
export async function setClock({ queries }: Database, moment: string): Promise<void> {
  await queries.execute(
    sql`insert into platform_keys (name, value)
      values ('clock_offset', (${moment}::timestamptz - clock_timestamp())::text)
      on conflict (name) do update set value = excluded.value`,
  );
}

interface Row {
  readonly purse: string;
  readonly amount: string;
  readonly kind: string;
  readonly reference: string | null;
  readonly note: string | null;
}

/** An organisation's movements that are no grants, in their order. */
export async function movementsOf({ queries }: Database, organisation: string): Promise<Row[]> {
  return await selectRows<Row>(
    queries,
    sql`select purse, trim_scale(amount)::text as amount, kind, reference, note
      from ledger where organisation_id = ${organisation} and kind <> 'grant' order by id`,
  );
}
