import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { rowsOf } from './refund.ts';
import { openDraws } from './open-draws.ts';
import { Credits, noCredits } from './purses.ts';

export interface MonthOfSpend {
  /** Of UTC, such as `2026-01`. */
  readonly month: string;
  readonly credits: Credits;
}

const monthOf = sql`to_char(at at time zone 'UTC', 'YYYY-MM')`;

/**
 * What an organisation has spent month by month, oldest first, less what was given back: that counts in the month in
 * which it had been reserved, so that no month is ever below zero. Months that cost nothing are left out.
 */
export async function spendByMonth(queries: Queries, organisationId: string): Promise<MonthOfSpend[]> {
  const months = new Map<string, Credits>();
  const add = (month: string, credits: Credits) => {
    months.set(month, (months.get(month) ?? noCredits).plus(credits));
  };
  const drawn = await selectRows<{ month: string; credits: string }>(
    queries,
    sql`select ${monthOf} as month, (-sum(amount))::text as credits
      from ledger where organisation_id = ${organisationId} and amount < 0 group by 1`,
  );
  for (const { month, credits } of drawn) add(month, new Credits(credits));

  // Nearly always all that was reserved under a reference was in one month: these need only be added up.
  const back = await selectRows<{ month: string | null; references: string[]; credits: string }>(
    queries,
    sql`select case when first = last then first end as month, sum(back)::text as credits,
        array_agg(reference::text) filter (where first <> last) as "references"
      from (
        select reference, min(${monthOf}) filter (where amount < 0) as first,
          max(${monthOf}) filter (where amount < 0) as last, sum(amount) filter (where amount > 0) as back
        from ledger where organisation_id = ${organisationId} and reference in (
          select reference from ledger where organisation_id = ${organisationId} and kind = 'refund')
        group by reference) as given
      group by 1`,
  );
  for (const { month, references, credits } of back) {
    if (month !== null) add(month, new Credits(credits).negated());
    else
      for (const refund of await refundsOf(queries, organisationId, references))
        add(refund.month, refund.credits.negated());
  }
  return [...months]
    .filter(([, credits]) => !credits.isZero())
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, credits]) => ({ month, credits }));
}

/** What was given back of things that were paid in several months, by the month of the payment. */
async function refundsOf(
  queries: Queries,
  organisationId: string,
  references: readonly string[],
): Promise<MonthOfSpend[]> {
  const byReference = Map.groupBy(
    await rowsOf(queries, organisationId, references),
    ({ reference }) => reference,
  );
  return [...byReference.values()].flatMap((rows) => [
    ...rows
      .map(({ month, amount }) => ({ month, credits: new Credits(amount).negated() }))
      .filter(({ credits }) => credits.greaterThan(0)),
    ...openDraws(rows).map(({ month, left }) => ({ month, credits: left.negated() })),
  ]);
}
