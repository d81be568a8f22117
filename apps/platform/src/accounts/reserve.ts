import { CallError } from '@fusion-platform/contract';
import { Decimal } from 'decimal.js';
import { eq, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

/** What credits are drawn for: it decides from which purses, and in which order. */
export type Use =
  | { readonly kind: 'execution'; readonly ssdId: string }
  | { readonly kind: 'upload' }
  | { readonly kind: 'storage' };

export interface Reservation {
  readonly organisationId: string;
  readonly use: Use;
  /** What it is for, each with its amount: exact decimal texts. All are reserved or none. */
  readonly parts: readonly { readonly reference: string; readonly amount: string }[];
  /** The same reservation is made once, however often it is tried. */
  readonly once: string;
  readonly note?: string;
}

export interface GivingBack {
  readonly organisationId: string;
  readonly reference: string;
  readonly amount: string;
  readonly once: string;
  readonly note?: string;
}

const kinds = { execution: 'execution', upload: 'upload', storage: 'storage' } as const;

/**
 * The purses that pay for a use, in the order in which they are drawn: those for the fewest things first.
 * An execution of an SSD: credits for certain SSDs that list it (fewest SSDs first, then by name), credits for any
 * execution, credits for anything. Uploads and storage: credits for data storage, then credits for anything.
 */
export function drawingOrder(use: Use, purses: readonly string[]): string[] {
  if (use.kind !== 'execution') return ['cloud_storage', 'any'];
  const listing = purses
    .filter((purse) => purse.startsWith('ssds:') && ssdsOf(purse).includes(use.ssdId))
    .toSorted((a, b) => ssdsOf(a).length - ssdsOf(b).length || (a < b ? -1 : 1));
  return [...listing, 'runtime_any', 'any'];
}

export function ssdsOf(purse: string): string[] {
  return purse.slice('ssds:'.length).split(',');
}

/**
 * Reserves credits for one or many things at once, in the caller's transaction: one row for each thing and purse.
 * @throws CallError `insufficient_credits` before anything is written
 */
export async function reserveMany(tx: Queries, reservation: Reservation): Promise<void> {
  const { organisationId, use, parts, once, note } = reservation;
  const wanted = parts.map(({ reference, amount }) => ({ reference, amount: new Decimal(amount) }));
  if (wanted.some(({ amount }) => amount.isNegative()))
    throw new RangeError('a reservation of less than no credits');
  const total = wanted.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  if (total.isZero()) return;
  // Two reservations at once would each see the other's credits: the organisation's row lets one through at a time.
  await tx
    .select({ id: tables.organisations.id })
    .from(tables.organisations)
    .where(eq(tables.organisations.id, organisationId))
    .for('update');
  const known = await selectRows(
    tx,
    sql`select id from ledger where once like ${`${once.replaceAll(/[%_\\]/g, '\\$&')}:%`} limit 1`,
  );
  if (known.length > 0) return;
  const held = await balances(tx, organisationId);
  const purses = drawingOrder(use, [...held.keys()]).map((purse) => ({
    purse,
    left: held.get(purse) ?? new Decimal(0),
  }));
  const available = purses.reduce((sum, { left }) => sum.plus(Decimal.max(0, left)), new Decimal(0));
  if (available.lessThan(total)) {
    throw new CallError(
      'insufficient_credits',
      `Insufficient credits: ${total.toString()} needed, ${available.toString()} available`,
    );
  }
  const rows: (typeof tables.ledger.$inferInsert)[] = [];
  for (const [index, { reference, amount }] of wanted.entries()) {
    let open = amount;
    for (const purse of purses) {
      const drawn = Decimal.min(open, Decimal.max(0, purse.left));
      if (drawn.isZero()) continue;
      purse.left = purse.left.minus(drawn);
      open = open.minus(drawn);
      rows.push({
        organisation_id: organisationId,
        purse: purse.purse,
        amount: drawn.negated().toFixed(6),
        kind: kinds[use.kind],
        reference,
        once: `${once}:${index}:${purse.purse}`,
        note: note ?? null,
      });
    }
  }
  for (let at = 0; at < rows.length; at += 500)
    await tx.insert(tables.ledger).values(rows.slice(at, at + 500));
}

/** Gives back of what is reserved under a reference, at most that, to the purses it was drawn from: the last drawn first. */
export async function giveBack(tx: Queries, giving: GivingBack): Promise<void> {
  const { organisationId, reference, once, note } = giving;
  await tx
    .select({ id: tables.organisations.id })
    .from(tables.organisations)
    .where(eq(tables.organisations.id, organisationId))
    .for('update');
  const known = await selectRows(
    tx,
    sql`select id from ledger where once like ${`${once.replaceAll(/[%_\\]/g, '\\$&')}:%`} limit 1`,
  );
  if (known.length > 0) return;
  const drawn = await selectRows<{ purse: string; sum: string; last: number }>(
    tx,
    sql`select purse, (-sum(amount))::text as sum, max(id)::float8 as last from ledger
      where reference = ${reference} and organisation_id = ${organisationId} group by purse
      having sum(amount) < 0 order by max(id) filter (where amount < 0) desc`,
  );
  let open = new Decimal(giving.amount);
  for (const { purse, sum } of drawn) {
    const amount = Decimal.min(open, sum);
    if (amount.lessThanOrEqualTo(0)) break;
    open = open.minus(amount);
    await tx.insert(tables.ledger).values({
      organisation_id: organisationId,
      purse,
      amount: amount.toFixed(6),
      kind: 'refund',
      reference,
      once: `${once}:${purse}`,
      note: note ?? null,
    });
  }
}

/** What something has cost so far: what was reserved for it less what was given back. */
export async function spentOn(tx: Queries, reference: string): Promise<Decimal> {
  const [row] = await selectRows<{ sum: string }>(
    tx,
    sql`select coalesce(-sum(amount), 0)::text as sum from ledger where reference = ${reference}`,
  );
  return new Decimal(row?.sum ?? 0);
}

async function balances(tx: Queries, organisationId: string): Promise<Map<string, Decimal>> {
  const rows = await selectRows<{ purse: string; sum: string }>(
    tx,
    sql`select purse, sum(amount)::text as sum from ledger where organisation_id = ${organisationId} group by purse`,
  );
  return new Map(rows.map(({ purse, sum }): [string, Decimal] => [purse, new Decimal(sum)]));
}
