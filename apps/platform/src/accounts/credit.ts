import { eq, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { Credit, ModelValue } from '@fusion-platform/contract';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { balance } from './ledger.ts';

/** An organisation's credits as the API shows them; the sums are exact, the wire carries numbers. */
export async function presentCredit(
  queries: Queries,
  organisationId: string,
): Promise<ModelValue<typeof Credit>> {
  const [organisation] = await queries
    .select()
    .from(tables.organisations)
    .where(eq(tables.organisations.id, organisationId));
  if (!organisation) throw new CallError('not_found', `There is no organisation ${organisationId}`);
  const [latest] = await queries
    .select({ at: sql<string | null>`max(${tables.ledger.at})`.mapWith(tables.ledger.at) })
    .from(tables.ledger)
    .where(eq(tables.ledger.organisation_id, organisationId));
  const spend = await selectRows<{ month: string; credits: number }>(
    queries,
    sql`
    select to_char(date_trunc('month', at), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as month, (-sum(amount))::float8 as credits
    from ledger where organisation_id = ${organisationId} and kind <> 'grant'
    group by 1 having sum(amount) <> 0 order by 1`,
  );
  const held = async (purse: 'any' | 'cloud_storage' | 'registry_storage' | 'runtime_any') =>
    (await balance(queries, organisationId, purse)).toNumber();
  return {
    id: organisationId,
    created_at: organisation.created_at,
    updated_at: latest?.at ?? organisation.created_at,
    organisation_id: organisationId,
    any_credits: await held('any'),
    cloud_storage_credits: await held('cloud_storage'),
    registry_storage_credits: await held('registry_storage'),
    runtime_any_credits: await held('runtime_any'),
    runtime_ssds: [],
    spend,
  };
}
