import { sql } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { isWritten, lockPurses, named, write } from './ledger.ts';
import type { LedgerRow, Movement } from './ledger.ts';
import { openDraws } from './open-draws.ts';
import type { DrawRow } from './open-draws.ts';
import { Credits, readAmount } from './purses.ts';

export interface Refund extends Movement {
  /** What the credits were reserved for. */
  readonly reference: string;
}

/**
 * Gives back of what is still reserved under a reference, at most that, to the purses it was drawn from: the last drawn
 * first. In the caller's transaction. The same `idempotencyKey` again changes nothing, once it has given anything back.
 * @throws RangeError when the amount is none
 */
export async function refund(tx: Queries, giving: Refund): Promise<void> {
  const { organisationId, reference, idempotencyKey, note } = giving;
  let open = readAmount(giving.amount);
  if (open.isZero()) return;
  await lockPurses(tx, organisationId);
  if (await isWritten(tx, idempotencyKey)) return;
  const rows: Omit<LedgerRow, 'once'>[] = [];
  // A row for each draw, so that it is plain to which of them, and so to which month, it belongs.
  for (const { purse, left } of openDraws(await rowsOf(tx, organisationId, [reference]))) {
    const amount = Credits.min(open, left);
    if (amount.isZero()) break;
    open = open.minus(amount);
    rows.push({
      organisation_id: organisationId,
      purse,
      amount: amount.toFixed(),
      kind: 'refund',
      reference,
      note: note ?? null,
    });
  }
  await write(tx, named(idempotencyKey, rows));
}

/** What something has cost so far: what was reserved for it less what was given back. */
export async function spentOn(queries: Queries, reference: string): Promise<Credits> {
  const [row] = await selectRows<{ sum: string }>(
    queries,
    sql`select coalesce(-sum(amount), 0)::text as sum from ledger where reference = ${reference}`,
  );
  return new Credits(row?.sum ?? 0);
}

/** The rows of references, those of each in the order in which they were written. */
export async function rowsOf(
  queries: Queries,
  organisationId: string,
  references: readonly string[],
): Promise<(DrawRow & { readonly reference: string })[]> {
  return await selectRows(
    queries,
    sql`select reference, purse, amount::text as amount, to_char(at at time zone 'UTC', 'YYYY-MM') as month
      from ledger where organisation_id = ${organisationId}
        and reference = any(${sql.param(references)}::uuid[]) order by id`,
  );
}
