import { eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { Credits, Funds, readAmount } from './purses.ts';
import type { Purse, Use } from './purses.ts';

/** Something that a caller wants written once, however often it is tried. */
export interface Movement {
  readonly organisationId: string;
  /** Exact decimal text with up to six places. */
  readonly amount: string;
  /** Its name, e.g. `execution:<id>`. No two movements share one, and it has no `#` in it. */
  readonly idempotencyKey: string;
  readonly note?: string;
}

export type LedgerRow = typeof tables.ledger.$inferInsert;

/** So many rows of seven values stay under the 65,535 parameters that one statement may have. */
const rowsAStatement = 5000;

/** The sum of one purse of an organisation. */
export async function balance(
  queries: Queries,
  organisationId: string,
  purse: Purse = 'any',
): Promise<Credits> {
  return (await balances(queries, organisationId)).get(purse) ?? new Credits(0);
}

/** The sum of every purse that an organisation has had anything in. */
export async function balances(queries: Queries, organisationId: string): Promise<Map<string, Credits>> {
  const rows = await selectRows<{ purse: string; sum: string }>(
    queries,
    sql`select purse, sum(amount)::text as sum from ledger where organisation_id = ${organisationId}
      group by purse order by purse`,
  );
  return new Map(rows.map(({ purse, sum }): [string, Credits] => [purse, new Credits(sum)]));
}

/** How much an organisation could spend on something now. */
export async function available(queries: Queries, organisationId: string, use: Use): Promise<Credits> {
  return new Funds(use, await balances(queries, organisationId)).available;
}

/** Adds credits to a purse of an organisation. */
export async function grant(
  queries: Queries,
  { organisationId, purse = 'any', amount, idempotencyKey, note }: Movement & { readonly purse?: Purse },
): Promise<void> {
  const added = readAmount(amount);
  if (added.isZero()) return;
  await queries
    .insert(tables.ledger)
    .values({
      organisation_id: organisationId,
      purse,
      amount: added.toFixed(),
      kind: 'grant',
      once: idempotencyKey,
      note: note ?? null,
    })
    .onConflictDoNothing({ target: tables.ledger.once });
}

/**
 * Lets one movement of an organisation's credits through at a time: two at once would each see the other's credits.
 * A lock that rows which name the organisation do not wait for; with a stronger one, two transactions that have each
 * written such rows would wait for each other.
 */
export async function lockPurses(tx: Queries, organisationId: string): Promise<void> {
  await tx
    .select({ id: tables.organisations.id })
    .from(tables.organisations)
    .where(eq(tables.organisations.id, organisationId))
    .for('no key update');
}

/** Whether a movement was written before. Ask under the lock. */
export async function isWritten(tx: Queries, idempotencyKey: string): Promise<boolean> {
  const rows = await tx
    .select({ id: tables.ledger.id })
    .from(tables.ledger)
    .where(eq(tables.ledger.once, idempotencyKey));
  return rows.length > 0;
}

/** Names the rows of one movement: the first by its name, any further ones by its name and their number. */
export function named(idempotencyKey: string, rows: readonly Omit<LedgerRow, 'once'>[]): LedgerRow[] {
  return rows.map((row, index) => ({
    ...row,
    once: index === 0 ? idempotencyKey : `${idempotencyKey}#${index + 1}`,
  }));
}

export async function write(tx: Queries, rows: readonly LedgerRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAStatement)
    await tx.insert(tables.ledger).values(rows.slice(at, at + rowsAStatement));
}
