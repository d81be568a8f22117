import { eq, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { Credit, ModelValue } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { balances } from './ledger.ts';
import { ssdsOf } from './purses.ts';
import type { Purse } from './purses.ts';
import { spendByMonth } from './spend.ts';

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
  const sums = await balances(queries, organisationId);
  const held = (purse: Purse) => sums.get(purse)?.toNumber() ?? 0;
  const forSsds = [...sums].flatMap(([purse, credits]) => {
    const ssds = ssdsOf(purse);
    return ssds && !credits.isZero() ? [{ ssds: [...ssds], credits: credits.toNumber() }] : [];
  });
  const spend = await spendByMonth(queries, organisationId);
  return {
    id: organisationId,
    created_at: organisation.created_at,
    updated_at: latest?.at ?? organisation.created_at,
    organisation_id: organisationId,
    any_credits: held('any'),
    cloud_storage_credits: held('cloud_storage'),
    registry_storage_credits: held('registry_storage'),
    runtime_any_credits: held('runtime_any'),
    runtime_ssds: forSsds,
    spend: spend.map(({ month, credits }) => ({
      month: `${month}-01T00:00:00.000000+00:00`,
      credits: credits.toNumber(),
    })),
  };
}
