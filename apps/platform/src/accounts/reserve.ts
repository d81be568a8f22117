import { CallError } from '@fusion-platform/contract';

import type { Queries } from '../database/index.ts';
import { balances, isWritten, lockPurses, named, write } from './ledger.ts';
import type { Movement } from './ledger.ts';
import { Funds, noCredits, readAmount } from './purses.ts';
import type { Use } from './purses.ts';

export interface Reservation extends Movement {
  readonly use: Use;
  /** What it is for: an execution, a data item. */
  readonly reference: string;
}

/** One reservation for many things: all of it or nothing. */
export interface Reservations extends Omit<Reservation, 'amount' | 'reference'> {
  readonly parts: readonly { readonly reference: string; readonly amount: string }[];
}

/**
 * Takes credits for something, in the caller's transaction, from the purses that pay for it in the order of
 * `drawingOrder`: one row of the ledger for each purse. The same `idempotencyKey` again changes nothing; a reservation that was
 * refused, or was of no credits, may be made later.
 * @throws CallError `insufficient_credits` before anything is written
 * @throws RangeError when the amount is none
 */
export async function reserve(tx: Queries, { reference, amount, ...rest }: Reservation): Promise<void> {
  await reserveMany(tx, { ...rest, parts: [{ reference, amount }] });
}

/**
 * `reserve` for many things in one go, such as the executions of a group: the balance is read once, each part is drawn
 * from what the ones before it left.
 * @throws CallError `insufficient_credits` before anything is written
 * @throws RangeError when an amount is none
 */
export async function reserveMany(tx: Queries, reservations: Reservations): Promise<void> {
  const { organisationId, use, idempotencyKey, note } = reservations;
  const parts = reservations.parts.map(({ reference, amount }) => ({
    reference,
    amount: readAmount(amount),
  }));
  const needed = parts.reduce((sum, { amount }) => sum.plus(amount), noCredits);
  if (needed.isZero()) return;
  await lockPurses(tx, organisationId);
  if (await isWritten(tx, idempotencyKey)) return;
  const funds = new Funds(use, await balances(tx, organisationId));
  if (funds.available.lessThan(needed)) {
    throw new CallError(
      'insufficient_credits',
      `Insufficient credits: ${needed.toFixed()} needed, ${funds.available.toFixed()} available to ${nameOf(use)}`,
    );
  }
  const rows = parts.flatMap(({ reference, amount }) =>
    funds.draw(amount).map((drawn) => ({
      organisation_id: organisationId,
      purse: drawn.purse,
      amount: drawn.amount.negated().toFixed(),
      kind: use.kind,
      reference,
      note: note ?? null,
    })),
  );
  await write(tx, named(idempotencyKey, rows));
}

function nameOf({ kind }: Use): string {
  switch (kind) {
    case 'execution':
      return 'this execution';
    case 'upload':
      return 'uploads';
    case 'storage':
      return 'storage';
  }
}
